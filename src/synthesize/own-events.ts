// Our own events while they are open: the verdict that others' votes bring, and its deposit for the others.
//
// A verdict is told when it changes, and deposited once as a packet, under the storm rule, when it is more than
// "uncorroborated". Invariant: at most openFindingsMax are open; the oldest make room.
import type { DomainProfile } from '../core/domain.ts';
import type { VerdictName } from '../core/events.ts';
import { evidenceMax, openFindingsMax } from '../core/limits.ts';
import { type Answer, OPEN_MS, type OwnEvent } from './answers.ts';
import type { Hearsay } from './hearsay.ts';
import type { Reputation } from './reputation.ts';
import { isFirstHand, matches, type Sighting } from './sighting.ts';
import type { StormRule } from './storm-rule.ts';
import { sideOn, type Vote, voteWeight, type Weighed, weigh } from './weighing.ts';

export interface Verdict {
  readonly kind: 'verdict';
  readonly about: Sighting;
  readonly verdict: VerdictName;
  /** That it is a real event, 0 to 1. */
  readonly probability: number;
  /** In hex, strongest first. */
  readonly evidence: readonly string[];
}

/** Each id costs 17 bytes on the wire; the strongest say enough. */
const DEPOSITED_EVIDENCE_MAX = 4;
/** How far from even odds a verdict must be to be worth a packet: its score takes a side, whatever the odds. */
const LEAD_MIN = 0.1;
/** A check that names a fault is sure, whatever it says of its confidence: at most 0.18 that there was an event. */
const FAULT_LOG_ODDS_MAX = -1.5;

interface OpenFinding extends OwnEvent {
  verdict: VerdictName | undefined;
  depositAtMs: number | undefined;
}

export interface OwnEventsOptions {
  readonly profile: DomainProfile;
  readonly hearsay: Hearsay;
  readonly stormRule: StormRule;
  readonly reputation: Pick<Reputation, 'weightOf'>;
}

export type OwnEvents = ReturnType<typeof createOwnEvents>;

export function createOwnEvents({ profile, hearsay, stormRule, reputation }: OwnEventsOptions) {
  const open = new Map<string, OpenFinding>();

  function votesOn(about: Sighting, nowMs: number): Vote[] {
    const votes: Vote[] = [];
    for (const sighting of hearsay.all()) {
      if (sighting.origin === about.origin || sighting.expiresMs <= nowMs) continue;
      const isWitness = isFirstHand(sighting) && matches(profile, about, sighting);
      const side = sideOn(about.id, sighting) ?? (isWitness ? 1 : undefined);
      if (!side) continue;
      const trust = reputation.weightOf(sighting.origin, about.outcome.coarse[0] ?? 0);
      votes.push({ sighting, side, weight: voteWeight(profile, about, sighting, nowMs), trust });
    }
    return votes;
  }

  function assess(event: OpenFinding, nowMs: number): Verdict[] {
    const weighed = weigh(votesOn(event.sighting, nowMs), 0, event.verdict);
    if (weighed.verdict === event.verdict) return [];
    event.verdict = weighed.verdict;
    if (weighed.verdict !== 'uncorroborated') event.depositAtMs ??= stormRule.dueMs(nowMs);
    return [verdictOf(event.sighting, weighed)];
  }

  function deposit(event: OpenFinding, nowMs: number): Answer[] {
    const { sighting, depositAtMs } = event;
    if (depositAtMs === undefined || nowMs < depositAtMs) return [];
    event.depositAtMs = undefined;
    const { probability, votes } = weigh(votesOn(sighting, nowMs), 0);
    // What was clear when it was told may have aged since: then there is nothing to tell the others.
    const lead = probability - 0.5;
    if (Math.abs(lead) < LEAD_MIN || !stormRule.take(sighting.id, lead > 0 ? 1 : -1)) return [];
    const others = votes.map((vote) => vote.sighting.id).filter((id) => !stormRule.isAnswered(id));
    const evidence = [sighting.id, ...others.slice(0, DEPOSITED_EVIDENCE_MAX - 1)];
    stormRule.note(evidence);
    const verdict = lead > 0 ? 'event' : 'local';
    return [{ kind: 'answer', finding: 'verdict', verdict, about: sighting, probability, evidence }];
  }

  function add(sighting: Sighting): OpenFinding {
    if (open.size >= openFindingsMax) open.delete(open.keys().next().value ?? '');
    const event: OpenFinding = { sighting, verdict: undefined, depositAtMs: undefined };
    open.set(sighting.id, event);
    return event;
  }

  return {
    add,
    assess,
    all: (): OwnEvent[] => [...open.values()],

    /** What a check of ours says of a sensor needs no votes; what others see meanwhile is what that sensor misses. */
    fault(sighting: Sighting, nowMs: number): Verdict {
      const { confidence } = sighting.outcome;
      const logOdds = Math.min(Math.log((101 - confidence) / (confidence + 1)), FAULT_LOG_ODDS_MAX);
      const { probability } = weigh([], logOdds);
      return verdictOf(sighting, { verdict: 'fault', probability, votes: weigh(votesOn(sighting, nowMs), 0).votes });
    },

    /** Verdicts that a packet of another gateway changes. */
    heard(sighting: Sighting, nowMs: number): Verdict[] {
      return [...open.values()].flatMap((event) => {
        const concerned =
          sideOn(event.sighting.id, sighting) !== undefined ||
          (isFirstHand(sighting) && matches(profile, event.sighting, sighting));
        return concerned ? assess(event, nowMs) : [];
      });
    },

    /** Verdicts that are due as packets. */
    tick(nowMs: number): Answer[] {
      for (const [id, { sighting }] of open) if (nowMs > sighting.issuedMs + OPEN_MS) open.delete(id);
      const restored = open.values().filter(({ verdict }) => verdict === undefined);
      for (const event of restored) assess(event, nowMs);
      return [...open.values()].flatMap((event) => deposit(event, nowMs));
    },
  };
}

function verdictOf(about: Sighting, { verdict, probability, votes }: Weighed): Verdict {
  const evidence = votes.slice(0, evidenceMax).map(({ sighting }) => sighting.id);
  return { kind: 'verdict', about, verdict, probability, evidence };
}
