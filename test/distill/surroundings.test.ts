import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { QUALITY, type Reading } from '../../src/core/reading.ts';
import { AIR } from '../../src/distill/air.ts';
import { createSurroundings } from '../../src/distill/surroundings.ts';
import { parse } from '../../src/packet/packet.ts';
import { openRegion, quietAir } from '../region.ts';

const NOW_MS = Date.UTC(2026, 0, 5);
const HOUR_MS = 3_600_000;

const reading = (changes: Partial<Reading> = {}): Reading => ({
  sensor: 'roof',
  quantity: 'temperature',
  channel: '',
  value: 12,
  unit: 'degC',
  timeMs: NOW_MS,
  clock: 2,
  quality: 0,
  sensorClass: 40,
  ...changes,
});

suite('surroundings', () => {
  const after = (...readings: Reading[]) => {
    const surroundings = createSurroundings(['relative_humidity', 'temperature']);
    for (const one of readings) surroundings.note(one);
    return surroundings.attributes(NOW_MS);
  };

  test('are the latest good values of what is wanted', () => {
    assert.deepEqual(after(), {});
    assert.deepEqual(after(reading(), reading({ value: 13 }), reading({ quantity: 'relative_humidity', value: 60 })), {
      temperature: 13,
      relative_humidity: 60,
    });
    assert.deepEqual(after(reading({ quantity: 'pm2_5' })), {});
  });

  test('flagged values and other channels say nothing', () => {
    assert.deepEqual(after(reading({ quality: QUALITY.warming_up })), {});
    assert.deepEqual(after(reading(), reading({ value: 99, quality: QUALITY.out_of_range })), { temperature: 12 });
    assert.deepEqual(after(reading(), reading({ value: 30, channel: 'max' })), { temperature: 12 });
  });

  test('humidity that is unfit is not used, whatever makes it so; a doubt is no reason', () => {
    const humidity = (value: number, quality: number) => reading({ quantity: 'relative_humidity', value, quality });
    for (const quality of [QUALITY.out_of_range, QUALITY.warming_up, QUALITY.invalid, QUALITY.disagreement]) {
      assert.deepEqual(after(humidity(97, quality)), {});
      assert.deepEqual(after(humidity(60, 0), humidity(97, quality | QUALITY.spike)), { relative_humidity: 60 });
    }
    const doubts = QUALITY.spike | QUALITY.rate_of_change | QUALITY.flat_line | QUALITY.neighbour | QUALITY.humid;
    assert.deepEqual(after(humidity(60, 0), humidity(97, doubts)), { relative_humidity: 97 });
  });

  test('are judged first: of two sensors of humidity that disagree, neither is in a packet', async () => {
    await using region = openRegion([{ name: 'a', place: { latitude: 48, longitude: 7.8 }, hears: [] }]);
    const { agent, published } = region.member('a');
    const humidity = { quantity: 'relative_humidity', unit: '%' } as const;
    const air = quietAir(1);
    // The first minutes are believed, and are forgotten an hour later.
    for (let minute = 0; minute < 70; minute++) {
      for (let step = 0; step < 6; step++) await region.step(air);
      agent.reading(reading({ ...humidity, value: 97, timeMs: region.nowMs() }));
      agent.reading(reading({ ...humidity, value: 60, timeMs: region.nowMs(), channel: 'b' }));
    }
    await region.fault('a');
    const packet = parse(Buffer.from([...published.keys()][0]!, 'hex'));
    assert(packet.ok);
    const band = AIR.fine.findIndex(({ attribute }) => attribute === 'relative_humidity');
    assert.equal(packet.packet.outcome.fine[band], 0, 'not stated');
  });

  test('are forgotten after an hour, and when a clock was set back over them', () => {
    assert.deepEqual(after(reading({ timeMs: NOW_MS - HOUR_MS + 1 })), { temperature: 12 });
    assert.deepEqual(after(reading({ timeMs: NOW_MS - HOUR_MS })), {});
    assert.deepEqual(after(reading({ timeMs: NOW_MS + 1_000 })), { temperature: 12 });
    assert.deepEqual(after(reading({ timeMs: NOW_MS + 24 * HOUR_MS })), {});
  });
});
