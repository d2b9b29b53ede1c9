// The figures of the three elections, from a made world of 200 depositors with known truth: what each part is worth, regret
// beside its bound, and how fast a false claim is worth half; without liars and with 30 % who agree.
import { regretBound } from '../../src/synthesize/election/competition.ts';
import { halfLives } from './false-claim.ts';
import { type Part, type Run, type RunOptions, runWorld } from './outcome-run.ts';
import { FUNCTIONS } from './outcome-world.ts';
import { rareFindings } from './rare-finding.ts';

const SEEDS = [1, 2, 3, 4, 5];
const QUERIES = 1_200;
const STORED_MAX = 600;
const PARTS: readonly Part[] = ['curate', 'vote', 'compete'];

type Range = readonly [mean: number, least: number, most: number];

/** Means over five seeds; the same with 30 % liars; `ranges` has [mean, least, most]. */
export async function electionFigures(): Promise<Record<string, unknown>> {
  const honest = figures(0);
  // A turn of the event loop between the two.
  await new Promise(setImmediate);
  const rare = rareFindings({ seed: 1, count: 1_000_000, storedMax: 49_000, rare: 50 });
  return { ...honest, liars_30: figures(0.3), rare };
}

function figures(liars: number) {
  const runs = (options: Partial<RunOptions> = {}) =>
    SEEDS.map((seed) => runWorld({ seed, liars, queries: QUERIES, storedMax: STORED_MAX, ...options }));
  const all = runs();
  const changed = runs({ changeAt: QUERIES / 2 });
  const regrets = all.map(regretOf);
  const half = (how: { isPinned: boolean; isOwnOnly?: boolean }) =>
    all.map(({ election }, i) => mean(halfLives({ seed: SEEDS[i]!, liars, saved: election.state(), ...how })));
  const ranges: Record<string, Range> = {
    regret: range(regrets.map(({ used }) => used)),
    regret_per_query: range(regrets.map(({ used, rounds }) => used / rounds)),
    regret_by_weight: range(regrets.map(({ byWeight }) => byWeight)),
    regret_bound: range(regrets.map(({ bound }) => bound)),
    regret_random: range(regrets.map(({ random }) => random)),
    better_share: range(all.map(({ better_share }) => better_share)),
    better_share_of_lot: range(runs({ without: new Set(['compete']) }).map(({ better_share }) => better_share)),
    half_life_reports: range(half({ isPinned: true })),
    half_life_reports_stranger: range(half({ isPinned: false })),
    half_life_reports_own: range(half({ isPinned: true, isOwnOnly: true })),
    back_after_reports: range(changed.map(({ back_after }) => back_after ?? Number.POSITIVE_INFINITY)),
    better_share_changed: range(changed.map(({ better_share }) => better_share)),
    first_true_share: range(all.map(({ first_true_share }) => first_true_share)),
    held_false_share: range(all.map(({ held_false_share }) => held_false_share)),
  };
  const effect = effectsOf(runs, { all, changed });
  const means = Object.fromEntries(Object.entries(ranges).map(([name, [middle]]) => [name, middle]));
  return { ...means, effect, ranges };
}

/** What came on average for honest members who followed the advice: with parts, without them, and beside fixed choices. */
function effectsOf(
  runs: (options: Partial<RunOptions>) => Run[],
  { all, changed }: { readonly all: readonly Run[]; readonly changed: readonly Run[] },
): Record<string, Range> {
  const effects = (some: readonly Run[]) => range(some.map(({ effect }) => effect));
  const without = (...parts: Part[]) => effects(runs({ without: new Set(parts) }));
  const alone = PARTS.map((part) => [`${part}_alone`, without(...PARTS.filter((one) => one !== part))] as const);
  const lacking = PARTS.map((part) => [`without_${part}`, without(part)] as const);
  return {
    elections: effects(all),
    no_election: without(...PARTS),
    best_fixed: effects(runs({ fixed: 'first_two' })),
    worst_fixed: effects(runs({ fixed: 'last_two' })),
    random_action: effects(runs({ fixed: 'random_action' })),
    best_action: range(all.map(({ effect_best }) => effect_best)),
    changed: effects(changed),
    all_keys_known: effects(runs({ pinnedShare: 1 })),
    ...Object.fromEntries([...lacking, ...alone]),
  };
}

/** Over the function that was best in hindsight; the bound allows for what was too light to be drawn. */
export function regretOf({ losses, loss_by_weight, loss_used, rounds, cut }: Run) {
  const each = Object.values(losses);
  const best = Math.min(...each);
  const bound = regretBound(FUNCTIONS.size, { rounds, changes: 0, bestLoss: best });
  const random = mean(each) - best;
  return { used: loss_used - best, byWeight: loss_by_weight - best, bound: bound + cut, random, rounds };
}

function range(values: readonly number[]): Range {
  const rounded = (value: number) => Number(value.toFixed(3));
  return [rounded(mean(values)), rounded(Math.min(...values)), rounded(Math.max(...values))];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
