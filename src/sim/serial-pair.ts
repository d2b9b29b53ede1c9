// A serial line for a simulated device: a pair of pseudo-terminals made by socat, or a TCP port where there is no socat.
//
// The agent opens `path` with its ordinary serial code; what is written here comes out there.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SerialPair extends AsyncDisposable {
  /** What goes into `port:` of a configuration. */
  readonly path: string;
  readonly kind: 'pty' | 'tcp';
  write(bytes: Buffer): Promise<void>;
}

export function hasProgram(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}

/** @param folder for the links to the terminals */
export function openSerialPair(folder: string, name: string): Promise<SerialPair> {
  return hasProgram('socat') ? openPty(folder, name) : openTcp();
}

const APPEARS_MS = 5_000;
/** Never the controlling terminal of this process, and never waited for when nobody reads. */
const OPEN_FLAGS = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;

async function openPty(folder: string, name: string): Promise<SerialPair> {
  const near = join(folder, `${name}-device`);
  const far = join(folder, `${name}-port`);
  const side = (link: string) => `pty,raw,echo=0,link=${link}`;
  const socat = spawn('socat', [side(near), side(far)], { stdio: 'ignore' });
  const gone = once(socat, 'exit');
  const deadline = performance.now() + APPEARS_MS;
  while (!existsSync(near) || !existsSync(far)) {
    if (socat.exitCode !== null || performance.now() > deadline) {
      socat.kill();
      throw new Error(`socat made no terminals in ${folder}`);
    }
    await sleep(10);
  }
  const handle: FileHandle = await open(near, OPEN_FLAGS);
  return {
    path: far,
    kind: 'pty',
    write: async (bytes) => void (await handle.write(bytes)),
    async [Symbol.asyncDispose]() {
      await handle.close();
      socat.kill();
      await gone;
    },
  };
}

async function openTcp(): Promise<SerialPair> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    path: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    kind: 'tcp',
    write: async (bytes) => {
      for (const socket of sockets) socket.write(bytes);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
