// All tests, run once: how long they take and how many there are.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from '../source-tree.ts';

export interface SuiteFigures {
  readonly seconds: number;
  readonly tests: number;
  readonly pass: number;
  readonly fail: number;
  readonly skipped: number;
}

export async function suiteFigures(): Promise<SuiteFigures> {
  const startMs = performance.now();
  const child = spawn('npm', ['test'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await Promise.all([child.stdout.toArray(), once(child, 'exit')]);
  const seconds = Math.round((performance.now() - startMs) / 100) / 10;
  return { seconds, ...summaryOf(Buffer.concat(output).toString()) };
}

/** What the reporter, whichever it is, says at the end: `# pass 3` or `ℹ pass 3`. */
export function summaryOf(output: string): Omit<SuiteFigures, 'seconds'> {
  const count = (what: string) => Number(new RegExp(`^\\S ${what} (\\d+)$`, 'm').exec(output)?.[1] ?? Number.NaN);
  return { tests: count('tests'), pass: count('pass'), fail: count('fail'), skipped: count('skipped') };
}
