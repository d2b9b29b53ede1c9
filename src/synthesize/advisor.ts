// Early warnings: what others see that is likely to reach us, and when.
//
// One advisory per phenomenon and episode, and one more each time the number of gateways behind it has doubled: the
// second sighting brings a direction and a speed, the fourth a better one, the fifth little. No advisory for what should
// have been here by now: after a backlog of old packets, or when it went past us.
import type { DomainProfile } from '../core/domain.ts';
import { explainedVotesMax } from '../core/explain-limits.ts';
import { evidenceMax } from '../core/limits.ts';
import type { Quantity } from '../core/quantities.ts';
import { NEUTRAL, type Reputation } from './reputation.ts';
import { distanceM, isFall, type Place, type Sighting } from './sighting.ts';
import { arrivalAt } from './travel.ts';

export interface Advisory {
  readonly kind: 'advisory';
  readonly quantity: Quantity;
  /** 0 to 1. */
  readonly probability: number;
  /** When it is expected, Unix ms; in the past by no more than the domain's tolerance. */
  readonly atMs: number;
  readonly distanceM: number;
  /** What comes is a fall. */
  readonly falls: boolean;
  /** In hex, earliest first. */
  readonly evidence: readonly string[];
  readonly grounds: AdvisoryGrounds;
}

/** Why: 1 less the product of all doubts is the probability. */
export interface AdvisoryGrounds {
  /** How near the nearest sighting is, 1 here, 0 at the reach of the domain. */
  readonly nearness: number;
  /** Earliest first, one of each origin. */
  readonly sightings: readonly ExplainedSighting[];
  /** Later ones that are not listed. */
  readonly others: { readonly sightings: number; readonly doubt: number };
  /** So many gateways must have seen it before it is told again. */
  readonly toldAgainAt: number;
}

export interface ExplainedSighting {
  /** Packet, and node id of its origin; hex. */
  readonly id: string;
  readonly origin: string;
  /** When it began there, Unix ms. */
  readonly onsetMs: number;
  readonly distanceM: number | undefined;
  /** 0 to 1 each. */
  readonly confidence: number;
  readonly trust: number;
  /** What it leaves of the doubt. */
  readonly doubt: number;
}

/** An episode is over when nothing new was seen for this long. */
const EPISODE_MS = 2 * 3_600_000;
/** Fainter warnings came true 9 times in 100 on hourly data of 12 stations, stronger ones 16 to 18; chosen on that data. */
const PROBABILITY_MIN = 0.05;

export function createAdvisor(
  profile: DomainProfile,
  here: Place | undefined,
  reputation: Pick<Reputation, 'weightOf'> = NEUTRAL,
) {
  const episodes = new Map<Quantity, { lastMs: number; toldAt: number }>();

  return {
    /** @param alike first-hand sightings that match each other, the newest among them */
    advise(quantity: Quantity, alike: readonly Sighting[], nowMs: number): Advisory[] {
      if (!here) return [];
      const first = firstPerOrigin(alike);
      const arrival = arrivalAt(profile, here, first);
      if (!arrival || arrival.distanceM > profile.reachM) return [];
      if (arrival.atMs < nowMs - profile.onsetToleranceS * 1000) return [];
      const known = episodes.get(quantity);
      const episode = known && nowMs - known.lastMs < EPISODE_MS ? known : { lastMs: nowMs, toldAt: 0 };
      episode.lastMs = nowMs;
      episodes.set(quantity, episode);
      if (first.length < Math.max(1, episode.toldAt * 2)) return [];
      // Each gateway behind it halves the doubt, the more so the nearer, the surer and the more trusted it is.
      const nearness = 1 - arrival.distanceM / profile.reachM;
      const seen = first.map(({ id, origin, onsetMs, place, outcome }): ExplainedSighting => {
        const trust = Math.min(1, reputation.weightOf(origin, outcome.coarse[0] ?? 0));
        const confidence = outcome.confidence / 100;
        const apartM = place && distanceM(here, place);
        return {
          id,
          origin,
          onsetMs,
          distanceM: apartM,
          confidence,
          trust,
          doubt: 1 - 0.5 * nearness * trust * confidence,
        };
      });
      const doubt = doubtOf(seen);
      if (1 - doubt < PROBABILITY_MIN) return [];
      episode.toldAt = first.length;
      const evidence = first.slice(0, evidenceMax).map((sighting) => sighting.id);
      const left = seen.slice(explainedVotesMax);
      const others = { sightings: left.length, doubt: doubtOf(left) };
      const sightings = seen.slice(0, explainedVotesMax);
      return [
        {
          kind: 'advisory',
          quantity,
          probability: 1 - doubt,
          atMs: arrival.atMs,
          distanceM: arrival.distanceM,
          falls: first.some((sighting) => isFall(profile, sighting)),
          evidence,
          grounds: { nearness, sightings, others, toldAgainAt: 2 * first.length },
        },
      ];
    },
  };
}

const doubtOf = (seen: readonly ExplainedSighting[]): number => seen.reduce((product, { doubt }) => product * doubt, 1);

/** The earliest sighting of each origin: later ones are the same wave, further on. */
function firstPerOrigin(sightings: readonly Sighting[]): Sighting[] {
  const first = new Map<string, Sighting>();
  for (const sighting of sightings) {
    const held = first.get(sighting.origin);
    if (!held || sighting.onsetMs < held.onsetMs) first.set(sighting.origin, sighting);
  }
  return [...first.values()].sort((a, b) => a.onsetMs - b.onsetMs);
}
