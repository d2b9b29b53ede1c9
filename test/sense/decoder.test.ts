import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findDevice } from '../../devices/catalogue.ts';
import { QUALITY, type Reading } from '../../src/core/reading.ts';
import { SENSOR_CLASSES } from '../../src/core/sensor-class.ts';
import { createDecoder, type DecodeTime } from '../../src/sense/decoder.ts';
import type { DeviceProfile } from '../../src/sense/profile.ts';
import { hex, plantowerBytes, pms5003 } from './plantower-bytes.ts';

const WARM: DecodeTime = { timeMs: 1_700_000_000_000, clock: 2, uptimeMs: 60_000 };

function decoded(model: string, frame: Buffer, time: DecodeTime = WARM): Reading[] {
  const found = findDevice('plantower-pmsx003', model);
  assert(found, model);
  const readings: Reading[] = [];
  createDecoder(found.profile, found.model, 'roof')(frame, time, (reading) => readings.push(reading));
  return readings;
}

/** `quantity` or `quantity/channel` -> value. */
function values(readings: readonly Reading[]): Record<string, number> {
  return Object.fromEntries(
    readings.map(({ quantity, channel, value }) => [channel === '' ? quantity : `${quantity}/${channel}`, value]),
  );
}

// Published by people who have the sensors.
const PMS5003 = hex('424d001c0005000d00160005000d001602fd00fc001d000f00060006970003c5');
const PMS3003 = hex('424D00140051006A007700350046004F33D20F28003F041A');
const PMS5003T = hex('424d001c001700270029001600230029100804a90116000c00d400e09a0004aa');

test('a PMS5003: mass both ways, counts per litre', () => {
  assert.deepEqual(values(decoded('PMS5003', PMS5003)), {
    'pm1/cf1': 5,
    'pm2_5/cf1': 13,
    'pm10/cf1': 22,
    pm1: 5,
    pm2_5: 13,
    pm10: 22,
    particles_gt_0_3: 7650,
    particles_gt_0_5: 2520,
    particles_gt_1: 290,
    particles_gt_2_5: 150,
    particles_gt_5: 60,
    particles_gt_10: 60,
  });
});

test('a PMS3003: its reserved words are no counts', () => {
  const cf1 = { 'pm1/cf1': 81, 'pm2_5/cf1': 106, 'pm10/cf1': 119 };
  assert.deepEqual(values(decoded('PMS3003', PMS3003)), { ...cf1, pm1: 53, pm2_5: 70, pm10: 79 });
});

test('a PMS5003T: four counts, then temperature and humidity', () => {
  const got = values(decoded('PMS5003T', PMS5003T));
  assert.deepEqual(
    [got.pm1, got.pm2_5, got.pm10, got.particles_gt_0_3, got.particles_gt_2_5],
    [22, 35, 41, 41_040, 120],
  );
  assert.deepEqual([got.temperature, got.relative_humidity], [21.2, 22.4]);
  assert.equal(got.particles_gt_5, undefined);
});

test('below zero is below zero, with the decimal that was sent', () => {
  const at = (tenths: number) => {
    const frame = plantowerBytes(1, 2, 3, 1, 2, 3, 600, 200, 40, 5, tenths, 801, 0x9a00);
    const { temperature, relative_humidity } = values(decoded('PMS5003T', frame));
    return [temperature, relative_humidity];
  };
  assert.deepEqual(at(-1), [-0.1, 80.1]);
  assert.deepEqual(at(-123), [-12.3, 80.1]);
  fc.assert(fc.property(fc.integer({ min: -400, max: 850 }), (tenths) => at(tenths)[0] === tenths / 10));
});

test('each reading says what, where, when and of which class', () => {
  const reading = decoded('PMS5003', PMS5003, { timeMs: 123, clock: 1, uptimeMs: 60_000 }).find(
    ({ quantity, channel }) => quantity === 'pm2_5' && channel === '',
  );
  assert.deepEqual(reading, {
    sensor: 'roof',
    quantity: 'pm2_5',
    channel: '',
    value: 13,
    unit: 'ug/m3',
    timeMs: 123,
    clock: 1,
    quality: 0,
    sensorClass: SENSOR_CLASSES.optical_plantower,
  });
});

test('the first 30 seconds are marked, the rest is not', () => {
  const quality = (uptimeMs: number) => decoded('PMS5003', PMS5003, { ...WARM, uptimeMs })[0]!.quality;
  assert.equal(quality(0), QUALITY.warming_up);
  assert.equal(quality(29_999), QUALITY.warming_up);
  assert.equal(quality(30_000), 0);
});

test('a valid frame of zeros is a fan that stands still, not clean air', () => {
  const zeros = plantowerBytes(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x9700);
  for (const { quality } of decoded('PMS5003', zeros)) assert.equal(quality, QUALITY.warming_up);
  const clean = plantowerBytes(0, 0, 1, 0, 0, 1, 30, 9, 2, 0, 0, 0, 0x9700);
  for (const { quality } of decoded('PMS5003', clean)) assert.equal(quality, 0);
});

test('a value no working sensor reports is kept and marked', () => {
  const readings = decoded('PMS5003', pms5003(2001));
  const marked = readings.filter(({ quality }) => quality === QUALITY.out_of_range);
  assert.deepEqual(
    marked.map(({ quantity, value }) => [quantity, value]),
    [
      ['pm2_5', 2001],
      ['pm2_5', 2001],
    ],
  );
  assert.equal(readings.length, 12);
});

test('a unit that does not fit is a mistake in a profile', () => {
  const { profile } = findDevice('plantower-pmsx003')!;
  const model = { frameBytes: 32, fields: [{ at: 4, type: 'u16be', quantity: 'pm1', unit: 'hPa' }] } as const;
  const wrong: DeviceProfile = { ...profile, models: { wrong: model } };
  assert.throws(() => createDecoder(wrong, model, 'roof'), { name: 'AssertionError' });
});
