// Builds the bundle into a folder of its own, as an installed package has it.
//
// There are no sources in it: the launcher, the bundle, and the packages that it loads add-ons from.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ROOT } from '../source-tree.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** @returns the folder; it is removed after the test */
export function installed(t: TestContext): string {
  const folder = temporaryFolder(t);
  execFileSync(process.execPath, ['deploy/bundle.ts', join(folder, 'dist')], { cwd: ROOT });
  mkdirSync(join(folder, 'src'));
  cpSync(join(ROOT, 'src/qis.cjs'), join(folder, 'src/qis.cjs'));
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
