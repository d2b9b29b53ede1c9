import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findDevice } from '../../devices/catalogue.ts';
import type { Reading } from '../../src/core/reading.ts';
import { createDecoder } from '../../src/sense/decoder.ts';
import { createFramer } from '../../src/sense/framer.ts';
import { plantowerFrame } from '../../src/sim/plantower-frame.ts';

const { profile, model } = findDevice('PMS5003')!;

function decoded(bytes: Buffer): Reading[] {
  const readings: Reading[] = [];
  const framer = createFramer(profile.framing, model.frameBytes);
  const decode = createDecoder(profile, model, 'roof');
  const time = { timeMs: 0, clock: 2, uptimeMs: 60_000 } as const;
  framer.push(bytes, (frame) => decode(frame, time, (reading) => readings.push(reading)));
  assert.equal(framer.frames, 1);
  return readings;
}

const air = (pm1: number, pm2_5: number, pm10: number) => ({
  pm1,
  pm2_5,
  pm10,
  temperature: 20,
  relative_humidity: 50,
});

test('the decoder reads back what was written, rounded as the sensor rounds', () => {
  const mass = fc.double({ min: 0, max: 2_000, noNaN: true });
  fc.assert(
    fc.property(mass, mass, mass, (pm1, pm2_5, pm10) => {
      const readings = decoded(plantowerFrame(air(pm1, pm2_5, pm10)));
      for (const channel of ['', 'cf1']) {
        const of = (quantity: string) =>
          readings.find((reading) => reading.quantity === quantity && reading.channel === channel)?.value;
        assert.deepEqual([of('pm1'), of('pm2_5'), of('pm10')], [pm1, pm2_5, pm10].map(Math.round));
      }
    }),
  );
});

test('counts fall with size, and stop at what a word holds', () => {
  const counts = (pm2_5: number) =>
    decoded(plantowerFrame(air(pm2_5, pm2_5, pm2_5)))
      .filter(({ quantity }) => quantity.startsWith('particles'))
      .map(({ value }) => value);
  for (const pm2_5 of [0, 12, 300, 60_000]) {
    const values = counts(pm2_5);
    assert.equal(values.length, 6);
    assert.deepEqual(
      values,
      [...values].sort((a, b) => b - a),
    );
  }
  assert.equal(counts(60_000)[0], 655_350);
});
