// What a reader of text tells about lines, one short text for each call of the sink.
import { qualityNames } from '../../../src/core/reading.ts';
import type { TextFormat } from '../../../src/sense/profile.ts';
import type { Observation, Sink } from '../../../src/sense/sink.ts';
import { createTextReader } from '../../../src/sense/text/text.ts';

/** `frame 0`, `wind_speed/max=3.2 m/s`, `co2=null ppm invalid`, `malformed 1`. */
export function toldBy(format: TextFormat, lines: readonly (string | Uint8Array)[]): string[] {
  const told: string[] = [];
  const sink: Sink = {
    frame: (source) => told.push(source === undefined ? 'frame' : `frame ${source}`),
    value: (observation) => told.push(textOf(observation)),
    online: (is) => told.push(`online ${is}`),
    rejected: (reason, count) => told.push(`${reason} ${count}`),
    topic: (filter) => told.push(`topic ${filter}`),
  };
  const reader = createTextReader(format);
  for (const line of lines) reader.line(Buffer.from(line as string), sink);
  return told;
}

function textOf({ quantity, channel, value, unit, quality, timeMs }: Observation): string {
  const name = channel === '' ? `${quantity}` : `${quantity}/${channel}`;
  const shown = value === null ? 'null' : String(Math.round(value * 1e6) / 1e6);
  const time = timeMs === undefined ? [] : [`at ${new Date(timeMs).toISOString()}`];
  return [`${name}=${shown}`, unit, ...qualityNames(quality), ...time].join(' ');
}

/** Whether something was told as a value. */
export const isValue = (text: string): boolean => text.includes('=');
