// A socket that stands in for systemd's: what systemd-notify sends there, line by line.
//
// Node cannot receive AF_UNIX datagrams; Python can. (socat keeps the descriptor of systemd-notify's barrier open, so that
// each notification would wait five seconds.)
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { requireProgram } from './programs.ts';
import { type Recorder, recorder } from './recorder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const RECEIVE = `
import socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print('bound', flush=True)
while True:
    print(receiver.recv(4096).decode(), flush=True)
`;

export interface NotifySocket {
  /** For NOTIFY_SOCKET. */
  readonly path: string;
  readonly lines: Recorder<string>;
  says(line: string): Promise<string>;
}

/** @returns undefined after the test was skipped: a program is missing */
export async function notifySocket(t: TestContext): Promise<NotifySocket | undefined> {
  const python = requireProgram(t, 'python3', 'apt install python3');
  if (!python || !requireProgram(t, 'systemd-notify', 'apt install systemd')) return undefined;
  const path = join(temporaryFolder(t), 'notify');
  const child = spawn(python, ['-c', RECEIVE, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const lines = recorder<string>();
  const bound = Promise.withResolvers<void>();
  createInterface({ input: child.stdout })
    .once('line', () => bound.resolve())
    .on('line', (line) => lines.add(line));
  await bound.promise;
  return { path, lines, says: (wanted) => lines.until((line) => line === wanted) };
}
