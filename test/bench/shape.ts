// What `shape` costs: time a reading, for the score alone and as a channel, and bytes a channel, in memory and saved.
//
// The series is the hardest the search for alike courses can get: a daily swing, coarse steps, noise, now and then a plume.
import { createChannel } from '../../src/detect/channel.ts';
import { detectorNamed } from '../../src/detect/registry.ts';
import { SHAPE_BYTES, ShapeScorer } from '../../src/detect/shape-score.ts';
import { normal, seeded } from '../detect/series.ts';
import { ratesPerS } from './rate.ts';

const READINGS = 40_000;
const INTERVAL_MS = 60_000;
const START_MS = Date.UTC(2026, 0, 1);
const TIME_MS = 3_000;

export function benchShape() {
  const gauss = normal(seeded(1));
  const values = Array.from({ length: READINGS }, (_, at) => {
    const plume = at % 5_000 < 40 ? 60 : 0;
    return Math.max(0, Math.round(12 + 4 * Math.sin((2 * Math.PI * at) / 1_440) + 1.5 * gauss() + plume));
  });
  const scorer = new ShapeScorer();
  const channel = createChannel({
    sensor: 'roof',
    quantity: 'pm2_5',
    channel: '',
    sensorClass: 1,
    levels: [9, 35.4, 55.4, 125.4],
    direction: 'rise',
    alarm: 35.4,
    detector: detectorNamed('shape'),
  });
  let timeMs = START_MS;
  const reading = { sensor: 'roof', quantity: 'pm2_5', channel: '', unit: 'ug/m3', clock: 2, quality: 0 } as const;
  const rates = ratesPerS(
    {
      score: { count: READINGS, run: () => values.forEach((value) => void scorer.next(value)) },
      channel: {
        count: READINGS,
        run: () => {
          for (const value of values) {
            timeMs += INTERVAL_MS;
            channel.accept({ ...reading, value, timeMs, sensorClass: 1 });
          }
        },
      },
    },
    TIME_MS,
  );
  return {
    score_us: microseconds(rates.score!),
    channel_us: microseconds(rates.channel!),
    score_bytes: SHAPE_BYTES,
    saved_bytes: JSON.stringify(channel.state()).length,
    allocated_bytes: allocated(scorer, values),
  };
}

const microseconds = (perS: number): number => Number((1e6 / perS).toFixed(2));

/** Net growth of the heap while nothing is collected in between, as far as Node tells. */
function allocated(scorer: ShapeScorer, values: readonly number[]): number {
  const before = process.memoryUsage().heapUsed;
  for (const value of values) scorer.next(value);
  return Math.max(0, Math.round((process.memoryUsage().heapUsed - before) / values.length));
}
