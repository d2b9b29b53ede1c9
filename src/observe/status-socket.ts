// Answers `qis status` for a running agent, on a Unix socket. Whoever connects gets one JSON object, and the end.
//
// Only the agent's own user may connect. The socket of an agent that is gone is removed; that of a living one shows that
// it runs already.
import { createHash } from 'node:crypto';
import { lstatSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { socketPathBytesMax, statusBytesMax, statusWaitMsMax } from '../core/limits.ts';

/** At most a few operators ask at once. */
const CLIENTS_MAX = 8;

/** The runtime folder systemd made, else the data folder; a short path elsewhere when that is too long for a socket. */
export function statusPath(
  dataFolder: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const folder = env.RUNTIME_DIRECTORY?.split(':')[0] || resolve(dataFolder);
  const path = join(folder, 'qis.sock');
  if (Buffer.byteLength(path) <= socketPathBytesMax) return path;
  return join(tmpdir(), `qis-${createHash('sha256').update(path).digest('hex').slice(0, 16)}.sock`);
}

/**
 * @param snapshot called for each client
 * @throws OperatingError already_running with the pid, port_unavailable
 */
export async function serveStatus(path: string, snapshot: () => object): Promise<AsyncDisposable> {
  await removeStale(path);
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.on('error', () => client.destroy());
    client.setTimeout(statusWaitMsMax, () => client.destroy());
    client.end(`${JSON.stringify({ pid: process.pid, ...snapshot() })}\n`);
  });
  server.maxConnections = CLIENTS_MAX;
  const listening = Promise.withResolvers<void>();
  server.once('listening', listening.resolve);
  server.once('error', (cause) => listening.reject(unavailable(path, cause)));
  // The socket is made inside listen(); a mode set afterwards would leave it open for a moment.
  const mask = process.umask(0o177);
  server.listen(path);
  process.umask(mask);
  await listening.promise;
  return {
    [Symbol.asyncDispose]: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        for (const client of clients) client.destroy();
      }),
  };
}

/**
 * @returns undefined when no agent listens there
 * @throws OperatingError agent_silent when one does but gives no answer in time
 */
export async function readStatus(path: string): Promise<Record<string, unknown> | undefined> {
  const text = await ask(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new OperatingError(
      'agent_silent',
      `the answer from ${path} is not a status; is it a qis that listens there?`,
      { cause },
    );
  }
}

async function removeStale(path: string): Promise<void> {
  let answer: string | undefined;
  try {
    answer = await ask(path);
  } catch (cause) {
    throw new OperatingError('already_running', `another qis uses ${path}, and does not answer; stop it first`, {
      cause,
    });
  }
  if (answer !== undefined) {
    const pid = /"pid":(\d+)/.exec(answer)?.[1] ?? 'unknown';
    throw new OperatingError('already_running', `qis is already running here (pid ${pid}, ${path}); stop it first`);
  }
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isSocket()) throw unavailable(path, new Error('a file of that name exists'));
  rmSync(path, { force: true });
}

function ask(path: string): Promise<string | undefined> {
  const answer = Promise.withResolvers<string | undefined>();
  const socket = connect(path);
  let text = '';
  const silent = (why: string, cause?: unknown) =>
    answer.reject(new OperatingError('agent_silent', `cannot ask the gateway at ${path}: ${why}`, { cause }));
  socket.setTimeout(statusWaitMsMax, () => silent('it does not answer; see its log, and start it again'));
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
    if (text.length > statusBytesMax) silent('its answer is too long; is it a qis that listens there?');
  });
  socket.on('end', () => answer.resolve(text));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTDIR') answer.resolve(undefined);
    else if (error.code === 'EACCES') silent('it belongs to another user; ask as that user, or with sudo', error);
    else silent(reasonOf(error), error);
  });
  return answer.promise.finally(() => socket.destroy());
}

function unavailable(path: string, cause: Error): OperatingError {
  const message = `cannot listen at ${path} (${reasonOf(cause)}); check that its folder exists and can be written to`;
  return new OperatingError('port_unavailable', message, { cause });
}
