// The outcomes that a gateway holds, as it answers with them: found by condition, read from the database, shown by name.
//
//     packet committed ──note──> index of its domain ──find──> ids ──> database ──> packets, or the advice pooled from them
//
// Works on a store that runs and on a file that is only read. Invariant: what is shown was verified when it was taken in, and
// is there now.
import type { Domain } from '../core/condition.ts';
import { answeredPackets, answeredPacketsMax } from '../core/deposit-limits.ts';
import type { DomainProfile } from '../core/domain.ts';
import { conditionOf, type ShownDeposit, sensorOf, shownDeposit } from '../distill/deposit.ts';
import type { Domains } from '../distill/domains.ts';
import { type Checked, shown as shownValue, type ToldWord } from '../distill/where.ts';
import { publicKey } from '../packet/gate.ts';
import { expiresS, type Outcome } from '../packet/outcome.ts';
import { parse } from '../packet/packet.ts';
import { createHeld, type Found, type Held, type Question } from '../synthesize/held/held.ts';
import { domainNamed } from './domain-named.ts';

export interface OutcomesOptions {
  readonly domains: Domains;
  /** A packet of the database; origin is its public key. */
  readonly packet: (id: Buffer) => { readonly origin: Buffer; readonly bytes: Buffer } | undefined;
  /** Words of no list that are known here. */
  readonly told?: ToldWord | undefined;
}

/** What is asked, checked. */
export type Asked = Omit<Question, 'nowS' | 'perOrigin'> & { readonly profile: DomainProfile };

/** A packet that was found; origin is a node id in hex. */
export interface FoundPacket extends Omit<Found, 'id'> {
  readonly id: string;
  readonly origin: string;
  readonly outcome: Outcome;
  readonly shown: ShownDeposit;
}

export interface Outcomes {
  /** A packet with an outcome was committed. */
  note(packet: { readonly id: Buffer; readonly nodeId: Buffer; readonly outcome: Outcome }): void;
  gone(id: Buffer): void;
  /** Gives up what has expired. */
  forget(nowMs: number): void;
  /** Ids of what fits, the best first, and what matches only in a wider search behind it. @param perOrigin at most so many of one; absent: any */
  search(asked: Asked, nowMs: number, perOrigin?: number): Found[];
  /** The same, read. */
  find(asked: Asked, nowMs: number, perOrigin?: number): FoundPacket[];
  /** Packets held, over all domains. */
  count(): number;
}

export function createOutcomes({ domains, packet, told }: OutcomesOptions): Outcomes {
  const depositing = domains.all.filter(({ deposits }) => deposits);
  const held = new Map<Domain, Held>(depositing.map((profile) => [profile.id, createHeld(profile)]));

  function read(profile: DomainProfile, found: Found): FoundPacket[] {
    const row = packet(found.id);
    const parsed = row && parse(row.bytes);
    const key = row && publicKey(row.origin);
    if (!parsed?.ok || !key) return [];
    const { outcome } = parsed.packet;
    const origin = key.nodeId.toString('hex');
    return [{ ...found, id: found.id.toString('hex'), origin, outcome, shown: shownDeposit(profile, outcome, told) }];
  }

  function search({ profile, ...question }: Asked, nowMs: number, perOrigin?: number): Found[] {
    const nowS = Math.floor(nowMs / 1000);
    return held.get(profile.id)!.find({ ...question, perOrigin, nowS, isNearestFirst: true });
  }

  return {
    note({ id, nodeId, outcome }) {
      held.get(outcome.domain)?.add({ ...outcome, id, origin: nodeId, expiresS: expiresS(outcome) });
    },
    gone(id) {
      for (const one of held.values()) one.remove(id);
    },
    forget(nowMs) {
      for (const one of held.values()) one.forget(Math.floor(nowMs / 1000));
    },
    search,
    find: (asked, nowMs, perOrigin) => search(asked, nowMs, perOrigin).flatMap((one) => read(asked.profile, one)),
    count: () => held.values().reduce((sum, { size }) => sum + size, 0),
  };
}

/** Enters what a database holds, in the order it came. @param isBelieved whether a key (public, 32 bytes) still counts */
export function noteStored(
  outcomes: Pick<Outcomes, 'note'>,
  rows: Iterable<{ readonly id: Buffer; readonly origin: Buffer; readonly bytes: Buffer }>,
  isBelieved: (key: Buffer) => boolean,
): void {
  for (const { id, origin, bytes } of rows) {
    const parsed = parse(bytes);
    const key = publicKey(origin);
    if (parsed.ok && key && isBelieved(origin))
      outcomes.note({ id, nodeId: key.nodeId, outcome: parsed.packet.outcome });
  }
}

/** What a program or a command may ask with; everything else is refused by name. */
const KEYS = ['ask', 'domain', 'where', 'min_confidence', 'top'];

/** @param isWhole whether all that the domain requires must be stated @returns what is wrong otherwise, in one line */
export function askedFor(
  domains: Pick<Domains, 'all'>,
  request: Readonly<Record<string, unknown>>,
  { isWhole }: { readonly isWhole: boolean },
): Checked<Asked> {
  const unknown = Object.keys(request).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return { problem: `${shownValue(unknown)} is not a key of a question` };
  const { where = {}, min_confidence: confidence = 0, top = answeredPackets } = request;
  const profile = domainNamed(domains, request.domain);
  if ('problem' in profile) return profile;
  const condition = conditionOf(profile.value, where, { isWhole });
  if ('problem' in condition) return condition;
  const { sensor: name } = where as { sensor?: unknown };
  const sensor: Checked<number | undefined> = name === undefined ? { value: undefined } : sensorOf(name);
  if ('problem' in sensor) return sensor;
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 100))
    return { problem: `min_confidence: ${shownValue(confidence)} is not in 0 to 1` };
  if (typeof top !== 'number' || !Number.isInteger(top) || top < 1 || top > answeredPacketsMax)
    return { problem: `top: ${shownValue(top)} is not a whole number from 1 to ${answeredPacketsMax}` };
  const confidenceMin = confidence > 1 ? confidence : confidence * 100;
  const asked = { profile: profile.value, wanted: condition.value, sensor: sensor.value, confidenceMin, top };
  return { value: asked };
}

/** A packet that was found, as `qis query --json` tells it. */
export function tellFound({ id, origin, similarity, widened, outcome, shown }: FoundPacket, nowMs: number) {
  return {
    id,
    origin,
    similarity: Number(similarity.toFixed(4)),
    widened,
    score: shown.score,
    confidence: shown.confidence,
    samples: shown.samples,
    effect: shown.effect,
    action: shown.action,
    age_s: Math.max(0, Math.round(nowMs / 1000) - outcome.issued),
    where: shown.where,
    standard_error: shown.standardError,
  };
}

export type ToldPacket = ReturnType<typeof tellFound>;
