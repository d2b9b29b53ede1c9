// Answers the commands of this machine for a running gateway, on a Unix socket: one line of JSON in, one line out, the end.
//
//     {"ask":"status"}  ──> {"pid":812,"ok":true,"answer":{...}}   or   {"pid":812,"ok":false,"error":{"code","message"}}
//
// Only the gateway's own user may connect. The socket of a gateway that is gone is removed; that of a living one shows that
// it runs already. Invariant: requests, clients and the time that one takes are bounded.
import { lstatSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { controlClientsMax, controlRequestBytesMax, controlWaitMsMax } from '../core/load-limits.ts';
import { checkControlFolder, controlAddress, unavailable } from './control-address.ts';
import { type Answered, type ControlAnswer, type ControlRequest, exchange } from './control-client.ts';

/** By what is asked. What a handler throws as OperatingError is told to whoever asks. */
export type ControlHandlers = Readonly<Record<string, (request: ControlRequest) => unknown>>;

/** @throws OperatingError already_running with the pid, port_unavailable */
export async function serveControl(path: string, handlers: ControlHandlers): Promise<AsyncDisposable> {
  checkControlFolder(path);
  await removeStale(path);
  const clients = new Set<Socket>();
  // A client that has sent its line may close its side; it still waits for the answer.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.on('error', () => client.destroy());
    client.setTimeout(controlWaitMsMax, () => client.destroy());
    readLine(client, (line) => {
      client.setTimeout(0);
      void answerTo(line, handlers).then((answer) => {
        client.setTimeout(controlWaitMsMax);
        client.end(`${JSON.stringify(answer)}\n`);
      });
    });
  });
  server.maxConnections = controlClientsMax;
  const listening = Promise.withResolvers<void>();
  const address = controlAddress(path);
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

/** The first line, or what came before the client's end; a longer one than any request ends the client. */
function readLine(client: Socket, take: (line: string) => void): void {
  let text = '';
  let isTaken = false;
  const done = (line: string) => {
    if (!isTaken) take(line);
    isTaken = true;
  };
  client.setEncoding('utf8');
  client.on('data', (chunk: string) => {
    if (isTaken) return;
    text += chunk;
    const end = text.indexOf('\n');
    if (end >= 0) done(text.slice(0, end));
    else if (text.length > controlRequestBytesMax) client.destroy();
  });
  client.on('end', () => done(text));
}

async function answerTo(line: string, handlers: ControlHandlers): Promise<ControlAnswer> {
  const { pid } = process;
  return { pid, ...(await answerOf(() => requestIn(line), handlers)) };
}

/** What the table says to a request, or why it says nothing. Never rejects. @param read throws what is wrong with the request */
export async function answerOf(read: () => ControlRequest, handlers: ControlHandlers): Promise<Answered> {
  try {
    const request = read();
    const handler = Object.hasOwn(handlers, request.ask) ? handlers[request.ask] : undefined;
    if (!handler)
      throw new OperatingError('usage', `this gateway (pid ${process.pid}) cannot be asked for ${request.ask}`);
    return { ok: true, answer: (await handler(request)) ?? null };
  } catch (error) {
    const code = error instanceof OperatingError ? error.code : 'internal';
    return { ok: false, error: { code, message: reasonOf(error) } };
  }
}

/** @throws OperatingError usage */
function requestIn(line: string): ControlRequest {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    request = undefined;
  }
  if (typeof (request as ControlRequest | null)?.ask === 'string') return request as ControlRequest;
  throw new OperatingError('usage', 'a request is one line of JSON with a member ask');
}

async function removeStale(path: string): Promise<void> {
  let said: ControlAnswer | undefined;
  try {
    said = await exchange(path, { ask: 'pid' });
  } catch (cause) {
    throw new OperatingError('already_running', `another qis uses ${path}, and does not answer; stop it first`, {
      cause,
    });
  }
  if (said) {
    throw new OperatingError(
      'already_running',
      `qis is already running here (pid ${said.pid}, ${path}); stop it first`,
    );
  }
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isSocket()) throw unavailable(path, new Error('a file of that name exists'));
  rmSync(path, { force: true });
}
