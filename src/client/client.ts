// Talks to the gateway on this machine, for other programs: `import { connect } from 'qis-edge/client'`.
//
//     program ──deposit, query, advise, report──> one line of JSON on the gateway's socket ──> answer, or QisError
//
// Runs on Node 20 without packages or add-ons: it shares the exchange with the commands (src/observe/control-client.ts) and
// is built with it (deploy/client.ts). Invariant: at most a few requests are under way, the others wait in order.
import { depositsPerRequestMax } from '../core/deposit-limits.ts';
import { OperatingError } from '../core/errors.ts';
import { askGateway, type ControlRequest, exchange } from '../observe/control-client.ts';
import type {
  Advice,
  ConnectOptions,
  Deposit,
  Deposited,
  DepositResult,
  QueryAnswer,
  Question,
  Report,
  Status,
} from './contract.ts';
import { createLanes } from './lanes.ts';
import { QisError } from './qis-error.ts';
import { socketPath } from './socket-path.ts';

export type * from './contract.ts';
export { QisError, type QisErrorCode } from './qis-error.ts';

/** Every method rejects with a QisError. */
export interface QisClient {
  /** Settles once it is on the gateway's disk. A list is answered item by item; one alone that is refused rejects (deposit_invalid). */
  deposit(one: Deposit): Promise<Deposited>;
  deposit(list: readonly Deposit[]): Promise<DepositResult[]>;
  /** What was tried under conditions like these. */
  query(question: Question): Promise<QueryAnswer>;
  /** The action that speaks for itself; not_found when nothing was deposited that compares. */
  advise(question: Question): Promise<Advice>;
  /** What came of following the packet of this id. */
  report(id: string, report: Report): Promise<Deposited>;
  status(): Promise<Status>;
  /** Takes no more requests, and settles when those under way have. */
  close(): Promise<void>;
}

/** Longer than a gateway asks its neighbours for. */
const WAIT_MS = 10_000;
/** The socket has eight places (controlClientsMax), and commands use it, too. */
const AT_ONCE_MAX = 2;
const WAITING_MAX = 1_000;

/** @throws QisError not_running, agent_silent, and what keeps the gateway from being found */
export async function connect(options: ConnectOptions = {}): Promise<QisClient> {
  const path = await socketPath(options);
  // Whatever is answered to it shows that a gateway is there.
  const found = await told(() => exchange(path, { ask: 'pid' }, WAIT_MS));
  if (found === undefined) throw absent(path);
  return createClient(path);
}

function createClient(path: string): QisClient {
  const lanes = createLanes({ atOnceMax: AT_ONCE_MAX, waitingMax: WAITING_MAX });
  let isClosed = false;

  async function ask(request: ControlRequest): Promise<unknown> {
    if (isClosed) throw new QisError('closed', 'this client was closed; connect again');
    const answer = await lanes.run(() => told(() => askGateway(path, request, WAIT_MS)));
    if (answer === undefined) throw absent(path);
    return answer;
  }

  async function deposited(items: readonly unknown[]): Promise<DepositResult[]> {
    if (items.length > depositsPerRequestMax)
      throw new QisError(
        'usage',
        `${items.length} deposits at once, and ${depositsPerRequestMax} may; send several lists`,
      );
    return ((await ask({ ask: 'deposit', items })) as { results: DepositResult[] }).results;
  }

  async function depositedOne(item: unknown): Promise<Deposited> {
    const [result] = await deposited([item]);
    if (result?.state === 'accepted' || result?.state === 'waiting') return result;
    throw new QisError('deposit_invalid', result?.reason ?? 'the gateway did not say what became of it');
  }

  return {
    deposit: ((given: Deposit | readonly Deposit[]) =>
      Array.isArray(given) ? deposited(given) : depositedOne(given)) as QisClient['deposit'],
    query: async (question) => (await ask({ ...question, ask: 'query' })) as QueryAnswer,
    advise: async (question) => (await ask({ ...question, ask: 'advise' })) as Advice,
    report: (about, { worked, share }) => depositedOne({ about, worked, ...(share !== undefined && { score: share }) }),
    status: async () => (await ask({ ask: 'status' })) as Status,
    async close() {
      isClosed = true;
      await lanes.idle();
    },
  };
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof OperatingError ? new QisError(error.code, error.message, { cause: error }) : error;
  }
}

function absent(path: string): QisError {
  return new QisError('not_running', `no gateway answers at ${path}; start it with qis run, or name another one`);
}
