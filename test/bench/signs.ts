// `npm run -s bench -- signs --json`: a fan that stops, a signal that fades and slow drift, put into real recordings by seed.
//
//     recordings ──(one fault at a time in the network)──> a judge for each station, levels passed on ──> found, and when
//     recordings as they are ─────────────────────────────> the same ──> told without a fault put in, for each sensor-year
//
// Beside it stands the attenuated-signal test of QARTOD with a fixed limit: a standard deviation of the last day below it.
// The recordings are not part of the project; a run without them says that it was skipped.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadManifest } from '../../src/cli/replay-manifest.ts';
import { ROOT } from '../source-tree.ts';
import { type Fault, fadedAt, type Kind, plan, SPAN_MS, shownAs } from './sign-faults.ts';
import { DAY_MS, type ToldFault, watchRows } from './sign-network.ts';
import { albanyManifest, type Row, rowsOf } from './sign-rows.ts';

const SHARED = join(ROOT, '../shared');
const SEEDS = [7, 11];
const KINDS: readonly Kind[] = ['fan', 'fading', 'drift_up', 'drift_down'];
const FIXED_LIMITS = [0.3, 1, 3];
const NEW_SIGNS = ['attenuated', 'reads_low', 'reads_high'];

export async function benchSigns(): Promise<Record<string, unknown>> {
  if (!existsSync(join(SHARED, 'data'))) return { skipped: `there are no recordings in ${SHARED}` };
  const result: Record<string, unknown> = { seeds: SEEDS };
  for (const laser of ['a', 'b'] as const) {
    const rows = await rowsOf(albanyManifest(laser, join(SHARED, 'data/purpleair_albany')));
    result[`albany_${laser}`] = measured(rows, 35.4);
  }
  const beijing = loadManifest(join(ROOT, 'examples/beijing12.yaml'), join(SHARED, 'data/beijing12'));
  result.beijing = measured(await rowsOf(beijing), 75);
  return result;
}

function measured(rows: readonly Row[], alarm: number): Record<string, unknown> {
  const { told, sensorYears } = watchRows(rows, alarm);
  const untouched = told.filter(({ cause }) => NEW_SIGNS.includes(cause));
  const found = KINDS.map((kind) => [kind, SEEDS.map((seed) => foundOf(rows, alarm, { kind, seed }))] as const);
  const perYear = (count: number) => Number((count / sensorYears).toFixed(2));
  const fixed = FIXED_LIMITS.map((limit) => {
    const alarms = fadedAt(rows, limit).length;
    return [`std_below_${limit}`, { told: alarms, per_sensor_year: perYear(alarms) }] as const;
  });
  return {
    sensor_years: Number(sensorYears.toFixed(1)),
    untouched: { told: untouched.length, per_sensor_year: perYear(untouched.length), which: untouched.map(line) },
    found: Object.fromEntries(found),
    fixed: Object.fromEntries(fixed),
  };
}

/** Those of one kind, one seed: how many were put in, named by a new sign, by an old one, by the fixed limits; hours until then. */
function foundOf(rows: readonly Row[], alarm: number, of: { kind: Kind; seed: number }): Record<string, unknown> {
  const faults = plan(rows, of);
  const touched = rows.map((row) => shownAs(row, faults));
  const { told } = watchRows(touched, alarm);
  const within = ({ station, fromMs }: Fault, one: { station: number; timeMs: number }) =>
    one.station === station && one.timeMs >= fromMs && one.timeMs <= fromMs + SPAN_MS[of.kind];
  const hours: number[] = [];
  let byOld = 0;
  for (const fault of faults) {
    const named = told.filter((one) => within(fault, one));
    const first = named.find(({ cause }) => NEW_SIGNS.includes(cause));
    if (first) hours.push((first.timeMs - fault.fromMs) / (DAY_MS / 24));
    if (named.some(({ cause }) => !NEW_SIGNS.includes(cause))) byOld++;
  }
  const fixed = FIXED_LIMITS.map((limit) => {
    const alarms = fadedAt(touched, limit);
    return [`std_below_${limit}`, faults.filter((fault) => alarms.some((one) => within(fault, one))).length] as const;
  });
  const middle = hours.sort((a, b) => a - b)[hours.length >> 1];
  return {
    faults: faults.length,
    named: hours.length,
    median_h: middle === undefined ? null : Math.round(middle),
    named_by_older_signs: byOld,
    ...Object.fromEntries(fixed),
  };
}

const line = ({ name, timeMs, cause }: ToldFault): string => `${name} ${new Date(timeMs).toISOString()} ${cause}`;
