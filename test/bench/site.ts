// The two places where networks are measured: recordings in memory, their alarm level, and how alerts are scored.
//
// Scores are counts of some of the stations, so that the honest ones can be scored alone and several runs added up.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { loadManifest } from '../../src/cli/replay-manifest.ts';
import type { Alert } from '../../src/sim/replay-alerts.ts';
import { ROOT } from '../source-tree.ts';
import { alertsText } from './network-run.ts';
import { between, cutFolder, folderOf, type Recording, readRecordings } from './recordings.ts';
import { SHARED, scoreOf, scorer } from './scorers.ts';

export type Figures = Record<string, number | null>;
export type Counts = Readonly<Record<string, number>>;

export interface Site {
  readonly label: string;
  readonly recordings: readonly Recording[];
  /** ug/m3 */
  readonly alarm: number;
  /** @param stations ids; alerts of others do not count */
  score(alerts: readonly Alert[], stations: readonly string[]): Counts;
  figures(counts: Counts): Figures;
}

export interface Months {
  /** As written in the files; the end is not part of it. */
  readonly from: string;
  readonly until: string;
}

export const ALBANY_ALARM = 35.4;
export const BEIJING_ALARM = 75;

const share = (part: number, of: number): number | null => (of === 0 ? null : Math.round((part / of) * 1000) / 1000);

export function sum(all: readonly Counts[]): Counts {
  const total: Record<string, number> = {};
  for (const counts of all)
    for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
  return total;
}

export function albanyManifest(channel: 'a' | 'b' | 'both'): string {
  const manifest = parse(readFileSync(join(ROOT, 'examples/purpleair-albany.yaml'), 'utf8'));
  const [first, ...rest] = manifest.readings as { column: string; channel?: string }[];
  const { channel: _, ...main } = first!;
  const second = { ...main, column: 'pm2.5_cf_1_b' };
  const lasers = {
    a: [main],
    b: [second],
    both: [
      { ...main, channel: 'a' },
      { ...second, channel: 'b' },
    ],
  };
  return stringify({ ...manifest, readings: [...lasers[channel], ...rest] });
}

/** Eleven units of one town, one laser read. */
export async function openAlbany(laser: 'a' | 'b', folder: string, months?: Months): Promise<Site> {
  const own = mkdtempSync(join(folder, `albany-${laser}-`));
  const file = join(own, 'manifest.yaml');
  writeFileSync(file, albanyManifest(laser));
  const whole = join(SHARED, 'data/purpleair_albany');
  const data = months ? cutFolder(whole, join(own, 'data'), months) : whole;
  const read = await readRecordings(loadManifest(file, data));
  return {
    label: `albany ${laser}`,
    recordings: months ? between(read, months.from, months.until) : read,
    alarm: ALBANY_ALARM,
    score(alerts, stations) {
      const alertsFile = join(own, 'alerts.csv');
      writeFileSync(alertsFile, alertsText(alerts, new Set(stations)));
      const some = folderOf(stations, data, join(own, [...stations].sort().join('-')));
      const args = [alertsFile, '--data', some, '--channel', laser];
      const all = scoreOf('albany.py', months ? [...args, '--from', months.from, '--to', months.until] : args);
      const { events, events_caught, events_called_fault, event_alerts, local_alerts, weeks } = all as Counts;
      return {
        events,
        events_caught,
        events_called_fault,
        event_alerts,
        local_alerts,
        false: all.false,
        weeks,
      } as Counts;
    },
    figures: (counts) => ({
      events: counts.events!,
      told: share(counts.events_caught!, counts.events!),
      false_a_sensor_week: share(counts.false!, counts.weeks!),
      locals_a_sensor_week: share(counts.local_alerts!, counts.weeks!),
      called_fault: counts.events_called_fault!,
    }),
  };
}

const KINDS = ['stuck', 'zero', 'drift', 'rise', 'noise', 'spike'] as const;

/** Twelve hourly stations with faults put in. */
export async function openBeijing(seed: number, folder: string, months?: Months): Promise<Site> {
  const own = mkdtempSync(join(folder, `beijing-${seed}-`));
  const period = months ? ['--from', months.from, '--to', months.until] : [];
  scorer('inject.py', ['make', join(SHARED, 'data/beijing12'), own, '--seed', `${seed}`, ...period]);
  const truth = JSON.parse(readFileSync(join(own, 'truth.json'), 'utf8'));
  const recordings = await readRecordings(loadManifest(join(ROOT, 'examples/beijing12.yaml'), own));
  return {
    label: `beijing ${seed}`,
    recordings,
    alarm: BEIJING_ALARM,
    score(alerts, stations) {
      const of = new Set(stations);
      const alertsFile = join(own, 'alerts.csv');
      writeFileSync(alertsFile, alertsText(alerts, of));
      const isOf = ([id]: [string]) => of.has(id);
      const some = { ...truth, faults: truth.faults.filter(isOf), regional: truth.regional.filter(isOf) };
      writeFileSync(join(own, 'truth.json'), JSON.stringify(some));
      return beijingCounts(scoreOf('inject.py', ['score', alertsFile, own]) as Record<string, Counts>);
    },
    figures: (counts) => ({
      alarmed: counts.alarmed!,
      rejected: share(counts.rejected!, counts.alarmed!),
      confirmed: counts.confirmed!,
      regional_alarmed: share(counts.regional_alarmed!, counts.regional!),
      regional_confirmed: share(counts.regional_confirmed!, counts.regional_alarmed!),
      regional_local: share(counts.regional_local!, counts.regional_alarmed!),
    }),
  };
}

function beijingCounts(out: Readonly<Record<string, Counts>>): Counts {
  const { n, alarmed, rejected_of_alarmed, confirmed } = sum(KINDS.map((kind) => out[kind]!));
  const regional = out.regional!;
  return {
    faults: n!,
    alarmed: alarmed!,
    rejected: rejected_of_alarmed!,
    confirmed: confirmed!,
    regional: regional.n!,
    regional_alarmed: regional.alarmed!,
    regional_confirmed: regional.confirmed!,
    regional_local: regional.local!,
  };
}
