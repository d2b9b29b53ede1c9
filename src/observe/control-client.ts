// Asks the gateway that runs on this machine: one line of JSON to its socket, one line back (control-socket.ts answers).
//
// Invariant: an answer is bounded in bytes and in time. No gateway is no error: whoever asks may know what to do without.
import { connect } from 'node:net';
import { type ErrorCode, isErrorCode, OperatingError, reasonOf } from '../core/errors.ts';
import { controlAnswerBytesMax, controlWaitMsMax } from '../core/load-limits.ts';
import { controlAddress } from './control-address.ts';

/** `ask` names what is wanted; the rest belongs to it. Plain JSON. */
export type ControlRequest = Readonly<Record<string, unknown>> & { readonly ask: string };

/** What a gateway says to any request. */
export type ControlAnswer = { readonly pid: number } & Answered;

export type Answered =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly error: { readonly code: ErrorCode; readonly message: string } };

/**
 * @param waitMs for how long the gateway may say nothing
 * @returns its answer; undefined when no gateway listens there
 * @throws OperatingError that the gateway gave, or agent_silent when one listens and gives no answer in time
 */
export async function askGateway(
  path: string,
  request: ControlRequest,
  waitMs = controlWaitMsMax,
): Promise<unknown | undefined> {
  const said = await exchange(path, request, waitMs);
  if (said === undefined) return undefined;
  if (!said.ok) throw new OperatingError(said.error.code, said.error.message);
  return said.answer;
}

/** What `qis status` shows of a running gateway. @throws as askGateway */
export async function readStatus(path: string): Promise<Record<string, unknown> | undefined> {
  return (await askGateway(path, { ask: 'status' })) as Record<string, unknown> | undefined;
}

/** @throws OperatingError agent_silent */
export async function exchange(
  path: string,
  request: ControlRequest,
  waitMs = controlWaitMsMax,
): Promise<ControlAnswer | undefined> {
  const text = await send(path, `${JSON.stringify(request)}\n`, waitMs);
  if (text === undefined) return undefined;
  const said = parsed(text);
  if (said) return said;
  throw new OperatingError(
    'agent_silent',
    `the answer from ${path} is none: a qis of another version listens there, or another program; restart the gateway`,
  );
}

function parsed(text: string): ControlAnswer | undefined {
  try {
    const said = JSON.parse(text) as ControlAnswer;
    if (typeof said?.pid !== 'number') return undefined;
    if (said.ok === true) return said;
    return said.ok === false && isErrorCode(said.error?.code) ? said : undefined;
  } catch {
    return undefined;
  }
}

function send(path: string, line: string, waitMs: number): Promise<string | undefined> {
  // Node 20 has no Promise.withResolvers, and other programs run this there (src/client/).
  let resolve!: (text: string | undefined) => void;
  let reject!: (error: Error) => void;
  const answer = new Promise<string | undefined>((...settle) => ([resolve, reject] = settle));
  const silent = (why: string, cause?: unknown) =>
    reject(new OperatingError('agent_silent', `cannot ask the gateway at ${path}: ${why}`, { cause }));
  const failed = (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTDIR') resolve(undefined);
    else if (error.code === 'EACCES') silent('it belongs to another user; ask as that user, or with sudo', error);
    else silent(reasonOf(error), error);
  };
  try {
    const address = controlAddress(path);
    const socket = connect(address.path);
    const chunks: string[] = [];
    let length = 0;
    socket.setTimeout(waitMs, () => silent('it does not answer; see its log, and start it again'));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > controlAnswerBytesMax) silent('its answer is too long; is it a qis that listens there?');
    });
    socket.on('end', () => resolve(chunks.join('')));
    socket.on('error', failed);
    // Not end(): the gateway stops working for a client that has hung up.
    socket.write(line);
    return answer.finally(() => {
      socket.destroy();
      address.release();
    });
  } catch (error) {
    failed(error as NodeJS.ErrnoException);
    return answer;
  }
}
