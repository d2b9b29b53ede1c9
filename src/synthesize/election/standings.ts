// Learns what the word of an origin counts in one domain of outcomes: by whether what it claimed came for those who did it.
//
// A Beta posterior with a half-life, priors and scale as for the air (reputation.ts). What came for us counts whole. What came
// for others counts half, times what their word is worth, and from all of them together no more than a few of our own
// reports; nothing from a key that has proven nothing, so that keys which vouch for each other lift nobody.
// Invariant: a weight is a function of what was reported, and memory is capped.
import { reputationsMax } from '../../core/limits.ts';
import { CLAIM } from '../pooling/claim.ts';
import { REPUTATION, standingWeight } from '../reputation.ts';

export const STANDING = {
  /** Outcomes live for a year, and few of them are followed. */
  halfLifeMs: 90 * 86_400_000,
  /** Reports of our own that all others together can weigh. */
  heardMax: 4,
} as const;

/** Right and wrong: what we saw, then what others told. Plain JSON. */
interface Standing {
  readonly origin: string;
  seen: readonly [number, number];
  heard: readonly [number, number];
  updatedMs: number;
}

export interface Standings {
  /** 1 is a pinned key without a history, a third a stranger; our own word is not in doubt. */
  weightOf(origin: string): number;
  /** What came of its claims against what was to be expected of it: 1 where nothing was reported or more came, towards 0 below. */
  creditOf(origin: string): number;
  /** 0 for a key that has proven nothing: it costs its owner nothing. */
  voiceOf(reporter: string): number;
  /** @param share 0 to 1 of what it said that was true @param witness ourselves, or whoever tells */
  judge(origin: string, said: { readonly share: number; readonly witness: string }, nowMs: number): void;
  state(): Standing[];
}

export interface StandingsOptions {
  /** Our own node id. */
  readonly own: string;
  readonly pinned: ReadonlySet<string>;
  readonly saved?: readonly Standing[] | undefined;
}

export function createStandings({ own, pinned, saved = [] }: StandingsOptions): Standings {
  const standings = new Map<string, Standing>(saved.map((one) => [one.origin, { ...one }]));

  const priorOf = (origin: string) => (pinned.has(origin) ? REPUTATION.pinned : REPUTATION.newcomer);

  function weightOf(origin: string): number {
    if (origin === own) return 1;
    const { right, wrong } = priorOf(origin);
    const { seen, heard } = standings.get(origin) ?? BLANK;
    return standingWeight(right + seen[0] + heard[0], wrong + seen[1] + heard[1]);
  }

  function voiceOf(reporter: string): number {
    if (reporter === own) return 1;
    const weight = weightOf(reporter);
    return weight < CLAIM.provenReputationMin ? 0 : REPUTATION.hearsayShare * Math.min(1, weight);
  }

  function standingOf(origin: string, nowMs: number): Standing {
    const known = standings.get(origin);
    if (known) return known;
    if (standings.size >= reputationsMax) standings.delete(leastKnown(standings));
    const fresh = { ...BLANK, origin, updatedMs: nowMs };
    standings.set(origin, fresh);
    return fresh;
  }

  return {
    weightOf,
    creditOf(origin) {
      const { right, wrong } = priorOf(origin);
      return standings.has(origin) ? Math.min(1, weightOf(origin) / standingWeight(right, wrong)) : 1;
    },
    voiceOf,
    judge(origin, { share, witness }, nowMs) {
      const voice = voiceOf(witness);
      if (voice === 0 || origin === own) return;
      const standing = standingOf(origin, nowMs);
      const kept = 2 ** (-Math.max(0, nowMs - standing.updatedMs) / STANDING.halfLifeMs);
      const [seen, heard] = witness === own ? [voice, 0] : [0, voice];
      standing.seen = [standing.seen[0] * kept + seen * share, standing.seen[1] * kept + seen * (1 - share)];
      const told = [standing.heard[0] * kept + heard * share, standing.heard[1] * kept + heard * (1 - share)] as const;
      const room = Math.min(1, STANDING.heardMax / Math.max(STANDING.heardMax, told[0] + told[1]));
      standing.heard = [told[0] * room, told[1] * room];
      standing.updatedMs = Math.max(standing.updatedMs, nowMs);
    },
    state: () => [...standings.values()],
  };
}

const BLANK = { seen: [0, 0], heard: [0, 0] } as const;

/** Whoever has the shortest history loses least by starting again. */
function leastKnown(standings: ReadonlyMap<string, Standing>): string {
  let [least, count] = ['', Number.POSITIVE_INFINITY];
  for (const [origin, { seen, heard }] of standings) {
    const known = seen[0] + seen[1] + heard[0] + heard[1];
    if (known < count) [least, count] = [origin, known];
  }
  return least;
}
