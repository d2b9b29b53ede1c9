import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DEVICES, deviceNames, findDevice } from '../devices/catalogue.ts';
import { serialFrameBytesMax } from '../src/core/limits.ts';
import { isQuantity, QUANTITIES } from '../src/core/quantities.ts';
import { qualityNames, type Reading } from '../src/core/reading.ts';
import { SENSOR_CLASSES } from '../src/core/sensor-class.ts';
import { converter } from '../src/core/units.ts';
import { createDecoder } from '../src/sense/decoder.ts';
import { createFramer } from '../src/sense/framer.ts';
import type { DeviceProfile } from '../src/sense/profile.ts';

const FOLDER = new URL('../devices/', import.meta.url);

const fileOf = (profile: DeviceProfile, name: string) =>
  readFileSync(new URL(`${profile.name}/${name}`, FOLDER), 'utf8');

/** Bytes written in hex; `#` begins a comment. */
function captured(profile: DeviceProfile): Buffer {
  const digits = fileOf(profile, 'capture.hex').replaceAll(/#.*|\s/g, '');
  assert.match(digits, /^([0-9a-f]{2})+$/);
  return Buffer.from(digits, 'hex');
}

/** What a sensor that has warmed up makes of the bytes, as a table. */
function replayed(profile: DeviceProfile, chunks: readonly Buffer[]): string {
  const model = profile.models[profile.modelDefault]!;
  const framer = createFramer(profile.framing, model.frameBytes);
  const decode = createDecoder(profile, model, 'sensor');
  const lines = ['frame,quantity,channel,value,unit,quality'];
  const onReading = ({ quantity, channel, value, unit, quality }: Reading) =>
    lines.push(`${framer.frames},${quantity},${channel},${value},${unit},${qualityNames(quality).join(' ')}`);
  const time = { timeMs: 0, clock: 2, uptimeMs: profile.warmUpS * 1000 } as const;
  for (const chunk of chunks) framer.push(chunk, (frame) => decode(frame, time, onReading));
  return `${lines.join('\n')}\n`;
}

test('the catalogue and the folders have the same devices', () => {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(DEVICES.map(({ name }) => name).sort(), folders.map(({ name }) => name).sort());
  for (const { name } of DEVICES) assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)+$/);
});

test('no two devices or models share a name', () => {
  const names = deviceNames().map((name) => name.toLowerCase());
  assert.equal(new Set(names).size, names.length);
});

test('a profile is data: it comes back from JSON as it was', () => {
  for (const profile of DEVICES) assert.deepEqual(JSON.parse(JSON.stringify(profile)), profile, profile.name);
});

for (const profile of DEVICES) {
  test(`${profile.name}: every field lies inside the frame, and its unit fits`, () => {
    assert.ok(Object.hasOwn(SENSOR_CLASSES, profile.sensorClass));
    assert.ok(Object.hasOwn(profile.models, profile.modelDefault));
    const headerBytes = profile.framing.header.length / 2;
    for (const [name, { frameBytes, fields }] of Object.entries<DeviceProfile['models'][string]>(profile.models)) {
      assert.ok(frameBytes <= serialFrameBytesMax, name);
      const keys = fields.map(({ quantity, channel }) => `${quantity}/${channel ?? ''}`);
      assert.equal(new Set(keys).size, keys.length, `${name} has each quantity once per channel`);
      for (const { at, type, quantity, unit } of fields) {
        assert.ok(at >= headerBytes + 2 && at + (type === 'u8' ? 1 : 2) <= frameBytes - 2, `${name} at ${at}`);
        assert.ok(isQuantity(quantity) && converter(unit ?? QUANTITIES[quantity].unit, quantity), `${name} at ${at}`);
      }
    }
  });

  test(`${profile.name}: the capture gives the expected readings, fed whole, byte by byte and in uneven pieces`, () => {
    const bytes = captured(profile);
    const expected = fileOf(profile, 'expected.csv');
    assert.equal(replayed(profile, [bytes]), expected);
    const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    assert.equal(replayed(profile, single), expected);
    for (const size of [3, 7, 31, 33]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      assert.equal(replayed(profile, pieces), expected, `pieces of ${size}`);
    }
  });

  test(`${profile.name}: the capture holds good frames, and every way a frame goes wrong`, () => {
    const model = profile.models[profile.modelDefault]!;
    const framer = createFramer(profile.framing, model.frameBytes);
    framer.push(captured(profile), () => {});
    const { checksum, length, noise } = framer.dropped;
    assert.ok(framer.frames >= 3);
    assert.ok(checksum > 0 && length > 0 && noise > 0, JSON.stringify(framer.dropped));
  });

  test(`${profile.name}: a page for people says what it is`, () => {
    const page = fileOf(profile, 'README.md');
    for (const model of Object.keys(profile.models)) assert.ok(page.includes(model.replace('PMS', '')), model);
  });
}

test('a device is found by its folder and by the name on its case, in any case', () => {
  for (const profile of DEVICES) {
    for (const name of [profile.name, profile.name.toUpperCase()]) {
      assert.equal(findDevice(name)?.profile, profile);
      assert.equal(findDevice(name)?.modelName, profile.modelDefault);
    }
    for (const [modelName, model] of Object.entries(profile.models)) {
      for (const name of [modelName, modelName.toLowerCase()]) {
        for (const found of [findDevice(name), findDevice(profile.name, name)]) {
          assert.deepEqual([found?.profile, found?.modelName, found?.model], [profile, modelName, model], name);
        }
      }
    }
  }
});

test('what is not known is not found', () => {
  assert.equal(findDevice('pms'), undefined);
  assert.equal(findDevice(''), undefined);
  assert.equal(findDevice('plantower-pmsx003', 'SDS011'), undefined);
  assert.equal(findDevice('SDS011', 'PMS5003'), undefined);
  for (const name of ['constructor', '__proto__', 'toString'])
    assert.equal(findDevice('plantower-pmsx003', name), undefined);
});
