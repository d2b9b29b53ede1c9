// A disk that takes nothing, for real: the kernel refuses every write of this process to a file, until it is lifted.
import { execFileSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { requireProgram } from './programs.ts';

export interface Disk {
  fill(): void;
  free(): void;
}

/** @returns undefined after the test was skipped */
export function realDisk(t: TestContext): Disk | undefined {
  const program = requireProgram(t, 'prlimit', 'apt install util-linux');
  if (!program) return undefined;
  // The soft limit alone (setrlimit(2), RLIMIT_FSIZE): Node ignores the signal that comes with it.
  const limit = (bytes: string) => void execFileSync(program, ['--pid', `${process.pid}`, `--fsize=${bytes}:`]);
  t.after(() => limit('unlimited'));
  return { fill: () => limit('0'), free: () => limit('unlimited') };
}
