// Answers what programs ask of deposits: which outcomes there are under such conditions, and which action they speak for.
//
//     question ──checked──> neighbours (1 s at most) ──> what is held now ──> packets, or one action pooled from them
//
// Invariant: an answer is made from what is held and was verified; what neighbours bring takes the way of every packet first.

import { answeredPacketsMax, pooledPerOriginMax } from '../core/deposit-limits.ts';
import type { DomainProfile } from '../core/domain.ts';
import { OperatingError } from '../core/errors.ts';
import { parametersOf } from '../distill/action.ts';
import type { Domains } from '../distill/domains.ts';
import type { Checked } from '../distill/where.ts';
import type { PublicKey } from '../packet/gate.ts';
import type { ParameterKind, ParameterValue } from '../synthesize/pooling/parameter-mean.ts';
import { type ActionResult, recommend } from '../synthesize/recommendation.ts';
import type { Reputation } from '../synthesize/reputation.ts';
import { type Asked, askedFor, type FoundPacket, type Outcomes, tellFound } from './outcomes.ts';

export interface QuestionsOptions {
  readonly domains: Pick<Domains, 'all'>;
  readonly outcomes: Pick<Outcomes, 'find'>;
  readonly nowMs: () => number;
  /** What the word of an origin (node id in hex) counts in a domain; our own is 1. */
  readonly weightOf: (origin: string, profile: DomainProfile) => number;
  /** Has neighbours bring what they hold; settles when they did, or their time is over. Absent: there are none. */
  readonly ask?: ((asked: Asked) => Promise<void>) | undefined;
}

/** Our own word is not in doubt. */
export function weightsOf(
  reputations: ReadonlyMap<DomainProfile, Pick<Reputation, 'weightOf'>>,
  own: Pick<PublicKey, 'nodeId'> | undefined,
): QuestionsOptions['weightOf'] {
  const nodeId = own?.nodeId.toString('hex');
  return (origin, profile) => (origin === nodeId ? 1 : reputations.get(profile)!.weightOf(origin, ANY_PHENOMENON));
}

/** A deposit is about none. */
const ANY_PHENOMENON = 0;

type Request = Readonly<Record<string, unknown>>;

/** Answers are plain JSON with snake_case keys. */
export interface Questions {
  /** @throws OperatingError usage: one line with key and value */
  query(request: Request): Promise<{ readonly packets: readonly ReturnType<typeof tellFound>[] }>;
  /** @throws OperatingError usage; not_found when nothing that was deposited can be counted */
  advise(request: Request): Promise<ReturnType<typeof advice>>;
}

export function createQuestions({ domains, outcomes, nowMs, weightOf, ask }: QuestionsOptions): Questions {
  return {
    async query(request) {
      const asked = taken(askedFor(domains, request, { isWhole: false }));
      await ask?.(asked);
      const now = nowMs();
      return { packets: outcomes.find(asked, now).map((found) => tellFound(found, now)) };
    },
    async advise(request) {
      const checked = taken(askedFor(domains, request, { isWhole: true }));
      // As near as there is anything, and all of that.
      const asked = { ...checked, top: request.top === undefined ? answeredPacketsMax : checked.top, enough: 1 };
      await ask?.(asked);
      const now = nowMs();
      const found = outcomes.find(asked, now, pooledPerOriginMax);
      return advice(asked.profile, found, { now, weightOf: (origin) => weightOf(origin, asked.profile) });
    },
  };
}

/** The action that the packets speak for, with what to expect of it. */
function advice(
  profile: DomainProfile,
  found: readonly FoundPacket[],
  { now, weightOf }: { readonly now: number; readonly weightOf: (origin: string) => number },
) {
  const results = found.map((one) => resultOf(one, weightOf(one.origin)));
  const best = recommend(results, kindsOf(profile));
  if (!best) {
    const message = `nothing that was deposited in ${profile.name} compares with this; whoever has tried something can deposit it (qis deposit)`;
    throw new OperatingError('not_found', message);
  }
  const { best_single, ...rest } = best;
  const byId = new Map(found.map((one) => [one.id, one]));
  const widened = Math.max(...rest.evidence.map((id) => byId.get(id)?.widened ?? 0));
  return { ...rest, best_single: tellFound(byId.get(best_single.id)!, now), widened };
}

function resultOf({ id, origin, similarity, outcome, shown }: FoundPacket, reputation: number): ActionResult {
  const { name, ...parameters } = shown.action;
  const measured = shown.standardError === null ? {} : { effect: shown.effect, standardError: shown.standardError };
  return {
    id,
    origin,
    sharedClass: origin,
    similarity,
    reputation,
    action: name,
    parameters: parameters as Readonly<Record<string, ParameterValue>>,
    score: outcome.score,
    confidence: outcome.confidence,
    samples: outcome.samples,
    ...measured,
  };
}

const KINDS = { geometric: 'rate', arithmetic: 'number', mode: 'name' } as const;

/** Of all parameters of the domain; those that share a name are of one kind. */
function kindsOf(profile: DomainProfile): Record<string, ParameterKind> {
  const named = [
    ...profile.actions.keys().flatMap((code) => parametersOf(profile, code)),
    ...(profile.openActions ?? []),
  ];
  return Object.fromEntries(named.map(({ name, combine }) => [name, KINDS[combine]]));
}

function taken<T>(checked: Checked<T>): T {
  if ('problem' in checked) throw new OperatingError('usage', checked.problem);
  return checked.value;
}
