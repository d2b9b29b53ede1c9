// What a smaller, a deaf or an unsynchronised network tells, and what a month teaches: rows beside the buddy check.
//
// Seeds: which stations stand together, and which packets get lost at whom. A packet that is lost at a station never
// reaches it, in however many copies neighbours send it on.
import { createHash } from 'node:crypto';
import { drawn } from './liars.ts';
import { type NetworkRun, runNetwork } from './network-run.ts';
import { between, type Recording } from './recordings.ts';
import { rivalAlerts } from './rivals.ts';
import { type Counts, type Site, sum } from './site.ts';

export type Rows = Record<string, unknown>;
/** Keeps what a row says, and tells that it is there. */
export type Keep = (name: string, row: unknown) => void;

const SIZES = [1, 2, 3, 4, 8, 11];

export const idsOf = (recordings: readonly Recording[]): string[] => recordings.map(({ id }) => id);

/** Groups of one size that cover every station, the last ones filled up with stations that were in another. */
function groupsOf(recordings: readonly Recording[], size: number, seed: number): Recording[][] {
  const order = drawn(recordings, recordings.length, seed);
  const count = Math.ceil(order.length / size);
  return Array.from({ length: count }, (_, group) =>
    Array.from({ length: size }, (_, at) => order[(group * size + at) % order.length]!),
  );
}

export async function subsetRows(site: Site, seed: number, keep: Keep): Promise<void> {
  const { recordings, alarm } = site;
  for (const size of SIZES) {
    const [network, buddy]: [Counts[], Counts[]] = [[], []];
    const startMs = performance.now();
    const groups = size === 1 ? [[...recordings]] : groupsOf(recordings, size, seed);
    for (const group of groups) {
      const ids = idsOf(group);
      network.push(site.score((await runNetwork({ recordings: group, alarm, alone: size === 1 })).alerts, ids));
      const rival = size < 4 ? 'threshold' : 'buddy';
      buddy.push(site.score(rivalAlerts({ rival, recordings: group, alarm }), ids));
    }
    const figures = { ...site.figures(sum(network)), buddy: site.figures(sum(buddy)) };
    keep(`${site.label} of ${size}`, { ...figures, groups: groups.length, seed, took_s: secondsSince(startMs) });
  }
}

export const secondsSince = (startMs: number): number => Math.round((performance.now() - startMs) / 1000);

/** Uniform in [0, 1), the same for the same bytes. */
function chance(seed: number, ...parts: (string | Buffer)[]): number {
  const hash = createHash('sha256').update(`${seed} `);
  for (const part of parts) hash.update(part);
  return hash.digest().readUInt32BE() / 2 ** 32;
}

export async function lossRows(site: Site, seed: number, keep: Keep): Promise<void> {
  const { recordings, alarm } = site;
  const ids = idsOf(recordings);
  for (const lost of [0, 0.1, 0.3]) {
    const startMs = performance.now();
    const isLost = (station: string, bytes: Buffer) => chance(seed, station, bytes) < lost;
    const run = await runNetwork({ recordings, alarm, disturbance: { isLost } });
    const rival = rivalAlerts({
      rival: 'buddy',
      recordings,
      alarm,
      isLost: (receiver, origin, timeMs) => chance(seed, `${receiver} ${origin} ${timeMs}`) < lost,
    });
    const buddy = site.figures(site.score(rival, ids));
    const figures = { ...site.figures(site.score(run.alerts, ids)), buddy };
    keep(`${site.label} ${lost * 100} % lost`, { ...figures, seed, took_s: secondsSince(startMs) });
  }
}

/** Clocks that were never set: what such a gateway makes stays with it, what it hears counts. */
export async function clockRows(site: Site, keep: Keep): Promise<void> {
  const { recordings, alarm } = site;
  const ids = idsOf(recordings);
  const rows: Record<string, readonly string[]> = { none: [], one: ids.slice(0, 1), all: ids };
  for (const [name, unset] of Object.entries(rows)) {
    const startMs = performance.now();
    const clockQuality = (station: string) => (unset.includes(station) ? 0 : 2);
    const run = await runNetwork({ recordings, alarm, disturbance: { clockQuality } });
    const told = { ...site.figures(site.score(run.alerts, ids)), took_s: secondsSince(startMs) };
    keep(`${site.label} clock 0 at ${name}`, name === 'one' ? { ...told, there: figuresAt(site, run, unset) } : told);
  }
  const alone = site.figures(site.score((await runNetwork({ recordings, alarm, alone: true })).alerts, ids));
  keep(`${site.label} alone`, alone);
}

const figuresAt = (site: Site, { alerts }: NetworkRun, stations: readonly string[]) =>
  site.figures(site.score(alerts, stations));

/** Each calendar month from nothing, all honest: what the word of each counts at the others in the end. */
export async function weightRows(site: Site, keep: Keep): Promise<void> {
  const { recordings, alarm } = site;
  const months = new Set(
    recordings.flatMap(({ rows }) => [...new Set(rows.map(({ written }) => written.slice(0, 7)))]),
  );
  for (const month of [...months].sort()) {
    const there = between(recordings, month, `${month}~`);
    if (there.length < 3) continue;
    const run = await runNetwork({ recordings: there, alarm });
    keep(`${site.label} ${month}`, { gateways: there.length, ...weightFigures(run, idsOf(there)) });
  }
}

/** Of the words of `of` at `at`; a pair without a history counts 1, as a fresh pinned key does. */
export function weightFigures({ weights }: NetworkRun, of: readonly string[], at: readonly string[] = of) {
  const byOrigin = new Map<string, number[]>();
  for (const origin of of)
    byOrigin.set(
      origin,
      at.filter((station) => station !== origin).map((station) => weights.get(station)?.get(origin) ?? 1),
    );
  const medians = [...byOrigin].map(([origin, all]) => [origin, median(all)] as const);
  const all = [...byOrigin.values()].flat();
  const low = medians.filter(([, weight]) => weight < 0.7).map(([origin, weight]) => `${origin} ${weight}`);
  return { median: median(all), lowest: rounded(Math.min(...all)), highest: rounded(Math.max(...all)), below_0_7: low };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return rounded(sorted[sorted.length >> 1] ?? 0);
}
