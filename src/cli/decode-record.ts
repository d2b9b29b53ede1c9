// Collects from a sink what one recording says: the answer of `qis decode`, for programs.
import { decodedReadingsMax } from '../core/limits.ts';
import { qualityNames } from '../core/reading.ts';
import type { Observation, Sink } from '../sense/sink.ts';

export interface DecodedReading {
  /** null: a number of a kind that the quantity table does not have. */
  readonly quantity: string | null;
  /** null: the sensor itself marks it as not valid. */
  readonly value: number | null;
  readonly unit: string;
  readonly channel: string;
  /** `good`, or what is the matter, joined by blanks. */
  readonly quality: string;
  /** RFC 3339, where the message carries a time that can be trusted. */
  readonly time: string | null;
}

export interface Rejected {
  readonly reason: string;
  readonly count?: number;
  readonly message?: string;
  readonly nearest?: readonly string[];
}

export interface DecodeRecord {
  readonly id: unknown;
  readonly source: string | null;
  readonly online: boolean | null;
  readonly readings: readonly DecodedReading[];
  readonly frames_ok: number;
  readonly rejected: readonly Rejected[];
}

/** @returns where to tell, and how to ask for what was told so far */
export function createDecodeRecord(id: unknown): { sink: Sink; record: () => DecodeRecord } {
  const readings: DecodedReading[] = [];
  const counts = new Map<string, number>();
  let source: string | null = null;
  let online: boolean | null = null;
  let frames = 0;
  const count = (reason: string, more: number) => void counts.set(reason, (counts.get(reason) ?? 0) + more);
  const sink: Sink = {
    frame(from) {
      frames++;
      if (from !== undefined) source = from;
    },
    value(observation) {
      if (readings.length < decodedReadingsMax) readings.push(decodedReading(observation));
      else count('too_many_readings', 1);
    },
    online(is, other) {
      // Of the source itself; a node speaks for its devices as well.
      if (other === undefined || other === source) online = is;
    },
    rejected: count,
    topic() {},
  };
  const record = () => {
    const rejected = [...counts].map(([reason, count]) => ({ reason, count }));
    return { id, source, online, readings, frames_ok: frames, rejected };
  };
  return { sink, record };
}

export function decodedReading({ quantity, value, unit, channel, quality, timeMs }: Observation): DecodedReading {
  const time = timeMs === undefined ? null : new Date(timeMs).toISOString();
  return { quantity, value, unit, channel, quality: qualityNames(quality).join(' ') || 'good', time };
}
