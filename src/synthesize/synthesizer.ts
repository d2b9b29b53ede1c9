// Packets and the local view -> conclusions: a verdict on our own findings, answers to those of others, early warnings.
//
//     own finding ──┐                    ┌─> verdict   (event, fault, uncorroborated; told when it changes)
//     heard packet ─┼─> votes, weighed ──┼─> answer    (confirm, refute, verdict: a packet, under the storm rule)
//     tick(now) ────┘                    └─> advisory  (likely here in n minutes)
//
// Pure: time, randomness and the local view are passed in. Invariant: a packet costs at most a look at what was heard of its
// phenomenon and cell, and from one tick to the next no more than heardLooksMax are taken: what then has to wait is weighed
// at a later tick. Packets of other domains are none of its business.
import { FINDING } from '../core/condition.ts';
import { type DomainProfile, phenomenonOf } from '../core/domain.ts';
import type { Quantity } from '../core/quantities.ts';
import { type Advisory, createAdvisor } from './advisor.ts';
import { type Answer, createAnswers } from './answers.ts';
import type { VerdictExplanation } from './explanation.ts';
import { createHearsay } from './hearsay.ts';
import { type LocalView, statesOf } from './local-view.ts';
import { createOwnEvents, type Verdict } from './own-events.ts';
import { NEUTRAL, type Reason, type Reputation } from './reputation.ts';
import { isFirstHand, matches, type Place, type Sighting } from './sighting.ts';
import { createStormRule } from './storm-rule.ts';
import { sideOf, WEIGHING } from './weighing.ts';

export type Conclusion = Verdict | Answer | Advisory;

export interface SynthesizerOptions {
  readonly profile: DomainProfile;
  /** Own node id in hex. */
  readonly nodeId: string;
  readonly here: Place | undefined;
  readonly random: () => number;
  /** Absent: everybody's word counts the same. */
  readonly reputation?: Reputation;
}

export interface Synthesizer {
  /** A packet of our own was issued. */
  issued(sighting: Sighting, nowMs: number): Conclusion[];
  /** A verified packet of another gateway came in. */
  hear(sighting: Sighting, nowMs: number, views: readonly LocalView[]): Conclusion[];
  /** What time alone brings: answers that are due. */
  tick(nowMs: number, views: readonly LocalView[]): Conclusion[];
  /** After a restart: what was issued and heard before, oldest first, without concluding anew. */
  restore(sighting: Sighting): void;
  /** Why the verdicts on own findings stand whose packet id, in hex, begins like this. */
  explain(prefix: string): VerdictExplanation[];
}

export function createSynthesizer(options: SynthesizerOptions): Synthesizer {
  const { profile, nodeId, here, random, reputation = NEUTRAL } = options;
  const hearsay = createHearsay(profile);
  const isTrusted = ({ origin, outcome }: Sighting) =>
    reputation.weightOf(origin, outcome.coarse[0] ?? 0) >= WEIGHING.confirmerTrustMin;
  const stormRule = createStormRule(hearsay, random, isTrusted);
  const ownEvents = createOwnEvents({ profile, hearsay, stormRule, reputation });
  const judged = (event: Sighting, reason: Reason, nowMs: number, judge = nodeId) =>
    reputation.judge({ ...about(event), reason, judge }, nowMs);
  const answers = createAnswers({ profile, here, hearsay, stormRule, judged, isTrusted });
  const advisor = createAdvisor(profile, here, reputation);
  /** Of each phenomenon the newest sighting that there was no time to look into. */
  const unwarned = new Map<Quantity, Sighting>();

  /** @returns whether it is new */
  function remember(sighting: Sighting): boolean {
    if (sighting.outcome.domain !== profile.id || !hearsay.add(sighting)) return false;
    answers.heard(sighting, ownEvents.all());
    return true;
  }

  function warn(sighting: Sighting, nowMs: number, views: readonly LocalView[]): Advisory[] {
    const quantity = phenomenonOf(profile, sighting.outcome)?.quantity;
    const states = statesOf(views, quantity);
    if (!quantity || states.length === 0 || states.includes('event') || !isFirstHand(sighting)) return [];
    if (hearsay.isBusy()) {
      // The newest of a phenomenon stands for the others: what matches it is looked up when it is its turn.
      unwarned.set(quantity, sighting);
      return [];
    }
    const alike = hearsay.witnesses(sighting.outcome).filter((other) => matches(profile, other, sighting));
    return advisor.advise(quantity, [...alike], nowMs);
  }

  function warnLate(nowMs: number, views: readonly LocalView[]): Advisory[] {
    const waiting = [...unwarned.values()];
    unwarned.clear();
    return waiting.flatMap((sighting) => warn(sighting, nowMs, views));
  }

  return {
    issued(sighting, nowMs) {
      if (sighting.outcome.finding === FINDING.fault) return [ownEvents.fault(sighting, nowMs)];
      if (sighting.outcome.finding !== FINDING.event) return [];
      const event = ownEvents.add(sighting);
      answers.seen(event);
      return ownEvents.assess(event, nowMs);
    },

    hear(sighting, nowMs, views) {
      if (!remember(sighting)) return [];
      const side = sideOf(sighting);
      const event = side && hearsay.get(sighting.evidence[0] ?? '');
      if (event) judged(event, side === 1 ? 'confirmed' : 'refuted', nowMs, sighting.origin);
      return [...ownEvents.heard(sighting, nowMs), ...warn(sighting, nowMs, views)];
    },

    tick(nowMs, views) {
      hearsay.forget(nowMs);
      return [...ownEvents.tick(nowMs), ...answers.tick(nowMs, views), ...warnLate(nowMs, views)];
    },

    restore(sighting) {
      if (sighting.origin !== nodeId) remember(sighting);
      else if (sideOf(sighting)) stormRule.note(sighting.evidence);
      else if (sighting.outcome.finding === FINDING.event) answers.seen(ownEvents.add(sighting));
    },

    explain: ownEvents.explain,
  };
}

function about({ id, origin, outcome }: Sighting) {
  return { id, origin, phenomenon: outcome.coarse[0] ?? 0 };
}
