// A serial port that is none: a pseudo-terminal at a path, held by socat. What is written here comes out of the port;
// killing socat is pulling the plug.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';

export interface PseudoPort {
  readonly path: string;
  write(bytes: Buffer): void;
  /** What a program wrote to the port so far, when it is this long. */
  read(bytes: number): Promise<Buffer>;
  /** Called with what a program writes to the port from now on. */
  listen(onBytes: (bytes: Buffer) => void): void;
  /** Pulls the plug: the port is gone, and a dangling link is left where it was. */
  unplug(): Promise<void>;
}

/** @param socat path of the program, by requireProgram */
export async function pseudoPort(t: TestContext, socat: string, path: string): Promise<PseudoPort> {
  rmSync(path, { force: true });
  const child: ChildProcessWithoutNullStreams = spawn(socat, ['-d', '-d', '-', `pty,raw,echo=0,link=${path}`]);
  const gone = once(child, 'exit');
  const unplug = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  t.after(unplug);
  let received = Buffer.alloc(0);
  child.stdout.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
  });
  child.stdin.on('error', () => {});
  await ready(child);
  return {
    path,
    write: (bytes) => void child.stdin.write(bytes),
    async read(bytes) {
      while (received.length < bytes) await once(child.stdout, 'data');
      return received;
    },
    listen: (onBytes) => void child.stdout.on('data', onBytes),
    unplug,
  };
}

/** socat says so once the terminal and its link are there. */
async function ready(child: ChildProcessWithoutNullStreams): Promise<void> {
  for await (const line of createInterface({ input: child.stderr })) {
    if (line.includes('starting data transfer loop')) break;
  }
  child.stderr.resume();
}
