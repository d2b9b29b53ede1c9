// Reads the PM2.5 of real recordings as rows in the order of time, of one laser where a unit has two.
import { join } from 'node:path';
import { loadManifest, type Manifest } from '../../src/cli/replay-manifest.ts';
import { SENSOR_CLASSES } from '../../src/core/sensor-class.ts';
import { csvRows } from '../../src/sense/replay/replay.ts';
import { ROOT } from '../source-tree.ts';

export interface Row {
  readonly station: number;
  readonly name: string;
  readonly timeMs: number;
  /** ug/m3 */
  readonly value: number;
}

export function albanyManifest(laser: 'a' | 'b', folder: string): Manifest {
  const manifest = loadManifest(join(ROOT, 'examples/purpleair-albany.yaml'), folder);
  const readings = manifest.readings.map((one) =>
    one.quantity === 'pm2_5' ? { ...one, column: `pm2.5_cf_1_${laser}`, channel: '' } : one,
  );
  return { ...manifest, readings };
}

export async function rowsOf({ stations, timestamp, readings }: Manifest): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [station, { id, file }] of stations.entries()) {
    const options = { sensor: id, sensorClass: SENSOR_CLASSES.unknown, file, timestamp, readings, emit: () => {} };
    for await (const { timeMs, readings: found } of csvRows(options)) {
      const value = found.find(({ quantity, channel }) => quantity === 'pm2_5' && channel === '')?.value;
      if (value !== undefined) rows.push({ station, name: id, timeMs, value });
    }
  }
  return rows.sort((a, b) => a.timeMs - b.timeMs || a.station - b.station);
}
