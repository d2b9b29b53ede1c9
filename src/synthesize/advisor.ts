// Early warnings: what others see that is likely to reach us, and when.
//
// One advisory per phenomenon and episode, and one more each time the number of gateways behind it has doubled: the
// second sighting brings a direction and a speed, the fourth a better one, the fifth little. No advisory for what should
// have been here by now: after a backlog of old packets, or when it went past us.
import type { DomainProfile } from '../core/domain.ts';
import { evidenceMax } from '../core/limits.ts';
import type { Quantity } from '../core/quantities.ts';
import { NEUTRAL, type Reputation } from './reputation.ts';
import { isFall, type Place, type Sighting } from './sighting.ts';
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
      const trust = ({ origin, outcome }: Sighting) => Math.min(1, reputation.weightOf(origin, outcome.coarse[0] ?? 0));
      const doubt = first.reduce(
        (product, sighting) => product * (1 - 0.5 * nearness * trust(sighting) * (sighting.outcome.confidence / 100)),
        1,
      );
      if (1 - doubt < PROBABILITY_MIN) return [];
      episode.toldAt = first.length;
      const evidence = first.slice(0, evidenceMax).map((sighting) => sighting.id);
      return [
        {
          kind: 'advisory',
          quantity,
          probability: 1 - doubt,
          atMs: arrival.atMs,
          distanceM: arrival.distanceM,
          falls: first.some((sighting) => isFall(profile, sighting)),
          evidence,
        },
      ];
    },
  };
}

/** The earliest sighting of each origin: later ones are the same wave, further on. */
function firstPerOrigin(sightings: readonly Sighting[]): Sighting[] {
  const first = new Map<string, Sighting>();
  for (const sighting of sightings) {
    const held = first.get(sighting.origin);
    if (!held || sighting.onsetMs < held.onsetMs) first.set(sighting.origin, sighting);
  }
  return [...first.values()].sort((a, b) => a.onsetMs - b.onsetMs);
}
