// Readings for the tests: a day with a course, noise from a seed, and things that happen in it.
import type { Anomaly } from '../../src/core/anomaly.ts';
import { QUANTITIES, type Quantity } from '../../src/core/quantities.ts';
import type { Reading } from '../../src/core/reading.ts';
import { type Channel, type ChannelOptions, createChannel } from '../../src/detect/channel.ts';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;
/** Midnight UTC. */
export const start = Date.UTC(2026, 0, 10);

/** Uniform in [0, 1), mulberry32. */
export function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Standard normal. */
export function normal(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** PM2.5 outdoors: mean 12, a swing of 4 over the day, noise of 1.5, never negative. */
export function air(seed: number, { mean = 12, swing = 4, noise = 1.5 } = {}): (timeMs: number) => number {
  const gauss = normal(seeded(seed));
  return (timeMs) => Math.max(0, mean + swing * Math.sin((2 * Math.PI * timeMs) / day) + noise * gauss());
}

/** Rises by `height` within `rise`, stays until `rise + hold`, falls as fast. */
export function plume(timeMs: number, at: number, { height = 90, rise = 3 * minute, hold = 10 * minute } = {}): number {
  const since = timeMs - at;
  if (since < 0) return 0;
  if (since < rise) return (height * since) / rise;
  return Math.max(0, Math.min(height, height - (height * (since - rise - hold)) / rise));
}

export interface Series {
  readonly from: number;
  readonly to: number;
  readonly every: number;
  readonly value: (timeMs: number) => number;
}

export function reading(timeMs: number, value: number, more: Partial<Reading> = {}): Reading {
  const quantity: Quantity = more.quantity ?? 'pm2_5';
  const unit = QUANTITIES[quantity].unit;
  return { sensor: 'roof', quantity, channel: '', value, unit, timeMs, clock: 2, quality: 0, sensorClass: 1, ...more };
}

export function detector(more: Partial<ChannelOptions> = {}): Channel {
  return createChannel({
    sensor: 'roof',
    quantity: 'pm2_5',
    channel: '',
    sensorClass: 1,
    levels: [9, 35.5, 55.5, 125.5],
    direction: 'rise',
    ...more,
  });
}

/** Feeds a series, `to` excluded. @returns what was concluded */
export function feed(target: Channel, { from, to, every, value }: Series, more?: Partial<Reading>): Anomaly[] {
  const found: Anomaly[] = [];
  for (let timeMs = from; timeMs < to; timeMs += every) {
    const anomaly = target.accept(reading(timeMs, value(timeMs), more));
    if (anomaly) found.push(anomaly);
  }
  return found;
}

/** `kind/cause` of each. */
export const names = (found: readonly Anomaly[]) => found.map(({ kind, cause }) => `${kind}/${cause}`);
