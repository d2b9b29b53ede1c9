// Answers programs that ask over the own broker, from the same table as commands on the control socket (requests.ts).
//
//     request ──copy? busy? JSON?──> handler ──> {"ok":true,"answer":...} or {"ok":false,"error":{"code","message"}}
//
// A copy is the same request under the same id: a client whose connection broke sends again what was not acknowledged.
// Invariant: a request is done once and answered once; what is too much is answered as busy, and counted.
import { createHash } from 'node:crypto';
import {
  programAnswerBytesMax,
  programAnswersKept,
  programAsksBurstMax,
  programAsksOpenKept,
  programAsksOpenMax,
  programAsksPerSMax,
  programDepositsMax,
} from '../core/broker-limits.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import { Shares } from '../core/shares.ts';
import type { Answered, ControlRequest } from '../observe/control-client.ts';
import { answerOf, type ControlHandlers } from '../observe/control-socket.ts';
import { isWritten, type LocalRequest, type LocalVerb, type RequestHandler } from '../route/mqtt/local-topic.ts';
import { Pace } from '../route/session/pace.ts';

export interface LocalProgramsOptions {
  /** Accounts of programs: each keeps places. */
  readonly accounts: readonly string[];
  readonly emit: Emit;
  /** Steady ms. */
  readonly now?: () => number;
}

export interface LocalPrograms {
  readonly request: RequestHandler;
  /** From now on these answer; until then programs are told to ask again. */
  serve(handlers: ControlHandlers): void;
}

/** What one account asked. */
interface Desk {
  readonly pace: Pace;
  /** By request and id: under way, and answers to what was written last. */
  readonly known: Map<string, { answer: Buffer | undefined; readonly settled: Promise<unknown> }>;
}

const RATE = { burst: programAsksBurstMax, perS: programAsksPerSMax };

export function createLocalPrograms(options: LocalProgramsOptions): LocalPrograms {
  const { accounts, emit, now = () => performance.now() } = options;
  const desks = new Map<string, Desk>();
  const open = new Shares({ max: programAsksOpenMax, keptEach: programAsksOpenKept, accounts });
  let handlers: ControlHandlers | undefined;

  /** Accounts come from the configuration, so there are few. */
  function deskOf(account: string): Desk {
    const desk = desks.get(account) ?? { pace: new Pace({ now }, RATE), known: new Map() };
    desks.set(account, desk);
    return desk;
  }

  function refused(account: string, reason: 'busy' | 'malformed', message: string): Answered {
    emit({ type: 'request_refused', client: account, reason });
    return failure(reason === 'busy' ? 'busy' : 'usage', message);
  }

  async function answered({ account, verb, payload }: LocalRequest, { pace }: Desk): Promise<Answered> {
    if (!handlers) return failure('busy', 'the gateway is starting; send it again in a moment');
    if (!pace.tryTake()) return refused(account, 'busy', TOO_OFTEN);
    if (!open.hasRoom(account)) return refused(account, 'busy', TOO_MANY);
    const asked = requestOf(verb, payload);
    if (typeof asked === 'string') return refused(account, 'malformed', asked);
    open.take(account);
    const answer = await answerOf(() => asked, handlers);
    open.give(account);
    return answer;
  }

  return {
    async request(request) {
      const desk = deskOf(request.account);
      const key = keyOf(request);
      const first = desk.known.get(key);
      if (first) {
        const { answer } = first;
        await first.settled;
        return answer;
      }
      const settling = answered(request, desk).then(bytesOf);
      const entry: { answer: Buffer | undefined; readonly settled: Promise<unknown> } = {
        answer: undefined,
        settled: settling,
      };
      desk.known.set(key, entry);
      entry.answer = await settling;
      if (!isWritten(request.verb)) desk.known.delete(key);
      else forgetOldest(desk);
      return entry.answer;
    },
    serve(given) {
      handlers = given;
    },
  };
}

const TOO_OFTEN = `more than ${programAsksPerSMax} requests a second, and ${programAsksBurstMax} at once; send it again later`;
const TOO_MANY = 'too many requests wait for their answers; send it again when they have come';

function failure(code: ErrorCode, message: string): Answered {
  return { ok: false, error: { code, message } };
}

function keyOf({ verb, client, id, payload }: LocalRequest): string {
  return `${verb}/${client}/${id}/${createHash('sha256').update(payload).digest('base64')}`;
}

/** Of answers; what is under way stays. */
function forgetOldest({ known }: Desk): void {
  const done = [...known].filter(([, { answer }]) => answer !== undefined);
  for (const [key] of done.slice(0, -programAnswersKept)) known.delete(key);
}

/** @returns the request, or what is wrong in one line */
function requestOf(verb: LocalVerb, payload: Buffer): ControlRequest | string {
  let said: unknown;
  try {
    said = JSON.parse(payload.toString());
  } catch {
    return `what was sent to ${verb} is not JSON`;
  }
  if (verb === 'deposit') {
    const items: readonly unknown[] = Array.isArray(said) ? said : [said];
    return items.length <= programDepositsMax
      ? { ask: 'deposit', items }
      : `${items.length} deposits came in one message, and ${programDepositsMax} may; send several messages`;
  }
  if (typeof said !== 'object' || said === null || Array.isArray(said))
    return `what was sent to ${verb} is not an object of JSON`;
  if (verb !== 'report') return { ...said, ask: verb };
  return 'about' in said
    ? { ask: 'deposit', items: [said] }
    : 'about: is missing; it is the id of the packet that was followed';
}

function bytesOf(answer: Answered): Buffer {
  const bytes = Buffer.from(JSON.stringify(answer));
  if (bytes.length <= programAnswerBytesMax) return bytes;
  const message = `the answer has ${bytes.length} bytes, and one message takes ${programAnswerBytesMax}: ask for fewer with top`;
  return Buffer.from(JSON.stringify(failure('usage', message)));
}
