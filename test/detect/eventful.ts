// Series in which everything happens that can happen to a channel, from a seed: events, drops, drift, sticking, flags, gaps,
// clocks set back, late and repeated readings, values that are no numbers.
import { QUANTITIES, type Quantity } from '../../src/core/quantities.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { ChannelOptions } from '../../src/detect/channel.ts';
import { day, hour, normal, reading, second, seeded, start } from './series.ts';

const flags = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 9, 12];
const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300];

const watched: readonly (Pick<ChannelOptions, 'quantity' | 'levels' | 'direction' | 'alarm'> & { mean: number })[] = [
  { quantity: 'pm2_5', levels: [9, 35.4, 55.4, 125.4], direction: 'rise', alarm: 35.4, mean: 12 },
  { quantity: 'pm2_5', levels: [9, 35.4, 55.4, 125.4], direction: 'rise', mean: 45 },
  { quantity: 'co2', levels: [800, 1000, 1500], direction: 'rise', mean: 600 },
  { quantity: 'temperature', levels: [], direction: 'both', mean: 10 },
  { quantity: 'relative_humidity', levels: [], direction: 'both', mean: 85 },
];

export interface Eventful {
  readonly options: ChannelOptions;
  readonly readings: readonly Reading[];
}

export function eventful(seed: number, count: number): Eventful {
  const random = seeded(seed);
  const { mean, ...how } = watched[seed % watched.length]!;
  const every = [second, 10 * second, 60 * second, 600 * second, hour][Math.floor(seed / 5) % 5]!;
  const values = valuesOf(random, { quantity: how.quantity, mean, every });
  const readings: Reading[] = [];
  for (let index = 0; index < count; index++) readings.push(values());
  return { options: { sensor: 'roof', channel: '', sensorClass: 1, ...how }, readings };
}

interface Mood {
  readonly adds: number;
  readonly drift: number;
  readonly frozen: number | undefined;
  readonly quality: number;
}

const usual: Mood = { adds: 0, drift: 0, frozen: undefined, quality: 0 };

function valuesOf(random: () => number, of: { quantity: Quantity; mean: number; every: number }): () => Reading {
  const { quantity, mean, every } = of;
  const { min, resolution } = QUANTITIES[quantity];
  const gauss = normal(random);
  const [noise, swing] = [mean * 0.1 * (0.05 + random()), mean * 0.4 * random()];
  const step = [0, resolution, 5 * resolution][Math.floor(random() * 3)]!;
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  let [timeMs, left, value, drifted] = [start, 0, mean, 0];
  let mood = usual;

  const change = () => {
    const dice = random();
    left = Math.ceil(random() * Math.max(8, Math.min((6 * hour) / every, 400)));
    drifted = 0;
    if (mood !== usual || dice < 0.4) mood = usual;
    else if (dice < 0.6) mood = { ...usual, adds: mean * (random() < 0.2 ? -0.5 : 0.5 + 10 * random() * random()) };
    else if (dice < 0.7) mood = { ...usual, frozen: pick([value, 0, 3 * mean]) };
    else if (dice < 0.8) mood = { ...usual, quality: pick(flags) };
    else if (dice < 0.85) timeMs += random() * random() * 20 * day;
    else if (dice < 0.88) timeMs -= Math.floor(random() * 3 * day);
    else if (dice < 0.93) {
      mood = { ...usual, adds: mean * 4 * random() };
      left = Math.ceil((30 * hour) / every);
    } else mood = { ...usual, drift: (mean * random()) / 50 };
  };

  return () => {
    if (left-- <= 0) change();
    timeMs += every + (random() < 0.3 ? Math.floor((random() - 0.5) * every * 0.5) : 0);
    drifted += mood.drift;
    value = mean + swing * Math.sin((2 * Math.PI * timeMs) / day) + noise * gauss() + mood.adds + drifted;
    if (step > 0) value = Math.round(value / step) * step;
    value = mood.frozen ?? (min === 0 ? Math.max(0, value) : value);
    if (random() < 0.004) value = random() < 0.5 ? 10 * value : -0;
    const quality = random() < 0.01 ? pick(flags) : mood.quality;
    const shownMs = random() < 0.01 ? pick([timeMs - 2 * hour * random(), timeMs - every, -5, Number.NaN]) : timeMs;
    return reading(shownMs, random() < 0.002 ? pick(odd) : value, { quantity, quality });
  };
}
