import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDevice } from '../../../devices/catalogue.ts';
import type { DeviceModel, DeviceProfile } from '../../../src/sense/profile.ts';
import { createIntake } from '../../../src/sense/serial/intake.ts';
import { recordingSink } from '../recording-sink.ts';
import { hex, pms5003 } from './plantower-bytes.ts';

const { profile, model } = findDevice('PMS5003')!;

function opened(of: DeviceProfile, device: DeviceModel, midway = false) {
  const { sink, told } = recordingSink();
  return { intake: createIntake(of, device, sink, { midway }), told };
}

test('what a device says and what was dropped reach the sink, each drop once', () => {
  const { intake, told } = opened(profile, model);
  intake.push(Buffer.concat([Buffer.from('noise'), pms5003(12)]));
  intake.push(pms5003(13));
  assert.deepEqual(told.rejected, { noise: 5 });
  intake.push(pms5003(14).subarray(0, 20));
  intake.end();
  intake.end();
  assert.deepEqual(told.rejected, { noise: 5, truncated: 1 });
  assert.deepEqual([told.frames.length, told.observations.length, intake.frames], [2, 24, 2]);
});

test('a refusal is no good frame', () => {
  const check = { kind: 'crc16_modbus', from: 0, to: 3, at: 3 } as const;
  const refusing = { frames: [{ header: '..83', bytes: 5, check, refuses: true }] } as const;
  const { intake, told } = opened({ ...profile, models: { refusing } }, refusing);
  intake.push(hex('018302c0f1'));
  assert.deepEqual([intake.frames, told.frames, told.rejected], [0, [], { refused: 1 }]);
});

test('text comes line by line, and half a line is none', () => {
  const nmea = { text: { kind: 'nmea' } } as const;
  const of: DeviceProfile = { ...profile, framing: 'line', models: { nmea } };
  const bytes = Buffer.from('0.5,M,A*00\r\n$WIMWV,120.1,R,002.4,M,A*24\r\n$WIMWV,1');
  const { intake, told } = opened(of, nmea, true);
  for (const byte of bytes) intake.push(Buffer.of(byte));
  intake.end();
  assert.equal(intake.frames, 1);
  assert.equal(told.rejected.truncated, 2);
  assert.ok(told.observations.some(({ quantity, value }) => quantity === 'wind_speed' && value === 2.4));
});

test('a frame that is a line of text is a mistake in a profile', () => {
  assert.throws(() => opened({ ...profile, framing: 'line' }, model), { name: 'AssertionError' });
});
