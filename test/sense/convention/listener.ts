// A convention that is fed messages; what it tells comes back as one line of text for each call of the sink.
import { qualityNames } from '../../../src/core/reading.ts';
import type { ConventionProfile } from '../../../src/sense/convention/convention-profile.ts';
import { createConvention } from '../../../src/sense/mqtt/conventions.ts';

/** When every message arrives: times that are relative to now count from here. */
export const ARRIVAL_MS = Date.UTC(2026, 0, 1);

/** Values to six digits: conversions leave a remainder far behind the point. */
const short = (value: number | null): string => (value === null ? 'null' : `${Number(value.toPrecision(6))}`);

/** A payload that is no text is written as JSON. */
export function listener(profile: ConventionProfile): (topic: string, payload: unknown) => string[] {
  const convention = createConvention(profile);
  return (topic, payload) => {
    const told: string[] = [];
    const bytes = Buffer.isBuffer(payload)
      ? payload
      : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
    convention.accept(
      { topic, payload: bytes, retained: false, timeMs: ARRIVAL_MS },
      {
        frame: (source) => void told.push(source === undefined ? 'frame' : `frame ${source}`),
        value({ quantity, channel, value, unit, quality, timeMs }) {
          const name = channel === '' ? `${quantity}` : `${quantity}/${channel}`;
          const time = timeMs === undefined ? [] : [new Date(timeMs).toISOString()];
          told.push([name, short(value), unit, ...qualityNames(quality), ...time].join(' '));
        },
        online: (is, source) =>
          void told.push([is ? 'online' : 'offline', ...(source === undefined ? [] : [source])].join(' ')),
        rejected: (reason, count) => void told.push(`rejected ${reason} ${count}`),
        topic: (filter) => void told.push(`topic ${filter}`),
      },
    );
    return told;
  };
}
