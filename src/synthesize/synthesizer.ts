// Packets and the local view -> conclusions: a verdict on our own findings, answers to those of others, early warnings.
//
//     own finding ──┐                    ┌─> verdict   (event, fault, uncorroborated; told when it changes)
//     heard packet ─┼─> votes, weighed ──┼─> answer    (confirm, refute, verdict: a packet, under the storm rule)
//     tick(now) ────┘                    └─> advisory  (likely here in n minutes)
//
// Pure: time, randomness and the local view are passed in. Storm rule (protocol section 2): findings 3 to 5 are never
// answered; at most one answer per packet id, after a random delay, none once 3 that agree were heard.
import { FINDING } from '../core/condition.ts';
import type { DomainProfile } from '../core/domain.ts';
import { agreeingFindingsMax, heardPacketsMax, openFindingsMax } from '../core/limits.ts';
import type { Quantity } from '../core/quantities.ts';
import { type Advisory, createAdvisor } from './advisor.ts';
import { distanceM, type Place, type Sighting } from './sighting.ts';
import { similarity } from './similarity.ts';
import { sideOf, type VerdictName, type Vote, voteWeight, weigh } from './weighing.ts';

/** What one of our channels shows right now. */
export interface LocalView {
  readonly quantity: Quantity;
  readonly state: 'learning' | 'normal' | 'event' | 'fault';
}

export type Conclusion =
  | {
      readonly kind: 'verdict';
      readonly about: Sighting;
      readonly verdict: VerdictName;
      /** That it is a real event, 0 to 1. */
      readonly probability: number;
      readonly evidence: readonly string[];
    }
  | {
      readonly kind: 'answer';
      readonly finding: 'confirm' | 'refute' | 'verdict';
      readonly about: Sighting;
      /** Our own finding behind a confirmation. */
      readonly own?: Sighting;
      readonly probability: number;
      readonly evidence: readonly string[];
    }
  | Advisory;

export interface SynthesizerOptions {
  readonly profile: DomainProfile;
  /** Own node id in hex. */
  readonly nodeId: string;
  readonly here: Place | undefined;
  readonly random: () => number;
}

const ANSWER_DELAY_MS = { min: 5_000, max: 60_000 };
/** How long a finding stays open to votes after its onset. */
const OPEN_MS = 6 * 3_600_000;
/** Each id costs 17 bytes on the wire; the strongest say enough. */
const VERDICT_EVIDENCE_MAX = 4;

interface OwnFinding {
  readonly sighting: Sighting;
  verdict: VerdictName | undefined;
  depositAtMs: number | undefined;
}

export type Synthesizer = ReturnType<typeof createSynthesizer>;

export function createSynthesizer({ profile, nodeId, here, random }: SynthesizerOptions) {
  const heard = new Map<string, Sighting>();
  /** Events of others that may still be answered, with the time an answer is due. */
  const pending = new Map<string, { sighting: Sighting; dueMs: number | undefined }>();
  const own = new Map<string, OwnFinding>();
  const answered = new Set<string>();
  const advisor = createAdvisor(profile, here);

  const delayMs = () => ANSWER_DELAY_MS.min + random() * (ANSWER_DELAY_MS.max - ANSWER_DELAY_MS.min);
  const isFirstHand = ({ outcome }: Sighting) => outcome.finding === FINDING.event || outcome.finding === FINDING.level;

  function matches(a: Sighting, b: Sighting): boolean {
    if (similarity(profile, a.outcome, b.outcome) <= 0) return false;
    const travelS = a.place && b.place ? distanceM(a.place, b.place) / profile.travelSpeedMps : 0;
    return Math.abs(a.onsetMs - b.onsetMs) <= (profile.onsetToleranceS + travelS) * 1000;
  }

  /** Distinct origins that said the same of a packet. */
  function agreeing(id: string, side: 1 | -1): number {
    const origins = new Set<string>();
    for (const sighting of heard.values()) {
      if (sighting.evidence.includes(id) && sideOf(sighting) === side) origins.add(sighting.origin);
    }
    return origins.size;
  }

  function votesOn(about: Sighting, nowMs: number): Vote[] {
    const votes: Vote[] = [];
    for (const sighting of heard.values()) {
      if (sighting.origin === about.origin || sighting.expiresMs < nowMs) continue;
      const spoken = sighting.evidence.includes(about.id) ? sideOf(sighting) : undefined;
      const side = spoken ?? (isFirstHand(sighting) && matches(about, sighting) ? 1 : undefined);
      if (side) votes.push({ sighting, side, weight: voteWeight(profile, about, sighting, nowMs) });
    }
    return votes;
  }

  function assess(finding: OwnFinding, nowMs: number): Conclusion[] {
    const { sighting } = finding;
    const isFault = sighting.outcome.finding === FINDING.fault;
    // A check that names a fault needs no votes; what neighbours see meanwhile is what this sensor misses.
    const logit = Math.log((100 - sighting.outcome.confidence + 1) / (sighting.outcome.confidence + 1));
    const weighed = isFault
      ? { ...weigh([], Math.min(logit, -1.5)), votes: votesOn(sighting, nowMs) }
      : weigh(votesOn(sighting, nowMs), 0);
    const { verdict, probability } = weighed;
    if (verdict === finding.verdict) return [];
    finding.verdict = verdict;
    if (!isFault && verdict !== 'uncorroborated') finding.depositAtMs ??= nowMs + delayMs();
    const evidence = weighed.votes.map((vote) => vote.sighting.id);
    return [{ kind: 'verdict', about: sighting, verdict, probability, evidence }];
  }

  function deposit(finding: OwnFinding, nowMs: number): Conclusion[] {
    const { sighting, verdict } = finding;
    if (finding.depositAtMs === undefined || nowMs < finding.depositAtMs || answered.has(sighting.id)) return [];
    if (verdict === undefined || verdict === 'uncorroborated') return [];
    answered.add(sighting.id);
    if (agreeing(sighting.id, verdict === 'event' ? 1 : -1) >= agreeingFindingsMax) return [];
    const { probability, votes } = weigh(votesOn(sighting, nowMs), 0);
    const others = votes.map((vote) => vote.sighting.id).filter((id) => !answered.has(id));
    const evidence = [sighting.id, ...others.slice(0, VERDICT_EVIDENCE_MAX - 1)];
    for (const id of evidence) answered.add(id);
    return [{ kind: 'answer', finding: 'verdict', about: sighting, probability, evidence }];
  }

  /** Confirm what we see too; refute what a healthy station this near must have seen and did not. */
  function answer(
    entry: { sighting: Sighting; dueMs: number | undefined },
    nowMs: number,
    views: readonly LocalView[],
  ): Conclusion[] {
    const { sighting } = entry;
    const seen = [...own.values()].find(({ sighting: mine }) => isFirstHand(mine) && matches(mine, sighting));
    if (!seen && !mustHaveSeen(sighting, nowMs, views)) return [];
    entry.dueMs ??= nowMs + delayMs();
    if (nowMs < entry.dueMs) return [];
    pending.delete(sighting.id);
    const finding = seen ? 'confirm' : 'refute';
    if (answered.has(sighting.id) || agreeing(sighting.id, seen ? 1 : -1) >= agreeingFindingsMax) return [];
    answered.add(sighting.id);
    const base = { kind: 'answer', finding, about: sighting, evidence: [sighting.id] } as const;
    return [seen ? { ...base, own: seen.sighting, probability: 1 } : { ...base, probability: 0 }];
  }

  function mustHaveSeen(sighting: Sighting, nowMs: number, views: readonly LocalView[]): boolean {
    if (!here || !sighting.place) return false;
    const apartM = distanceM(here, sighting.place);
    const waitS = profile.onsetToleranceS + (2 * apartM) / profile.travelSpeedMps;
    if (apartM > profile.nearM || nowMs < sighting.onsetMs + waitS * 1000) return false;
    if (!localStates(sighting, views).includes('normal')) return false;
    const corroborated = [...heard.values()].some(
      (other) => other.origin !== sighting.origin && isFirstHand(other) && matches(other, sighting),
    );
    return !corroborated && agreeing(sighting.id, 1) === 0;
  }

  function localStates(sighting: Sighting, views: readonly LocalView[]): LocalView['state'][] {
    const quantity = phenomenonOf(sighting)?.quantity;
    return views.filter((view) => view.quantity === quantity).map((view) => view.state);
  }

  function phenomenonOf(sighting: Sighting) {
    return profile.phenomena[(sighting.outcome.coarse[0] ?? 0) - 1];
  }

  function remember(sighting: Sighting): void {
    if (heard.size >= heardPacketsMax) heard.delete(heard.keys().next().value ?? '');
    heard.set(sighting.id, sighting);
    if (sighting.outcome.finding === FINDING.event) pending.set(sighting.id, { sighting, dueMs: undefined });
  }

  function forget(nowMs: number): void {
    for (const [id, sighting] of heard) if (sighting.expiresMs < nowMs) heard.delete(id);
    for (const [id, { sighting }] of pending)
      if (!heard.has(id) || nowMs > sighting.onsetMs + OPEN_MS) pending.delete(id);
    for (const [id, { sighting }] of own) if (nowMs > sighting.issuedMs + OPEN_MS) own.delete(id);
    while (answered.size > heardPacketsMax) answered.delete(answered.values().next().value ?? '');
  }

  function addOwn(sighting: Sighting): OwnFinding | undefined {
    const { finding } = sighting.outcome;
    if (finding !== FINDING.event && finding !== FINDING.fault) return undefined;
    if (own.size >= openFindingsMax) own.delete(own.keys().next().value ?? '');
    const entry: OwnFinding = { sighting, verdict: undefined, depositAtMs: undefined };
    own.set(sighting.id, entry);
    return entry;
  }

  return {
    /** A packet of our own was issued. */
    issued(sighting: Sighting, nowMs: number): Conclusion[] {
      const entry = addOwn(sighting);
      return entry ? assess(entry, nowMs) : [];
    },

    /** A verified packet of another gateway came in. */
    hear(sighting: Sighting, nowMs: number, views: readonly LocalView[]): Conclusion[] {
      remember(sighting);
      const conclusions: Conclusion[] = [];
      for (const finding of own.values()) {
        const concerned = sighting.evidence.includes(finding.sighting.id) || matches(finding.sighting, sighting);
        if (concerned && finding.sighting.outcome.finding === FINDING.event)
          conclusions.push(...assess(finding, nowMs));
      }
      const quantity = phenomenonOf(sighting)?.quantity;
      const states = localStates(sighting, views);
      if (quantity && states.length > 0 && !states.includes('event') && isFirstHand(sighting)) {
        const alike = [...heard.values()].filter((other) => isFirstHand(other) && matches(other, sighting));
        conclusions.push(...advisor.advise(quantity, alike, nowMs));
      }
      return conclusions;
    },

    /** What time alone brings: answers that are due. */
    tick(nowMs: number, views: readonly LocalView[]): Conclusion[] {
      forget(nowMs);
      const conclusions: Conclusion[] = [];
      for (const finding of own.values()) conclusions.push(...deposit(finding, nowMs));
      for (const entry of [...pending.values()]) conclusions.push(...answer(entry, nowMs, views));
      return conclusions;
    },

    /** After a restart: what was issued and heard before, without concluding anew. */
    restore(sighting: Sighting): void {
      if (sighting.origin !== nodeId) remember(sighting);
      else if (sideOf(sighting)) for (const id of sighting.evidence) answered.add(id);
      else addOwn(sighting);
    },
  };
}
