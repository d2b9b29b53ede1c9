// The C library in a pipe (firmware-bridge/test/host.c): a line in, what it sends and is ordered out.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { findProgram, requireProgram } from '../programs.ts';
import { ROOT } from '../source-tree.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export const BRIDGE = join(ROOT, 'firmware-bridge');

export interface Spoken {
  readonly sent: Buffer;
  /** `code,id,argument` of each command the sketch was given. */
  readonly orders: readonly string[];
}

export interface CLibrary {
  /** @param line of the language of host.c */
  say(line: string): Promise<Spoken>;
}

/** @returns undefined after the test was skipped, where there is no C compiler */
export async function cLibrary(t: TestContext): Promise<CLibrary | undefined> {
  const program = requireProgram(t, 'cc', 'apt install gcc libc6-dev') && requireProgram(t, 'make', 'apt install make');
  if (!program) return undefined;
  const folder = temporaryFolder(t);
  execFileSync(program, ['-s', '-C', BRIDGE, 'host', `BUILD=${folder}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const child = spawn(join(folder, 'host'), { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  t.after(async () => {
    child.kill();
    await gone;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async say(line) {
      child.stdin.write(`${line}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`the library ended at: ${line.slice(0, 80)}`);
      const [sent, ...orders] = value.split(' ');
      return { sent: Buffer.from(sent === '-' ? '' : sent!, 'hex'), orders };
    },
  };
}

/** Programs that build firmware for a board; undefined when the test was skipped. */
export function requireAvr(t: TestContext): string | undefined {
  const compiler = requireProgram(t, 'avr-gcc', 'apt install gcc-avr avr-libc');
  return compiler && requireProgram(t, 'make', 'apt install make');
}

/** Builds the example. @returns the path of an ELF file */
export function buildExample(folder: string, name: 'weather-node' | 'room-node'): string {
  const elf = join(folder, `${name}.elf`);
  execFileSync(findProgram('make')!, ['-s', '-C', BRIDGE, elf, `BUILD=${folder}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return elf;
}
