// Programs that a test runs and that a machine may lack. Such a test is skipped with one line that says how to get the
// program; with QIS_REQUIRE=all it fails instead, so that a build machine cannot skip in silence.
import assert from 'node:assert/strict';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Scope } from './scope.ts';

/** Debian keeps daemons here, and a user's PATH does not name it. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/** @returns the path of the program, or undefined */
export function findProgram(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

/** @returns the path of the program, or undefined after the test was skipped */
export function requireProgram(t: Scope, program: string, install: string): string | undefined {
  const path = findProgram(program);
  if (path) return path;
  const message = `${program} is not installed: ${install}`;
  assert(process.env.QIS_REQUIRE !== 'all', message);
  t.diagnostic(message);
  t.skip(message);
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
