// Answers `qis status` for a running agent, on a Unix socket. Whoever connects gets one JSON object, and the end.
//
// Only the agent's own user may connect. The socket of an agent that is gone is removed; that of a living one shows that
// it runs already. Invariant: it stands in a folder that only its user can write, so nobody else can take its name.
import { closeSync, lstatSync, openSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { socketPathBytesMax, statusBytesMax, statusWaitMsMax } from '../core/limits.ts';
import { sharedFolderProblem } from '../core/private-folder.ts';

/** At most a few operators ask at once. */
const CLIENTS_MAX = 8;

/** In the runtime folder that systemd made, else in the data folder. */
export function statusPath(
  dataFolder: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return join(env.RUNTIME_DIRECTORY?.split(':')[0] || resolve(dataFolder), 'qis.sock');
}

/**
 * @param snapshot called for each client
 * @throws OperatingError already_running with the pid, port_unavailable
 */
export async function serveStatus(path: string, snapshot: () => object): Promise<AsyncDisposable> {
  checkFolder(path);
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
  const address = addressOf(path);
  server.once('close', address.release);
  server.once('listening', listening.resolve);
  server.once('error', (cause) => listening.reject(unavailable(path, cause)));
  // The socket is made inside listen(); a mode set afterwards would leave it open for a moment.
  const mask = process.umask(0o177);
  server.listen(address.path);
  process.umask(mask);
  await listening.promise.catch((error) => {
    address.release();
    throw error;
  });
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
  const silent = (why: string, cause?: unknown) =>
    answer.reject(new OperatingError('agent_silent', `cannot ask the gateway at ${path}: ${why}`, { cause }));
  const failed = (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTDIR') answer.resolve(undefined);
    else if (error.code === 'EACCES') silent('it belongs to another user; ask as that user, or with sudo', error);
    else silent(reasonOf(error), error);
  };
  try {
    const address = addressOf(path);
    const socket = connect(address.path);
    let text = '';
    socket.setTimeout(statusWaitMsMax, () => silent('it does not answer; see its log, and start it again'));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > statusBytesMax) silent('its answer is too long; is it a qis that listens there?');
    });
    socket.on('end', () => answer.resolve(text));
    socket.on('error', failed);
    return answer.promise.finally(() => {
      socket.destroy();
      address.release();
    });
  } catch (error) {
    failed(error as NodeJS.ErrnoException);
    return answer.promise;
  }
}

/** @throws OperatingError port_unavailable */
function checkFolder(path: string): void {
  const folder = dirname(path);
  const there = statSync(folder, { throwIfNoEntry: false });
  const problem = there && sharedFolderProblem(there, process.geteuid?.());
  if (problem) throw new OperatingError('port_unavailable', `the folder ${folder} ${problem}`);
}

interface Address {
  readonly path: string;
  /** When nothing listens or asks there any more. */
  readonly release: () => void;
}

/** What the kernel takes for the path: one that is too long is named by its folder, which is held open. Throws as open does. */
function addressOf(path: string): Address {
  if (Buffer.byteLength(path) <= socketPathBytesMax) return { path, release: () => {} };
  let folder: number | undefined = openSync(dirname(path), 'r');
  return {
    path: `/proc/self/fd/${folder}/${basename(path)}`,
    release() {
      if (folder !== undefined) closeSync(folder);
      folder = undefined;
    },
  };
}

function unavailable(path: string, cause: Error): OperatingError {
  const message = `cannot listen at ${path} (${reasonOf(cause)}); check that its folder exists and can be written to`;
  return new OperatingError('port_unavailable', message, { cause });
}
