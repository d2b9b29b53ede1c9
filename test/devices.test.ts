import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { DEVICES } from '../devices/catalogue.ts';
import { CONVENTIONS } from '../devices/conventions.ts';
import type { DeviceModel, DeviceProfile } from '../src/sense/profile.ts';
import {
  assertRows,
  DEVICE_FOLDERS,
  deviceFile,
  replayBytes,
  replayMessages,
  rowsOf,
  serialCaptures,
} from './capture.ts';

/** The same bytes in pieces of one size. */
function pieces(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

/** Whether the device's frames or lines carry a checksum at all. */
function isChecked({ framing }: DeviceProfile, { frames = [], text }: DeviceModel): boolean {
  return framing === 'shdlc' || text?.kind === 'nmea' || frames.some(({ check }) => check !== undefined);
}

test('the catalogue and the folders have the same devices', () => {
  const folders = readdirSync(DEVICE_FOLDERS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const known = [...DEVICES, ...CONVENTIONS].map(({ name }) => name);
  assert.deepEqual(known.sort(), folders.map(({ name }) => name).sort());
});

for (const profile of DEVICES) {
  const captures = serialCaptures(profile);

  test(`${profile.name}: captures give the expected values, fed whole, byte by byte and in uneven pieces`, () => {
    for (const { file, modelName, bytes, expected } of captures) {
      const whole = replayBytes(profile, modelName, [bytes]);
      assertRows(whole.rows, expected, file);
      for (const size of [1, 3, 7, 31, 33]) {
        assert.deepEqual(replayBytes(profile, modelName, pieces(bytes, size)), whole, `${file} in pieces of ${size}`);
      }
    }
  });

  test(`${profile.name}: its capture holds good frames, and what goes wrong on a line`, () => {
    const capture = captures.find(({ file }) => /^capture\.(hex|txt)$/.test(file));
    assert.ok(capture, 'there is a capture of the default model');
    const { frames, rejected } = replayBytes(profile, profile.modelDefault, [capture.bytes]);
    assert.ok(frames >= 3, `${frames} frames`);
    const reasons = Object.keys(rejected);
    const told = JSON.stringify(rejected);
    assert.ok(reasons.includes(profile.framing === 'line' ? 'malformed' : 'noise'), told);
    assert.ok(reasons.includes('checksum') || !isChecked(profile, profile.models[profile.modelDefault]!), told);
  });
}

for (const profile of CONVENTIONS) {
  test(`${profile.name}: captured messages give the expected values`, () => {
    const { rows, frames, rejected } = replayMessages(profile);
    assertRows(rows, rowsOf(deviceFile(profile.name, 'expected.csv')), profile.name);
    assert.ok(frames >= 2 && Object.keys(rejected).length > 0, `${frames} frames, ${JSON.stringify(rejected)}`);
  });
}
