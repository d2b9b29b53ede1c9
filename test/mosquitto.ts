// A real Mosquitto on a free port of 127.0.0.1, with a folder of its own.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { requireProgram } from './programs.ts';
import type { Scope } from './scope.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface Mosquitto {
  readonly port: number;
  /** SIGKILL: it saves and says nothing. */
  kill(): Promise<void>;
  /** With the same configuration, on the same port. */
  start(): Promise<void>;
}

/** Ports that were free a moment ago (Mosquitto cannot choose one itself); all are held at once, so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    assert(address !== null && typeof address === 'object');
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/**
 * @param config its lines, by port; by default anyone may do anything
 * @returns undefined after the test was skipped
 */
export async function mosquitto(
  t: Scope,
  config: (port: number) => string = (port) => `listener ${port} 127.0.0.1\nallow_anonymous true\n`,
): Promise<Mosquitto | undefined> {
  const program = requireProgram(t, 'mosquitto', 'apt install mosquitto');
  if (!program) return undefined;
  const [port] = (await freePorts(1)) as [number];
  const file = join(temporaryFolder(t), 'mosquitto.conf');
  // Started by root it would become another user, who cannot read the test's files.
  const user = process.getuid?.() === 0 ? 'user root\n' : '';
  writeFileSync(file, `${config(port)}${user}`);
  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  const start = async () => {
    child = await running(program, file);
  };
  t.after(() => end('SIGTERM'));
  await start();
  return { port, start, kill: () => end('SIGKILL') };
}

/** Resolves once it serves; rejects with what it said when it ends before. */
async function running(program: string, file: string): Promise<ChildProcess> {
  const child = spawn(program, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  const serving = new Promise<void>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      if (/mosquitto version .* running/.test(line)) resolve();
    });
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`mosquitto ended: ${said.join('\n')}`)));
  ended.catch(() => {});
  await Promise.race([serving, ended]);
  return child;
}
