// What programs deposit here: checked, written down, and issued when its turn comes, at most a few at once and one a second.
//
//     item ──checked──> waits on disk ──its turn──> packet, in one transaction with leaving the queue
//          └─ refused, with key and value
//
// Invariant: what was taken is issued once or still waits, whatever happens to the machine; where there is no room for more,
// whoever deposits is told so.
import type { Clock } from '../core/clock.ts';
import { FINDING } from '../core/condition.ts';
import { depositsAtOnceMax, depositsPerS, depositsWaitingMax } from '../core/deposit-limits.ts';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { issueSettleMs, keptHMax } from '../core/limits.ts';
import { checkedDeposit } from '../distill/deposit.ts';
import type { Issue } from '../distill/distiller.ts';
import type { Domains } from '../distill/domains.ts';
import { followUp, type Unissued } from '../distill/follow-up.ts';
import { shown } from '../distill/where.ts';
import { contextBytes, type Outcome } from '../packet/outcome.ts';
import { parse, payloadOf, type SignedPacket } from '../packet/packet.ts';
import { Pace } from '../route/session/pace.ts';
import { unlessFull } from '../store/failure.ts';
import type { Store } from '../store/store.ts';
import { domainNamed } from './domain-named.ts';

export interface DepositsOptions {
  readonly domains: Domains;
  readonly store: Pick<Store, 'deposits' | 'commitNow' | 'packets'>;
  readonly clock: Pick<Clock, 'now' | 'quality'>;
  /** Of the process, in ms; nothing is issued at its beginning. Absent: for long. */
  readonly uptimeMs?: (() => number) | undefined;
  /** Four bytes that only this gateway can link. */
  readonly contextTag: (context: string) => Buffer;
  /** Remembers the words of a deposit; `keep` writes them down within a transaction. */
  readonly words?: { readonly note: (said: unknown) => boolean; readonly keep: () => void } | undefined;
  /** Our own public key. */
  readonly own: Buffer;
  /** Issues now or not at all (Outbox). */
  readonly offer: (outcome: (moment: Issue) => Outcome, alongside: () => void) => SignedPacket | undefined;
}

/** What became of one item, in its order. */
export type DepositAnswer =
  | { readonly state: 'accepted'; readonly id: string }
  /** So many go first, and so many seconds that will take; null while the clock is not known. */
  | { readonly state: 'waiting'; readonly position: number; readonly wait_s: number | null }
  | { readonly state: 'refused'; readonly reason: string };

export interface Deposits {
  /** @throws OperatingError store_unusable: then none of them was taken */
  deposit(items: readonly unknown[]): DepositAnswer[];
  /** Issues what may be issued now; call it about once a second. */
  tick(): void;
  waiting(): number;
}

/** Looked at together: more than may be issued at once. */
const BATCH = 16;

export function createDeposits(options: DepositsOptions): Deposits {
  const { store, clock, uptimeMs, offer, contextTag, words } = options;
  // Sequences that were not used stay free: without a pace of its own an idle day would let out thousands at once.
  const pace = new Pace(clock, { burst: depositsAtOnceMax, perS: depositsPerS });
  let waiting = store.deposits.count();

  /** @param onIssued called with the number of each */
  function issue(onIssued: (n: number, id: string) => void = () => {}): void {
    let isTurn = waiting > 0;
    while (isTurn) {
      const batch = unlessFull(() => store.deposits.first(BATCH)) ?? [];
      isTurn = batch.length > 0;
      for (const { n, body } of batch) {
        if (pace.allowance() < 1) return;
        const unissued = readBody(body);
        const made = ({ nowMs, clock: quality, sequence }: Issue): Outcome => ({
          ...unissued,
          issued: Math.round(nowMs / 1000),
          context: contextTag(''),
          sequence,
          clock: quality,
        });
        const packet = offer(made, () => store.deposits.remove(n));
        if (!packet) return;
        pace.take(1);
        waiting--;
        onIssued(n, packet.id.toString('hex'));
      }
    }
  }

  /** Until the one in this place goes, in s; null while nobody can say. */
  function waitS(position: number): number | null {
    if (clock.quality() === 0) return null;
    const settleMs = uptimeMs ? Math.max(0, issueSettleMs - uptimeMs()) : 0;
    return Math.ceil(settleMs / 1000) + position;
  }

  function refusal(reason: string): DepositAnswer {
    return { state: 'refused', reason };
  }

  return {
    waiting: () => waiting,
    tick: () => issue(),
    deposit(items) {
      const checked = items.map((item) => checkedItem(item, options));
      const numbers = new Map<number, number>();
      let room = depositsWaitingMax - waiting;
      store.commitNow(() => {
        let isNew = false;
        for (const [index, one] of checked.entries()) {
          if (typeof one === 'string' || room-- <= 0) continue;
          const { where, action } = items[index] as Readonly<Record<string, unknown>>;
          if (words?.note([where, action])) isNew = true;
          numbers.set(index, store.deposits.add(bodyOf(one)));
        }
        if (isNew) words?.keep();
      });
      waiting += numbers.size;
      const ids = new Map<number, string>();
      issue((n, id) => ids.set(n, id));
      let position = waiting - [...numbers.values()].filter((n) => !ids.has(n)).length;
      return checked.map((one, index) => {
        if (typeof one === 'string') return refusal(one);
        const n = numbers.get(index);
        if (n === undefined)
          return refusal(`${waiting} deposits wait for their turn, and there is no room for more; send it again later`);
        const id = ids.get(n);
        if (id !== undefined) return { state: 'accepted', id };
        position++;
        return { state: 'waiting', position, wait_s: waitS(position) };
      });
    },
  };
}

/** @returns what is to be issued, or what is wrong in one line */
function checkedItem(item: unknown, options: DepositsOptions): Unissued | string {
  try {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return `${shown(item)} is not a deposit`;
    const given = item as Readonly<Record<string, unknown>>;
    if ('about' in given) return checkedFollowUp(given, options);
    const profile = domainNamed(options.domains, given.domain);
    if ('problem' in profile) return profile.problem;
    const lifetime = profile.value.lifetimeH.outcome ?? keptHMax;
    const rest = { finding: FINDING.outcome, baseline: 0, age: 0, duration: 0, lifetime, evidence: [] };
    return { version: 1, ...checkedDeposit(profile.value, given), ...rest };
  } catch (error) {
    if (error instanceof OperatingError && error.code === 'deposit_invalid') return reasonOf(error);
    throw error;
  }
}

const FOLLOW_UP_KEYS = ['about', 'worked', 'score'];

function checkedFollowUp(given: Readonly<Record<string, unknown>>, { store, own }: DepositsOptions): Unissued | string {
  const { about, worked, score = worked === true ? 1 : 0 } = given;
  const unknown = Object.keys(given).find((key) => !FOLLOW_UP_KEYS.includes(key));
  if (unknown !== undefined)
    return `${shown(unknown)} is not a key of what came of a deposit; it has ${FOLLOW_UP_KEYS.join(', ')}`;
  if (typeof about !== 'string' || !/^[0-9a-f]{32}$/.test(about))
    return `about: ${shown(about)} is not the id of a packet`;
  if (typeof worked !== 'boolean') return `worked: ${shown(worked)} is not true or false`;
  if (typeof score !== 'number' || !(score >= 0 && score <= 1))
    return `score: ${shown(score)} is not in 0 to 1, the share of the promised effect that came`;
  const id = Buffer.from(about, 'hex');
  const row = store.packets.get(id);
  const parsed = row && parse(row.bytes);
  if (!row || !parsed?.ok || parsed.packet.outcome.finding !== FINDING.outcome)
    return `about: no outcome with the id ${about} is held here`;
  if (row.origin.equals(own)) return `about: ${about} is a deposit of this gateway itself`;
  return followUp({ id, outcome: parsed.packet.outcome }, score);
}

/** Asserts that a packet can be made of it: what waits must not fail when its turn comes. */
function bodyOf(unissued: Unissued): string {
  payloadOf({ ...unissued, issued: 0, context: Buffer.alloc(contextBytes), sequence: 0, clock: 0 });
  return JSON.stringify({ ...unissued, evidence: unissued.evidence.map((id) => id.toString('hex')) });
}

function readBody(body: string): Unissued {
  const read = JSON.parse(body) as Omit<Unissued, 'evidence'> & { readonly evidence: readonly string[] };
  return { ...read, evidence: read.evidence.map((id) => Buffer.from(id, 'hex')) };
}
