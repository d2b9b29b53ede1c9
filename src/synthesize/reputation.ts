// Learns how much the word of a gateway counts, for one phenomenon, from what then happened; it is never frozen.
//
// A Beta posterior per origin and phenomenon that decays: it came true here, or others confirmed it. That it did not come
// here, or that others refuted it, is counted and costs nothing: "not here" shows nothing false. weight = mean x n / (n + 1), scaled so that a key the operator wrote into the configuration starts at 1;
// a newcomer starts at a third of that. Trust that was frozen after a good week fell to a precision of .30 under attack;
// trust that went on learning kept .93 to .97.
// Invariant: one packet is judged at most once by each judge; memory is capped.
import { judgementsMax, reputationsMax } from '../core/limits.ts';

/** Why a reputation moved. */
export const REASONS = ['came', 'absent', 'confirmed', 'refuted'] as const;
export type Reason = (typeof REASONS)[number];

export const REPUTATION = {
  /** Pseudo-counts of a key the operator vouches for, and of one that merely announced itself. */
  pinned: { right: 9, wrong: 1 },
  newcomer: { right: 1, wrong: 2 },
  halfLifeMs: 30 * 86_400_000,
  /** What was seen here counts whole; what others say of it half, times their own weight. */
  hearsayShare: 0.5,
} as const;

/** The weight of a pinned key that nothing is known of yet. */
const UNIT = weightOfCounts(REPUTATION.pinned.right, REPUTATION.pinned.wrong);

/** Plain JSON. */
export interface Standing {
  readonly origin: string;
  /** Ordinal in the domain. */
  readonly phenomenon: number;
  /** Decaying counts beyond the prior. */
  right: number;
  wrong: number;
  updatedMs: number;
  readonly reasons: Record<Reason, number>;
}

export interface ShownStanding {
  readonly origin: string;
  readonly phenomenon: number;
  /** 1 is a pinned key without a history; 0 is worth nothing. */
  readonly weight: number;
  readonly right: number;
  readonly wrong: number;
  readonly reasons: Readonly<Record<Reason, number>>;
  /** Two packets of this key contradict each other: it is cloned, or lies. */
  readonly equivocated: boolean;
}

export interface Judgement {
  /** Packet that is judged. */
  readonly id: string;
  readonly origin: string;
  readonly phenomenon: number;
  readonly reason: Reason;
  /** Node id of who judges; our own for `came` and `absent`. */
  readonly judge: string;
}

export interface Reputation {
  weightOf(origin: string, phenomenon: number): number;
  judge(judgement: Judgement, nowMs: number): void;
  /** Proof that a key is cloned or lies: from now on its word is worth nothing. */
  condemn(origin: string): void;
  shown(): ShownStanding[];
  state(): { standings: Standing[]; condemned: string[] };
}

export interface ReputationOptions {
  /** Node ids of keys the operator wrote down. */
  readonly pinned: ReadonlySet<string>;
  readonly saved?: { standings?: Standing[]; condemned?: string[] } | undefined;
}

export function createReputation({ pinned, saved }: ReputationOptions): Reputation {
  const standings = new Map<string, Standing>();
  const condemned = new Set(saved?.condemned);
  const judged = new Set<string>();
  for (const standing of saved?.standings ?? []) standings.set(keyOf(standing.origin, standing.phenomenon), standing);

  function weightOf(origin: string, phenomenon: number): number {
    if (condemned.has(origin)) return 0;
    const prior = pinned.has(origin) ? REPUTATION.pinned : REPUTATION.newcomer;
    const standing = standings.get(keyOf(origin, phenomenon));
    return standingWeight(prior.right + (standing?.right ?? 0), prior.wrong + (standing?.wrong ?? 0));
  }

  function standingOf(origin: string, phenomenon: number, nowMs: number): Standing {
    const key = keyOf(origin, phenomenon);
    const known = standings.get(key);
    if (known) return known;
    if (standings.size >= reputationsMax) standings.delete(leastKnown(standings));
    const reasons = { came: 0, absent: 0, confirmed: 0, refuted: 0 };
    const fresh = { origin, phenomenon, right: 0, wrong: 0, updatedMs: nowMs, reasons };
    standings.set(key, fresh);
    return fresh;
  }

  /** "Not here" costs nobody trust, whoever says it: most rises are real, and local. */
  function shareOf(reason: Reason, judge: string, phenomenon: number): number {
    if (reason === 'absent' || reason === 'refuted') return 0;
    return reason === 'came' ? 1 : REPUTATION.hearsayShare * Math.min(1, weightOf(judge, phenomenon));
  }

  return {
    weightOf,
    judge({ id, origin, phenomenon, reason, judge }, nowMs) {
      const once = `${id}/${judge}`;
      if (judge === origin || judged.has(once)) return;
      if (judged.size >= judgementsMax) judged.delete(judged.values().next().value ?? '');
      judged.add(once);
      const share = shareOf(reason, judge, phenomenon);
      const standing = standingOf(origin, phenomenon, nowMs);
      const kept = 2 ** (-Math.max(0, nowMs - standing.updatedMs) / REPUTATION.halfLifeMs);
      standing.right = standing.right * kept + share;
      // Nothing adds to it any more; what an earlier version saved fades.
      standing.wrong *= kept;
      standing.updatedMs = Math.max(standing.updatedMs, nowMs);
      standing.reasons[reason]++;
    },
    condemn: (origin) => void condemned.add(origin),
    shown() {
      const untold = [...condemned].filter((origin) => ![...standings.values()].some((one) => one.origin === origin));
      const blank = { phenomenon: 0, right: 0, wrong: 0, reasons: { came: 0, absent: 0, confirmed: 0, refuted: 0 } };
      return [...standings.values(), ...untold.map((origin) => ({ ...blank, origin }))].map((standing) => ({
        origin: standing.origin,
        phenomenon: standing.phenomenon,
        weight: weightOf(standing.origin, standing.phenomenon),
        right: standing.right,
        wrong: standing.wrong,
        reasons: standing.reasons,
        equivocated: condemned.has(standing.origin),
      }));
    },
    state: () => ({ standings: [...standings.values()], condemned: [...condemned] }),
  };
}

/** Where nothing is learned: in a replay of one gateway, and in tests of what stands beside it. */
export const NEUTRAL: Reputation = {
  weightOf: () => 1,
  judge: () => {},
  condemn: () => {},
  shown: () => [],
  state: () => ({ standings: [], condemned: [] }),
};

/** What such a history counts: 1 is a pinned key without one. */
export function standingWeight(right: number, wrong: number): number {
  return weightOfCounts(right, wrong) / UNIT;
}

function weightOfCounts(right: number, wrong: number): number {
  const n = right + wrong;
  return (right / n) * (n / (n + 1));
}

function keyOf(origin: string, phenomenon: number): string {
  return `${origin}/${phenomenon}`;
}

/** Whoever has the shortest history loses least by starting again. */
function leastKnown(standings: ReadonlyMap<string, Standing>): string {
  let least = '';
  let count = Number.POSITIVE_INFINITY;
  for (const [key, { right, wrong }] of standings) {
    if (right + wrong < count) {
      least = key;
      count = right + wrong;
    }
  }
  return least;
}
