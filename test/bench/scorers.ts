// Asks the scorers that lie beside the project, in Python, what alerts are worth.
//
// Invariant: what cannot be scored ends the run; there are no figures of our own.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../source-tree.ts';

export const SHARED = join(ROOT, '../shared');

export const scoreOf = (name: string, args: readonly string[]): Record<string, unknown> =>
  JSON.parse(scorer(name, [...args, '--json']));

export function scorer(name: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('python3', [join(SHARED, 'score', name), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
  return stdout;
}
