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
import type { Words } from '../distill/words.ts';
import type { OpenAdvice } from '../synthesize/election/open-advice.ts';
import { pool } from '../synthesize/pool.ts';
import type { ParameterKind, ParameterValue } from '../synthesize/pooling/parameter-mean.ts';
import { type ActionResult, pooledPart, recommend } from '../synthesize/recommendation.ts';
import type { Elections, JudgedPackets } from './elections.ts';
import { type Asked, askedFor, type FoundPacket, type Outcomes, tellFound } from './outcomes.ts';
import { foundBy, meritOf, probedBy, type Way, type WayFound } from './way-search.ts';

export interface QuestionsOptions {
  readonly domains: Pick<Domains, 'all'>;
  readonly outcomes: Pick<Outcomes, 'find'>;
  readonly nowMs: () => number;
  /** Remembers the words of a question. */
  readonly words?: Pick<Words, 'note'> | undefined;
  readonly elections: Pick<Elections, 'judged' | 'choose' | 'ways' | 'advised'>;
  /**
   * Has neighbours bring what they hold at some addresses, coarse ordinals, the own ones first; settles when they did, or their
   * time is over. Absent: there are none.
   */
  readonly ask?: ((asked: Asked, addresses: readonly (readonly number[])[]) => Promise<void>) | undefined;
}

type Request = Readonly<Record<string, unknown>>;

/** Answers are plain JSON with snake_case keys. */
export interface Questions {
  /** @throws OperatingError usage: one line with key and value */
  query(request: Request): Promise<{ readonly packets: readonly ReturnType<typeof tellFound>[] }>;
  /** @throws OperatingError usage; not_found when nothing that was deposited can be counted */
  advise(request: Request): Promise<ReturnType<typeof advice>>;
}

export function createQuestions({ domains, outcomes, nowMs, elections, ask, words }: QuestionsOptions): Questions {
  const askOthers = async (way: Way, asked: Asked) => ask?.(asked, await probedBy(way, asked));
  return {
    async query(request) {
      const asked = taken(askedFor(domains, request, { isWhole: false }));
      words?.note(request.where);
      const chosen = elections.choose(asked.profile);
      await askOthers(chosen, asked);
      const now = nowMs();
      const top = Math.min(answeredPacketsMax, ORDERED * asked.top);
      const found = await foundBy(chosen, { ...asked, top, enough: asked.top }, { outcomes, now });
      const { orderOf } = elections.judged(asked, now);
      const ordered = inOrder(found, (packet) => meritOf(packet) * orderOf(packet)).slice(0, asked.top);
      return { packets: ordered.map((packet) => tellFound(packet, now)) };
    },
    async advise(request) {
      const checked = taken(askedFor(domains, request, { isWhole: true }));
      words?.note(request.where);
      // As near as there is anything, and all of that.
      const asked = { ...checked, top: request.top === undefined ? answeredPacketsMax : checked.top, enough: 1 };
      const chosen = elections.choose(asked.profile);
      await askOthers(chosen, asked);
      const now = nowMs();
      const ways = elections.ways(asked.profile);
      const search = { outcomes, now, perOrigin: pooledPerOriginMax };
      const searched = await Promise.all(
        ways.map(async (way) => [way.name, (await foundBy(way, asked, search)).found] as const),
      );
      const found = searched[ways.indexOf(chosen)]![1];
      const { reputationOf } = elections.judged(asked, now);
      const answer = advice(asked.profile, found, { now, reputationOf });
      // Alone it answers whatever comes.
      if (ways.length > 1) {
        elections.advised(asked.profile, foretold(answer, { found, searched, reputationOf }));
      }
      return answer;
    },
  };
}

/** So many times what is asked for is looked through for what is worth more. */
const ORDERED = 3;

/** What needed no widening first; where a module compares, that is its to say. */
function inOrder({ found, isByModule }: WayFound, rankOf: (packet: FoundPacket) => number): FoundPacket[] {
  const ranks = new Map(found.map((packet) => [packet, rankOf(packet)]));
  const isFurther = ({ widened }: FoundPacket) => Number(!isByModule && widened > 0);
  return found.toSorted((a, b) => isFurther(a) - isFurther(b) || ranks.get(b)! - ranks.get(a)!);
}

type ReputationOf = JudgedPackets['reputationOf'];

interface Searched {
  readonly found: readonly FoundPacket[];
  /** By the name of each similarity function, what it selects. */
  readonly searched: readonly (readonly [string, readonly FoundPacket[]])[];
  readonly reputationOf: ReputationOf;
}

/** What each similarity function expects of the action that was advised, from what it selects itself. */
function foretold(
  { action, evidence }: Pick<ReturnType<typeof advice>, 'action' | 'evidence'>,
  { found, searched, reputationOf }: Searched,
): OpenAdvice {
  const effects = searched.flatMap(([name, selected]) => {
    const taken = selected.filter(({ shown }) => shown.action.name === action.name);
    const { estimate } = pool(taken.flatMap((packet) => pooledPart(resultOf(packet, reputationOf(packet)))));
    return estimate ? [[name, estimate.effect] as const] : [];
  });
  const byId = new Map(found.map((packet) => [packet.id, packet]));
  const promised = evidence.flatMap((id) => {
    const { effect, standardError } = byId.get(id)!.shown;
    return effect === null || standardError === null ? [] : [{ id, effect }];
  });
  return { evidence: promised, foretold: Object.fromEntries(effects) };
}

/** The action that the packets speak for, with what to expect of it. */
function advice(
  profile: DomainProfile,
  found: readonly FoundPacket[],
  { now, reputationOf }: { readonly now: number; readonly reputationOf: ReputationOf },
) {
  const results = found.map((one) => resultOf(one, reputationOf(one)));
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
  const { effect, standardError } = shown;
  const measured = effect === null || standardError === null ? {} : { effect, standardError };
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
