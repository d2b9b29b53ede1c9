import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findDevice } from '../../devices/catalogue.ts';
import { createIntake } from '../../src/sense/serial/intake.ts';
import type { Observation } from '../../src/sense/sink.ts';
import { plantowerFrame } from '../../src/sim/plantower-frame.ts';
import { recordingSink } from '../sense/recording-sink.ts';

const { profile, model } = findDevice('PMS5003')!;

function decoded(bytes: Buffer): readonly Observation[] {
  const { sink, told } = recordingSink();
  createIntake(profile, model, sink).push(bytes);
  assert.equal(told.frames.length, 1);
  return told.observations;
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
      const observations = decoded(plantowerFrame(air(pm1, pm2_5, pm10)));
      for (const channel of ['', 'cf1']) {
        const of = (quantity: string) =>
          observations.find((one) => one.quantity === quantity && one.channel === channel)?.value;
        assert.deepEqual([of('pm1'), of('pm2_5'), of('pm10')], [pm1, pm2_5, pm10].map(Math.round));
      }
    }),
  );
});

test('counts fall with size, and stop at what a word holds', () => {
  const counts = (pm2_5: number) =>
    decoded(plantowerFrame(air(pm2_5, pm2_5, pm2_5)))
      .filter(({ quantity }) => quantity?.startsWith('particles'))
      .map(({ value }) => value ?? Number.NaN);
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
