// Our own events while they are open: the verdict that others' votes bring, and its deposit for the others.
//
// A verdict is told when it changes, and deposited once as a packet, under the storm rule, when it is more than
// "uncorroborated". Invariant: at most openFindingsMax are open; the oldest make room.
import type { DomainProfile } from '../core/domain.ts';
import type { VerdictName } from '../core/events.ts';
import { evidenceMax, openFindingsMax } from '../core/limits.ts';
import { type Answer, OPEN_MS, type OwnEvent } from './answers.ts';
import { explainVerdict, type VerdictExplanation } from './explanation.ts';
import type { Hearsay } from './hearsay.ts';
import { createReckonings } from './reckonings.ts';
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
  /** Origins whose word is on its side: they see it too, or, of one that is local, they do not. */
  readonly neighbours: number;
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
  /** Since when something bears on it that was not weighed yet. */
  staleSinceMs: number | undefined;
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
  const reckonings = createReckonings();

  function votesOn(about: Sighting, nowMs: number): Vote[] {
    const votes: Vote[] = [];
    const vote = (sighting: Sighting, side: 1 | -1 | undefined) => {
      if (!side || sighting.origin === about.origin || sighting.expiresMs <= nowMs) return;
      const trust = reputation.weightOf(sighting.origin, about.outcome.coarse[0] ?? 0);
      votes.push({ sighting, side, weight: voteWeight(profile, about, sighting, nowMs), trust });
    };
    for (const sighting of hearsay.speakingOf(about.id)) vote(sighting, sideOn(about.id, sighting));
    for (const witness of hearsay.witnesses(about.outcome)) if (matches(profile, about, witness)) vote(witness, 1);
    return votes;
  }

  function assess(event: OpenFinding, nowMs: number): Verdict[] {
    event.staleSinceMs = undefined;
    const weighed = weigh(votesOn(event.sighting, nowMs), 0, event.verdict);
    reckonings.note({ about: event.sighting, weighed, nowMs });
    if (weighed.verdict === event.verdict) return [];
    event.verdict = weighed.verdict;
    if (weighed.verdict !== 'uncorroborated') event.depositAtMs ??= stormRule.dueMs(nowMs);
    return [verdictOf(event.sighting, weighed)];
  }

  /** Those that waited longest first, so that each gets its turn. */
  function weighWaiting(nowMs: number): Verdict[] {
    const waiting = [...open.values()].filter(({ staleSinceMs }) => staleSinceMs !== undefined);
    waiting.sort((a, b) => a.staleSinceMs! - b.staleSinceMs!);
    return waiting.flatMap((event) => {
      if (hearsay.isBusy()) return [];
      const isRestored = event.verdict === undefined;
      const verdicts = assess(event, nowMs);
      // What was open before a restart was told then.
      return isRestored ? [] : verdicts;
    });
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
    const event: OpenFinding = { sighting, verdict: undefined, depositAtMs: undefined, staleSinceMs: 0 };
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
      const weighed = { ...weigh([], logOdds), verdict: 'fault' } as const;
      const beside = weigh(votesOn(sighting, nowMs), 0).votes;
      reckonings.note({ about: sighting, weighed, beside, nowMs });
      return verdictOf(sighting, { ...weighed, votes: beside });
    },

    /** Why the verdicts stand whose packet id begins like this; none where it is too long ago. */
    explain: (prefix: string): VerdictExplanation[] =>
      reckonings.of(prefix).map((reckoning) => explainVerdict(profile, reckoning, hearsay.placeOf)),

    /** Verdicts that a packet of another gateway changes; where there is too much to weigh, the next tick does it. */
    heard(sighting: Sighting, nowMs: number): Verdict[] {
      return [...open.values()].flatMap((event) => {
        const concerned =
          sideOn(event.sighting.id, sighting) !== undefined ||
          (isFirstHand(sighting) && matches(profile, event.sighting, sighting));
        if (!concerned) return [];
        event.staleSinceMs ??= nowMs;
        return hearsay.isBusy() ? [] : assess(event, nowMs);
      });
    },

    /** Verdicts that had to wait, and those that are due as packets. */
    tick(nowMs: number): (Verdict | Answer)[] {
      for (const [id, { sighting }] of open) if (nowMs > sighting.issuedMs + OPEN_MS) open.delete(id);
      return [...weighWaiting(nowMs), ...[...open.values()].flatMap((event) => deposit(event, nowMs))];
    },
  };
}

function verdictOf(about: Sighting, { verdict, probability, votes }: Weighed): Verdict {
  const evidence = votes.slice(0, evidenceMax).map(({ sighting }) => sighting.id);
  const taken = verdict === 'local' ? -1 : 1;
  const neighbours = votes.filter(({ side }) => side === taken).length;
  return { kind: 'verdict', about, verdict, probability, evidence, neighbours };
}
