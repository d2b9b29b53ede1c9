// The answers of `departure` to series in which everything happens. A change of them is a change of what gateways tell each
// other: it belongs into the changelog, and these figures beside it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Anomaly } from '../../src/core/anomaly.ts';
import { createChannel } from '../../src/detect/channel.ts';
import { eventful } from './eventful.ts';
import { hour } from './series.ts';

/** By seed: conclusions, and a digest of them. */
const golden = [
  '14 5a9975d75a25',
  '12 bd78296c6adf',
  '14 616bd21c7580',
  '14 7f512f0184e8',
  '42 4ac58107e3bb',
  '14 8f8c1bb115bb',
  '14 f516d401dbc5',
  '16 26e28f011695',
  '14 7e869566e0c6',
  '19 fa58090b6c3a',
  '20 1e6b2b9ed0ad',
  '19 16a899e2527e',
  '16 80b0bf15f29b',
  '20 36a042a56f0e',
  '58 b4eedebd5109',
  '83 a525f3ef39ad',
  '32 2bd70369ccac',
  '64 72c3fae1cb73',
  '46 4b3fec58269c',
  '118 149c86323b51',
  '243 e52fdc3e7874',
  '96 debaa12e6338',
  '182 ae50aec7db7d',
  '199 8568995bf9e5',
  '459 3564741c2413',
];

/** Nine digits: another build of the machine's arithmetic may differ in the last. */
const rounded = (_: string, member: unknown) => (typeof member === 'number' ? Number(member.toPrecision(9)) : member);

const figuresOf = ({ kind, cause, onsetMs, timeMs, observed, baseline, spread, ...rest }: Anomaly) => {
  const { samples, confidence, severity, durationS } = rest;
  return [kind, cause, onsetMs, timeMs, observed, baseline, spread, samples, confidence, severity, durationS];
};

function digest(seed: number): string {
  const { options, readings } = eventful(seed, 6_000);
  const channel = createChannel(options);
  const hash = createHash('sha256');
  let count = 0;
  for (const [index, item] of readings.entries()) {
    const ticksH = index % 1_000 === 500 && item.timeMs > 0 ? [1, 30, 60] : [];
    const found = [channel.accept(item), ...ticksH.map((afterH) => channel.tick(item.timeMs + afterH * hour))];
    for (const anomaly of found) {
      if (!anomaly) continue;
      count++;
      hash.update(JSON.stringify(figuresOf(anomaly), rounded));
    }
  }
  return `${count} ${hash.digest('hex').slice(0, 12)}`;
}

test('departure answers as it always did', () => {
  assert.deepEqual(
    golden.map((_, seed) => digest(seed)),
    golden,
  );
});
