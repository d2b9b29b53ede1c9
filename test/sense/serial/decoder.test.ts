import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findDevice } from '../../../devices/catalogue.ts';
import { QUALITY } from '../../../src/core/reading.ts';
import type { Field, Frame } from '../../../src/sense/profile.ts';
import { createDecoder } from '../../../src/sense/serial/decoder.ts';
import { recordingSink, type Told } from '../recording-sink.ts';
import { hex, plantowerBytes, pms5003 } from './plantower-bytes.ts';

/** What a frame of the first shape of a model says. */
function decoded(model: string, frame: Buffer): Told {
  const found = findDevice('plantower-pmsx003', model);
  assert(found, model);
  return told(found.model.frames!, frame);
}

function told(frames: readonly Frame[], frame: Buffer, shape = 0): Told {
  const { sink, told: all } = recordingSink();
  createDecoder(frames)(frame, shape, sink);
  return all;
}

/** `quantity` or `quantity/channel` -> value. */
function values({ observations }: Told): Record<string, number | null> {
  return Object.fromEntries(
    observations.map(({ quantity, channel, value }) => [channel === '' ? quantity : `${quantity}/${channel}`, value]),
  );
}

/** One number in a frame of its own, 8 bytes. */
function number(
  field: Omit<Field, 'at' | 'quantity'> & Partial<Field>,
  bytes: string,
  more: Partial<Frame> = {},
): Told {
  const fields = [{ at: 0, quantity: 'temperature', ...field } as const];
  return told([{ header: '..', bytes: 8, fields, ...more }], hex(bytes));
}

const reported = ({ observations }: Told) => observations.map(({ value, quality }) => [value, quality]);

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

test('an observation says what it is, and of which unit', () => {
  const { observations, frames } = decoded('PMS5003', PMS5003);
  assert.deepEqual(observations[4], { quantity: 'pm2_5', value: 13, unit: 'ug/m3', channel: '', quality: 0 });
  assert.deepEqual(frames, [undefined]);
});

test('formaldehyde by mass, beside climate', () => {
  const frame = plantowerBytes(5, 9, 10, 5, 9, 10, 900, 270, 60, 6, 1, 0, 21, 234, 467, 0, 0x9700);
  const got = values(decoded('PMS5003ST', frame));
  assert.deepEqual([got.hcho_mass, got.temperature, got.relative_humidity], [21, 23.4, 46.7]);
});

test('a valid frame of zeros is a fan that stands still, not clean air', () => {
  const zeros = plantowerBytes(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x9700);
  for (const { quality } of decoded('PMS5003', zeros).observations) assert.equal(quality, QUALITY.warming_up);
  const clean = plantowerBytes(0, 0, 1, 0, 0, 1, 30, 9, 2, 0, 0, 0, 0x9700);
  for (const { quality } of decoded('PMS5003', clean).observations) assert.equal(quality, 0);
});

test('a value no working sensor reports is kept and marked', () => {
  const { observations } = decoded('PMS5003', pms5003(2001));
  const marked = observations.filter(({ quality }) => quality === QUALITY.out_of_range);
  assert.deepEqual(
    marked.map(({ quantity, value }) => [quantity, value]),
    [
      ['pm2_5', 2001],
      ['pm2_5', 2001],
    ],
  );
  assert.equal(observations.length, 12);
});

test('scale, offset and unit: what is sent becomes what the table has', () => {
  const cases: readonly [Parameters<typeof number>[0], string, number][] = [
    [{ type: 'u8', offset: -40 }, '42', 26],
    [{ type: 'i16le', scale: 0.1, unit: 'degF' }, 'be02', 21.222_222],
    [{ type: 'u8', offset: -90, unit: 'degF' }, 'a0', 21.111_111],
    [{ type: 'u16be', scale: 0.005 }, '15ae', 27.75],
    [{ type: 'u16be', scale: 10, quantity: 'co2' }, '0041', 650],
    [{ type: 'f32be', quantity: 'co2' }, '43db8c2e', 439.095_154],
  ];
  for (const [field, bytes, value] of cases) {
    const [[got]] = reported(number(field, bytes.padEnd(16, '0'))) as [[number, number]];
    assert.ok(Math.abs(got - value) < 1e-6, `${got} is not ${value}`);
  }
});

test('a unit and decimals that stand in the frame', () => {
  const field = {
    type: 'u16be',
    at: 4,
    quantity: 'co',
    decimalsAt: 3,
    unitAt: { at: 2, units: { 3: 'ppm', 4: 'ppb' } },
  } as const;
  assert.deepEqual(reported(number(field, 'ff04030100251388')), [[3.7, 0]]);
  assert.deepEqual(reported(number(field, 'ff04040000251388')), [[0.037, 0]]);
  for (const unknown of ['ff04050100251388', 'ff0403ff00251388']) {
    const { observations, rejected } = number(field, unknown);
    assert.deepEqual([observations, rejected], [[], { unsupported: 1 }]);
  }
});

test('absent is nothing, invalid is no value, not a number is invalid', () => {
  const marks = { type: 'u16le', absent: [0xffff], invalid: [0x7fff] } as const;
  assert.deepEqual(number(marks, 'ffff000000000000'), { frames: [undefined], observations: [], rejected: {} });
  assert.deepEqual(reported(number(marks, 'ff7f000000000000')), [[null, QUALITY.invalid]]);
  assert.deepEqual(reported(number(marks, '1400000000000000')), [[20, 0]]);
  for (const bits of ['7fc00000', '7f800000', 'ff800000']) {
    assert.deepEqual(reported(number({ type: 'f32be' }, bits.padEnd(16, '0'))), [[null, QUALITY.invalid]]);
  }
});

test('a status speaks about all values', () => {
  const at = (status: NonNullable<Frame['status']>[number], bytes: string) =>
    reported(number({ type: 'u8' }, bytes.padEnd(16, '0'), { status: [status] }))[0];
  const notReady = { at: 1, type: 'u8', mask: 0x04, means: 'warming_up' } as const;
  assert.deepEqual(at(notReady, '1404'), [20, QUALITY.warming_up]);
  assert.deepEqual(at(notReady, '14fb'), [20, 0]);
  const booting = { at: 1, type: 'u16be', equals: 15_000, means: 'invalid' } as const;
  assert.deepEqual(at(booting, '143a98'), [null, QUALITY.invalid]);
  assert.deepEqual(at(booting, '143a99'), [20, 0]);
  const highest = { at: 4, type: 'u32be', mask: 0x8000_0000, equals: 0x8000_0000, means: 'invalid' } as const;
  assert.deepEqual(at(highest, '1400000080000001'), [null, QUALITY.invalid]);
  assert.deepEqual(at({ at: 1, type: 'u8', means: 'invalid' }, '1400'), [20, 0]);
});

test('a frame names who sent it; one that says nothing is good; one that says no is not', () => {
  const named = number({ type: 'u8' }, '14000000a16000ab', { source: [4, 6] });
  assert.deepEqual(named.frames, ['A160']);
  const check = { kind: 'sum8', from: 0, to: 7, at: 7 } as const;
  const silent = told([{ header: '..', bytes: 8, check }], hex('1400000000000014'));
  assert.deepEqual(silent, { frames: [undefined], observations: [], rejected: {} });
  // Without a check it may be noise: understood, and no sign of life.
  const unchecked = told([{ header: '..', bytes: 8 }], hex('1400000000000000'));
  assert.deepEqual(unchecked, { frames: [], observations: [], rejected: {} });
  const refusal = told(
    [
      { header: '01', bytes: 1 },
      { header: '9696', bytes: 2, refuses: true },
    ],
    hex('9696'),
    1,
  );
  assert.deepEqual(refusal, { frames: [], observations: [], rejected: { refused: 1 } });
});

test('a unit that does not fit is a mistake in a profile', () => {
  const field = { at: 4, type: 'u16be', quantity: 'pm1' } as const;
  for (const wrong of [{ unit: 'hPa' }, { unitAt: { at: 2, units: { '03': 'ug/m3' } } }]) {
    assert.throws(() => createDecoder([{ header: '..', bytes: 8, fields: [{ ...field, ...wrong }] }]), {
      name: 'AssertionError',
    });
  }
});
