// The manifest of a replay: which columns of which files are whose readings. YAML -> checked, or every problem with its line.
//
// Files are looked for beside the manifest, in its `folder`, or in the folder the command line names; whether they are
// there is found out station by station, because one that is missing must not stop the others.
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { checkYaml } from '../config/checked-yaml.ts';
import { detectorFile, domainNames, problemLine } from '../config/config.ts';
import { type Problem, problemAt, type Source } from '../config/problem.ts';
import { checkAlarm, type Report } from '../config/relations.ts';
import { alarmLevels, channelName, detectorName, keys } from '../config/schema.ts';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { replayStationsMax } from '../core/limits.ts';
import { QUANTITY_NAMES } from '../core/quantities.ts';
import { converter, unitsOf } from '../core/units.ts';
import { timeParser } from '../sense/replay/timestamp.ts';
import type { Place } from '../synthesize/sighting.ts';

const text = z.string().min(1).max(256);

const SCHEMA = keys({
  timestamp: keys({ column: text, format: text.default('iso'), zone: text.default('UTC') }),
  readings: z
    .array(keys({ column: text, quantity: z.enum(QUANTITY_NAMES), unit: z.string().max(32), channel: channelName }))
    .min(1)
    .max(64),
  // As in a configuration.
  domain: text.optional(),
  domains: z.array(text).min(1).max(8).optional(),
  detector: detectorName,
  alarm: alarmLevels,
  folder: text.optional(),
  stations: z
    .array(
      keys({
        id: text,
        file: text,
        latitude: z.number().min(-90).max(90).optional(),
        longitude: z.number().min(-180).max(180).optional(),
      }),
    )
    .min(1)
    .max(replayStationsMax),
});

type Shape = z.output<typeof SCHEMA>;

export interface Manifest extends Pick<Shape, 'timestamp' | 'readings' | 'detector' | 'alarm'> {
  /** Names of built-in domains, or absolute paths of files. */
  readonly domains: readonly string[];
  /** Files are absolute. Ids may repeat. */
  readonly stations: readonly { readonly id: string; readonly file: string; readonly place: Place | undefined }[];
}

/**
 * @param dataFolder absolute, where the files are instead
 * @throws OperatingError config_missing; config_invalid, whose message holds one line for each problem
 */
export function loadManifest(file: string, dataFolder: string | undefined): Manifest {
  const { data, problems, source } = checkYaml(read(file), SCHEMA, 'docs/replay.md shows one');
  if (data && source) checkRelations(data, source, problems);
  if (!data || problems.length > 0) {
    throw new OperatingError('config_invalid', problems.map((problem) => problemLine(file, problem)).join('\n'));
  }
  const folder = dataFolder ?? resolve(dirname(file), data.folder ?? '.');
  return {
    timestamp: data.timestamp,
    readings: withMainChannels(data.readings),
    detector: detectorFile(data.detector, dirname(resolve(file))),
    alarm: data.alarm,
    domains: domainNames(data, dirname(resolve(file))),
    stations: data.stations.map(({ id, file: name, latitude, longitude }) => ({
      id,
      file: resolve(folder, name),
      place: latitude === undefined || longitude === undefined ? undefined : { latitude, longitude },
    })),
  };
}

/**
 * Of each quantity one channel is the main one, which is watched: the unnamed one, else `a`, else the first that is named.
 * So `a` and `b`, both named, work like one unnamed and `b`.
 */
function withMainChannels(readings: Shape['readings']): Shape['readings'] {
  return readings.map((reading) => {
    const channels = readings.filter(({ quantity }) => quantity === reading.quantity).map(({ channel }) => channel);
    const main = ['', 'a'].find((name) => channels.includes(name)) ?? channels[0];
    return reading.channel === main ? { ...reading, channel: '' } : reading;
  });
}

function read(file: string): string {
  try {
    if (statSync(file).isFile()) return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new OperatingError('config_missing', `cannot read the manifest ${file}: ${reasonOf(cause)}`, { cause });
  }
  throw new OperatingError('config_missing', `${file} is not a file; name the manifest itself`);
}

/** What depends on two keys at once, and what other parts of the program understand. */
function checkRelations(
  { timestamp, readings, stations, domain, domains, alarm }: Shape,
  source: Source,
  problems: Problem[],
): void {
  const add: Report = (path, says, value) => problems.push(problemAt(source, path, says, value));
  if (domain !== undefined && domains !== undefined) add(['domain'], 'stands beside domains; keep one');
  checkAlarm(alarm, add);
  for (const key of ['format', 'zone'] as const) {
    try {
      if (key === 'format') timeParser(timestamp.format);
      else timeParser('iso', timestamp.zone);
    } catch (error) {
      add(['timestamp', key], `is not understood: ${reasonOf(error)}`);
    }
  }
  for (const [index, { quantity, unit, channel }] of readings.entries()) {
    if (!converter(unit, quantity)) {
      add(['readings', index, 'unit'], `is not a unit of ${quantity}; known are ${unitsOf(quantity).join(', ')}`, unit);
    }
    if (readings.findIndex((other) => other.quantity === quantity && other.channel === channel) < index) {
      const says = 'is there twice; a station has one column for each, or several that name their channel';
      add(['readings', index, 'quantity'], says, quantity);
    }
  }
  for (const [index, { latitude, longitude }] of stations.entries()) {
    if ((latitude === undefined) === (longitude === undefined)) continue;
    add(['stations', index], 'has one coordinate of two; give latitude and longitude, or neither');
  }
}
