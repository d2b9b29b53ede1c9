import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relations } from '../../../src/config/device-profile.ts';
import { createIntake } from '../../../src/sense/serial/intake.ts';
import { type ModbusDevice, modbusProfile } from '../../../src/sense/serial/modbus-model.ts';
import { hex } from './plantower-bytes.ts';

const LINE = { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 } as const;
const reading = { unit: '%', channel: '', scale: 1, type: 'u16be', quantity: 'soil_moisture' } as const;

function heard(device: Partial<ModbusDevice>, bytes: Buffer) {
  const profile = modbusProfile({ function: 3, line: LINE, everyS: 10, readings: [], ...device });
  assert.deepEqual(relations(profile), []);
  const got = { values: [] as (number | null)[], rejected: [] as string[] };
  const model = profile.models.modbus!;
  const intake = createIntake(profile, model, {
    frame() {},
    value: ({ value }) => got.values.push(value),
    online() {},
    rejected: (reason) => got.rejected.push(reason),
    topic() {},
  });
  intake.push(bytes);
  intake.end();
  return { ...got, poll: model.poll };
}

test('one request from the first register to the last, and its reply', () => {
  // Published example: 211 and 450.
  const readings = [
    { ...reading, register: 11, channel: 'b', scale: 0.1 },
    { ...reading, register: 10, scale: 0.1 },
  ];
  const { values, rejected, poll } = heard({ readings }, hex('01030400D301C28BCB'));
  assert.deepEqual(values, [45, 21.1]);
  assert.deepEqual(rejected, []);
  assert.deepEqual(poll, { everyS: 10, requests: [{ function: 3, register: 10, value: 2 }] });
});

test('values of 32 bits, in every order of words', () => {
  const bytes = {
    f32be: '01030442f6e979',
    f32cdab: '010304e97942f6',
    f32badc: '010304f64279e9',
    f32le: '01030479e9f642',
  };
  for (const [type, frameHex] of Object.entries(bytes) as [keyof typeof bytes, string][]) {
    const frame = hex(frameHex);
    const whole = Buffer.concat([frame, crcOf(frame)]);
    const { values } = heard({ readings: [{ ...reading, quantity: 'co2', unit: 'ppm', type, register: 0 }] }, whole);
    assert.ok(Math.abs(values[0]! - 123.456) < 1e-4, `${type}: ${values[0]}`);
  }
});

test('an exception is a refusal', () => {
  const { values, rejected } = heard({ readings: [{ ...reading, register: 0 }] }, hex('018302C0F1'));
  assert.deepEqual([values, rejected], [[], ['refused']]);
});

/** Modbus over serial line V1.02, section 6.2.2. */
function crcOf(bytes: Buffer): Buffer {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return Buffer.from([crc & 0xff, crc >> 8]);
}
