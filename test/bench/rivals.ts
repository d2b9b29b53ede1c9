// The rivals that every figure of judgement stands beside: a plain threshold, and the buddy check of meteorology.
//
//   threshold  an event when the alarm level is passed after six hours below
//   buddy      the same; confirmed when the mean of the others' last told values, outer fifth trimmed, is half the own
//              one or more; local when three hours passed without. Values are told when the class changes and once a day
// Invariant: both see a moment's rows only after all stations had theirs, as gateways do.

import type { Manifest } from '../../src/cli/replay-manifest.ts';
import { SENSOR_CLASSES } from '../../src/core/sensor-class.ts';
import { csvRows } from '../../src/sense/replay/replay.ts';

export type RivalName = 'threshold' | 'buddy';

const HOUR_MS = 3_600_000;
const TOLD_MS = 26 * HOUR_MS;
const VERDICT_MS = 3 * HOUR_MS;

interface Row {
  readonly station: number;
  readonly timeMs: number;
  readonly written: string;
  readonly value: number;
}

interface Station {
  aboveMs: number;
  openMs: number;
  told: { value: number; timeMs: number; isAbove: boolean };
}

/** @returns the text of an alerts file */
export async function rivalAlerts(rival: RivalName, manifest: Manifest, alarm: number): Promise<string> {
  const rows = await rowsOf(manifest);
  const stations = manifest.stations.map(
    (): Station => ({ aboveMs: -Infinity, openMs: 0, told: { value: 0, timeMs: -Infinity, isAbove: false } }),
  );
  const lines = ['sensor,timestamp,kind,phenomenon,confidence'];
  for (let from = 0; from < rows.length; ) {
    let to = from;
    while (rows[to]?.timeMs === rows[from]!.timeMs) to++;
    const moment = rows.slice(from, to);
    for (const row of moment) {
      const say = (kind: string) => lines.push(`${manifest.stations[row.station]!.id},${row.written},${kind},pm2_5,1`);
      judge(row, { stations, rival, alarm, say });
    }
    for (const { station, value, timeMs } of moment)
      tell(stations[station]!, { value, timeMs, isAbove: value >= alarm });
    from = to;
  }
  return `${lines.join('\n')}\n`;
}

async function rowsOf({ stations, timestamp, readings }: Manifest): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [station, { id, file }] of stations.entries()) {
    const options = { sensor: id, sensorClass: SENSOR_CLASSES.unknown, file, timestamp, readings, emit: () => {} };
    for await (const { timeMs, written, readings: found } of csvRows(options)) {
      const value = found.find(({ quantity, channel }) => quantity === 'pm2_5' && channel === '')?.value;
      if (value !== undefined) rows.push({ station, timeMs, written, value });
    }
  }
  return rows.sort((a, b) => a.timeMs - b.timeMs);
}

interface World {
  readonly stations: readonly Station[];
  readonly rival: RivalName;
  readonly alarm: number;
  readonly say: (kind: string) => void;
}

function judge({ station, timeMs, value }: Row, { stations, rival, alarm, say }: World): void {
  const own = stations[station]!;
  if (value >= alarm) {
    if (timeMs - own.aboveMs >= 6 * HOUR_MS) {
      say('event');
      own.openMs = timeMs;
    }
    own.aboveMs = timeMs;
  }
  if (rival === 'threshold' || own.openMs === 0) return;
  const others = stations.filter((other) => other !== own && timeMs - other.told.timeMs <= TOLD_MS);
  const values = others.map(({ told }) => told.value).sort((a, b) => a - b);
  const cut = Math.floor(values.length / 5);
  const kept = values.slice(cut, values.length - cut);
  if (values.length < 3) return;
  const mean = kept.reduce((sum, one) => sum + one, 0) / kept.length;
  const isShared = value >= alarm && mean >= value / 2;
  if (!isShared && timeMs - own.openMs < VERDICT_MS) return;
  say(isShared ? 'confirmed' : 'local');
  own.openMs = 0;
}

function tell(station: Station, now: Station['told']): void {
  if (now.isAbove !== station.told.isAbove || now.timeMs - station.told.timeMs >= 24 * HOUR_MS) station.told = now;
}
