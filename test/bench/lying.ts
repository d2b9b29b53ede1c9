// What a network tells while some of its gateways sign what is false: the honest ones scored, beside the honest run.
//
//     plot ──> insiders in the replay ──> alerts of the honest ──> scorer        the same lies ──> buddy check ──> scorer
//
// Honest packets lost: of what the honest issued, how much fewer of the other honest ones received than in the honest run.
import { seededRandom } from '../../src/sim/random.ts';
import { claimedValue, claimsOf, drawn, insidersOf, type Lie, type Plot } from './liars.ts';
import { deliveredShare, type NetworkRun, runNetwork } from './network-run.ts';
import { type Recording, replaced } from './recordings.ts';
import { rivalAlerts } from './rivals.ts';
import { idsOf, type Keep, secondsSince, weightFigures } from './robustness.ts';
import type { Figures, Site } from './site.ts';

const DAY_MS = 86_400_000;
/** Whoever stops early has seen what is asked first. */
const SHARES = [0.3, 0.2, 0.1, 0.6];
const NEWCOMERS = 10;

/** Lies of the ladder; whoever always says the same says it together anyway. */
const PLOTS: readonly (Pick<Plot, 'lie' | 'inConcert'> & Partial<Plot>)[] = [
  { lie: 'inverting', inConcert: false },
  { lie: 'inverting', inConcert: true },
  { lie: 'inflating', inConcert: false },
  { lie: 'inflating', inConcert: true },
  { lie: 'inventing', inConcert: false },
  { lie: 'inventing', inConcert: true },
  { lie: 'high', inConcert: true },
  { lie: 'low', inConcert: true },
  { lie: 'sleeper', inConcert: true, sleepsMs: 7 * DAY_MS },
];

/** A site with its honest run, made once, and scored once for each set of honest stations. */
export interface Honest {
  readonly site: Site;
  run(): Promise<NetworkRun>;
  figures(stations: readonly string[]): Promise<Figures>;
}

export function honestOf(site: Site): Honest {
  const { recordings, alarm } = site;
  let running: Promise<NetworkRun> | undefined;
  const scored = new Map<string, Figures>();
  const run = () => {
    running ??= runNetwork({ recordings, alarm });
    return running;
  };
  return {
    site,
    run,
    async figures(stations) {
      const key = stations.join(' ');
      const figures = scored.get(key) ?? site.figures(site.score((await run()).alerts, stations));
      scored.set(key, figures);
      return figures;
    },
  };
}

type Told = Pick<Plot, 'lie' | 'inConcert' | 'liars' | 'seed'> & Partial<Plot>;

export async function lyingRow(honest: Honest, told: Told): Promise<Record<string, unknown>> {
  const { site } = honest;
  const { recordings, alarm } = site;
  const startMs = performance.now();
  const plot: Plot = { ...told, alarm };
  const run = await runNetwork({ recordings, alarm, disturbance: { insiders: insidersOf(plot, recordings) } });
  const rest = idsOf(recordings).filter((id) => !plot.liars.includes(id));
  const claims = claimsOf(plot, recordings);
  const buddy = rivalAlerts({
    rival: 'buddy',
    recordings,
    alarm,
    told(station, timeMs) {
      const side = claims.get(station)?.(timeMs) ?? 0;
      return side === 0 ? undefined : claimedValue(side, alarm);
    },
  });
  const lost = 1 - deliveredShare(run, rest) / deliveredShare(await honest.run(), rest);
  return {
    ...site.figures(site.score(run.alerts, rest)),
    honest_run: await honest.figures(rest),
    buddy: site.figures(site.score(buddy, rest)),
    honest_packets_lost: Math.round(lost * 1000) / 1000,
    condemned: run.condemned,
    weights: { honest: weightFigures(run, rest), liars: weightFigures(run, plot.liars, rest) },
    newcomers: newcomerWeights(run, rest),
    liars: plot.liars,
    seed: plot.seed,
    took_s: secondsSince(startMs),
  };
}

/** The most that all keys nobody pinned weigh together at one honest gateway, as they stand in the end. */
function newcomerWeights({ weights }: NetworkRun, at: readonly string[]): number {
  const sums = at.map((station) => {
    const strangers = [...(weights.get(station) ?? [])].filter(([origin]) => !weights.has(origin));
    return strangers.reduce((sum, [, weight]) => sum + weight, 0);
  });
  return Math.round(Math.max(0, ...sums) * 100) / 100;
}

const nameOf = ({ lie, inConcert }: Pick<Plot, 'lie' | 'inConcert'>): string =>
  lie === 'high' || lie === 'low' ? `always ${lie}` : `${lie}${inConcert ? ', in concert' : ''}`;

/** Every lie by every share of the stations, then made-up keys. */
export async function liarRows(honest: Honest, seed: number, keep: Keep): Promise<void> {
  const { site } = honest;
  const ids = idsOf(site.recordings);
  const sybils = { liars: drawn(ids, 1, seed), inConcert: true, newcomers: NEWCOMERS, seed };
  const made = async (what: string, plot: Pick<Plot, 'lie'> & Partial<Plot>) =>
    keep(`${site.label} ${NEWCOMERS} newcomers of one key, ${what}`, await lyingRow(honest, { ...sybils, ...plot }));
  for (const share of SHARES) {
    const liars = drawn(ids, Math.round(share * ids.length), seed);
    for (const plot of PLOTS) {
      const name = `${site.label} ${nameOf(plot)}, ${liars.length} of ${ids.length}`;
      keep(name, await lyingRow(honest, { ...plot, liars, seed }));
    }
    if (share !== SHARES[0]) continue;
    await made('inverting', { lie: 'inverting' });
    await made('always high', { lie: 'high' });
    await made('honest for a month, then inverting', { lie: 'sleeper', sleepsMs: 30 * DAY_MS });
  }
}

/** The plain rows: some that are always high or low. */
export async function plainRows(
  honest: Honest,
  { counts, lies, seed }: { counts: readonly number[]; lies: readonly Lie[]; seed: number },
  keep: Keep,
): Promise<void> {
  const ids = idsOf(honest.site.recordings);
  for (const count of counts) {
    for (const lie of lies) {
      const liars = drawn(ids, count, seed);
      const name = `${honest.site.label} always ${lie}, ${count} of ${ids.length}`;
      keep(name, await lyingRow(honest, { lie, liars, inConcert: true, seed }));
    }
  }
}

/** What somebody can do who can only put other values into a recording. */
export async function valueRows(honest: Honest, { count, seed }: { count: number; seed: number }, keep: Keep) {
  const { site } = honest;
  const { alarm } = site;
  const ids = idsOf(site.recordings);
  const liars = new Set(drawn(ids, count, seed));
  const rest = ids.filter((id) => !liars.has(id));
  for (const [lie, level] of Object.entries({ high: 3 * alarm, low: 2 })) {
    const random = seededRandom(seed);
    const startMs = performance.now();
    const noisy = () => Math.round(level * (0.8 + 0.4 * random()) * 100) / 100;
    const recordings: Recording[] = replaced(site.recordings, liars, noisy);
    const run = await runNetwork({ recordings, alarm });
    keep(`${site.label} values always ${lie}, ${count} of ${ids.length}`, {
      ...site.figures(site.score(run.alerts, rest)),
      honest_run: await honest.figures(rest),
      buddy: site.figures(site.score(rivalAlerts({ rival: 'buddy', recordings, alarm }), rest)),
      weights: { honest: weightFigures(run, rest), liars: weightFigures(run, [...liars], rest) },
      liars: [...liars],
      seed,
      took_s: secondsSince(startMs),
    });
  }
}
