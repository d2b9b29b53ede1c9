// Curates: adds up, outcome by outcome, what came for those who followed it, and says what it is worth to keep and pass on.
//
// The worth is twice the posterior mean of the share that came, under a flat prior: 1 is what nobody followed, towards 2 what
// was followed by improvement, towards 0 what was not. Each reporter has one vote, the mean of what he told, weighed by what his
// word counts now; our own reports count one by one.
// Invariant: a key that has proven nothing takes no place and moves nothing; outcomes and reporters are capped.
import { curatedOutcomesMax, reportersPerOutcomeMax } from '../../core/election-limits.ts';
import type { Report } from './report.ts';

/** Beyond so many the older of our own fade, so that what changed shows. */
const OWN_MAX = 32;

interface Told {
  readonly reporter: string;
  /** Mean of the shares. */
  share: number;
  count: number;
}

/** Plain JSON. */
export interface Curated {
  readonly id: string;
  readonly own: { share: number; count: number };
  readonly others: Told[];
}

export interface Curation {
  /** @returns whether it is the first of this reporter on this outcome; false too where it counts nothing */
  note(report: Report): boolean;
  /** 0 to 2; 1 where nobody reported. */
  worthOf(id: string): number;
  /** What others said of it before we reported on it ourselves, one share each; from then on nobody is judged by it again. */
  untested(id: string): readonly Readonly<Told>[];
  /** Outcomes with reports, for what is ordered by worth. */
  ids(): Iterable<string>;
  gone(id: string): void;
  state(): Curated[];
}

export interface CurationOptions {
  readonly own: string;
  /** What the report of a node counts, 0 to 1 (Standings). */
  readonly voiceOf: (reporter: string) => number;
  readonly saved?: readonly Curated[] | undefined;
}

export function createCuration({ own, voiceOf, saved = [] }: CurationOptions): Curation {
  const outcomes = new Map<string, Curated>(saved.map((one) => [one.id, structuredClone(one)]));

  function entryOf(id: string): Curated {
    const held = outcomes.get(id);
    if (held) return held;
    if (outcomes.size >= curatedOutcomesMax) outcomes.delete(leastReported(outcomes.values()));
    const fresh = { id, own: { share: 0, count: 0 }, others: [] };
    outcomes.set(id, fresh);
    return fresh;
  }

  /** Where there is no room, whose word counts least gives way. */
  function placeFor(others: Told[], reporter: string): Told | undefined {
    const fresh = { reporter, share: 0, count: 0 };
    if (others.length >= reportersPerOutcomeMax) {
      const least = others.reduce((a, b) => (voiceOf(b.reporter) < voiceOf(a.reporter) ? b : a));
      if (voiceOf(least.reporter) >= voiceOf(reporter)) return undefined;
      others.splice(others.indexOf(least), 1);
    }
    others.push(fresh);
    return fresh;
  }

  return {
    note({ claim: { id }, reporter, share }) {
      if (voiceOf(reporter) === 0) return false;
      const entry = entryOf(id);
      if (reporter === own) {
        add(entry.own, share, OWN_MAX);
        return true;
      }
      const known = entry.others.find((one) => one.reporter === reporter);
      const place = known ?? placeFor(entry.others, reporter);
      if (place) add(place, share, OWN_MAX);
      return place !== undefined && place !== known;
    },
    worthOf(id) {
      const entry = outcomes.get(id);
      if (!entry) return 1;
      let [came, all] = [1 + entry.own.share * entry.own.count, 2 + entry.own.count];
      for (const { reporter, share } of entry.others) {
        const voice = voiceOf(reporter);
        came += voice * share;
        all += voice;
      }
      return (2 * came) / all;
    },
    untested(id) {
      const entry = outcomes.get(id);
      return entry && entry.own.count === 0 ? entry.others : [];
    },
    ids: () => outcomes.keys(),
    gone: (id) => void outcomes.delete(id),
    state: () => [...outcomes.values()],
  };
}

function add(mean: { share: number; count: number }, share: number, countMax: number): void {
  mean.count = Math.min(countMax, mean.count + 1);
  mean.share += (share - mean.share) / mean.count;
}

/** The oldest of those with the fewest reports. */
function leastReported(outcomes: Iterable<Curated>): string {
  let [least, count] = ['', Number.POSITIVE_INFINITY];
  for (const { id, own, others } of outcomes) {
    const reports = own.count + others.length;
    if (reports < count) [least, count] = [id, reports];
  }
  return least;
}
