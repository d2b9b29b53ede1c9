import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEVICES, deviceNames, findDevice, plainName } from '../devices/catalogue.ts';
import { CONVENTIONS, conventionNames, findConvention } from '../devices/conventions.ts';
import { serialFrameBytesMax } from '../src/core/limits.ts';
import { isQuantity, QUANTITIES } from '../src/core/quantities.ts';
import { SENSOR_CLASSES } from '../src/core/sensor-class.ts';
import { converter } from '../src/core/units.ts';
import type { DeviceModel, DeviceProfile, Frame, Request } from '../src/sense/profile.ts';
import { createIntake } from '../src/sense/serial/intake.ts';
import { numberBytes } from '../src/sense/serial/number-reader.ts';
import type { Sink } from '../src/sense/sink.ts';
import type { Vocabulary } from '../src/sense/value/meaning.ts';
import { deviceFile } from './capture.ts';

const DEAF: Sink = { frame() {}, value() {}, online() {}, rejected() {}, topic() {} };

const modelsOf = (profile: DeviceProfile) => Object.entries<DeviceModel>(profile.models);

/** Everything that could ever be sent to a model. */
function requestsOf({ start = [], stop = [], sleep = [], wake = [], poll, settings = {} }: DeviceModel): Request[] {
  return [...start, ...stop, ...sleep, ...wake, ...(poll?.requests ?? []), ...Object.values(settings).flat()];
}

const headerBytes = (header: string): string[] => header.match(/../g) ?? [];

test('no two devices or conventions share a name', () => {
  const taken = new Map<string, string>();
  for (const { name, aliases = [], ...profile } of [...DEVICES, ...CONVENTIONS]) {
    const models = 'models' in profile ? Object.keys(profile.models) : [];
    for (const known of new Set([name, ...aliases, ...models].map(plainName))) {
      assert.equal(taken.get(known), undefined, `${known} of ${name}`);
      taken.set(known, name);
    }
    assert.equal(new Set(models.map(plainName)).size, models.length, name);
  }
  assert.deepEqual(new Set([...deviceNames(), ...conventionNames()].map(plainName)), new Set(taken.keys()));
});

test('a profile is data: it comes back from JSON as it was', () => {
  for (const profile of [...DEVICES, ...CONVENTIONS]) {
    assert.deepEqual(JSON.parse(JSON.stringify(profile)), profile, profile.name);
    assert.match(profile.name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
  }
});

for (const profile of DEVICES) {
  test(`${profile.name}: its engine takes every model`, () => {
    assert.ok(Object.hasOwn(SENSOR_CLASSES, profile.sensorClass));
    assert.ok(Object.hasOwn(profile.models, profile.modelDefault));
    for (const [name, model] of modelsOf(profile)) {
      assert.equal(profile.framing === 'line', model.text !== undefined, name);
      assert.equal(profile.framing === 'line', model.frames === undefined, name);
      createIntake(profile, model, DEAF).push(Buffer.from('not a frame'));
    }
  });

  test(`${profile.name}: what a frame holds lies inside it, and its units fit`, () => {
    for (const [name, { frames = [] }] of modelsOf(profile)) {
      for (const frame of frames) assertInside(frame, `${name} ${frame.header}`);
    }
  });

  test(`${profile.name}: no two frames of a model can be taken for each other`, () => {
    for (const [name, { frames = [] }] of modelsOf(profile)) {
      frames.forEach((frame, at) => {
        for (const other of frames.slice(at + 1)) {
          const [left, right] = [headerBytes(frame.header), headerBytes(other.header)];
          const differs = left.some((byte, i) => {
            const against = right[i] ?? '..';
            return byte !== '..' && against !== '..' && byte.toLowerCase() !== against.toLowerCase();
          });
          assert.ok(differs || frame.bytes !== other.bytes, `${name}: ${frame.header} and ${other.header}`);
        }
      });
    }
  });

  test(`${profile.name}: nothing that is sent calibrates the sensor`, () => {
    for (const [name, model] of modelsOf(profile)) {
      for (const request of requestsOf(model)) assert.equal(calibration(request), undefined, name);
    }
  });
}

test('a page for people says what it is', () => {
  for (const profile of DEVICES) {
    const page = deviceFile(profile.name, 'README.md');
    for (const [model] of modelsOf(profile)) {
      // One maker's models share a prefix: "PMS1003, 3003".
      assert.ok(page.includes(model) || page.includes(model.replace(/^[A-Z]+/, '')), `${profile.name}: ${model}`);
    }
  }
  for (const { name } of CONVENTIONS) assert.ok(deviceFile(name, 'README.md').length > 100, name);
});

test('members of a convention have a quantity, and units that fit it', () => {
  for (const profile of CONVENTIONS) {
    const { name, topics } = profile;
    const members: Vocabulary = 'members' in profile ? profile.members : {};
    assert.ok(topics.length > 0, name);
    for (const [word, { quantity, unit }] of Object.entries(members)) {
      assert.ok(isQuantity(quantity) && converter(unit ?? QUANTITIES[quantity].unit, quantity), `${name}: ${word}`);
    }
  }
});

test('a device is found by its folder, an alias and the name on its case, however it is spelt', () => {
  for (const profile of DEVICES) {
    for (const written of [profile.name, ...(profile.aliases ?? [])]) {
      for (const name of [written, written.toUpperCase(), written.replaceAll('-', ' '), plainName(written)]) {
        assert.deepEqual(
          [findDevice(name)?.profile, findDevice(name)?.modelName],
          [profile, profile.modelDefault],
          name,
        );
      }
    }
    for (const [modelName, model] of modelsOf(profile)) {
      for (const name of [modelName, modelName.toLowerCase(), plainName(modelName)]) {
        for (const found of [findDevice(name), findDevice(profile.name, name)]) {
          assert.deepEqual([found?.profile, found?.modelName, found?.model], [profile, modelName, model], name);
        }
      }
    }
  }
  assert.equal(findDevice('Plantower PMS-7003')?.modelName, 'PMS7003');
  for (const profile of CONVENTIONS) {
    for (const name of [profile.name, ...(profile.aliases ?? [])]) {
      assert.equal(findConvention(name.toUpperCase()), profile, name);
    }
  }
});

test('what is not known is not found', () => {
  assert.equal(findDevice('pms'), undefined);
  assert.equal(findDevice(''), undefined);
  assert.equal(findConvention(''), undefined);
  assert.equal(findDevice('plantower-pmsx003', 'nothing'), undefined);
  assert.equal(findDevice('nothing', 'PMS5003'), undefined);
  for (const name of ['constructor', '__proto__', 'toString']) {
    assert.equal(findDevice('plantower-pmsx003', name), undefined);
    assert.equal(findConvention(name), undefined);
  }
});

/** Fields, status and check stand inside the frame, and apart from each other where they must. */
function assertInside(frame: Frame, of: string): void {
  const {
    bytes,
    header,
    lengthAt = 0,
    trailer = '',
    check,
    fields = [],
    status = [],
    source,
    zeroWhileWarming,
  } = frame;
  assert.match(header, /^([0-9a-f]{2}|\.\.)+$/, of);
  assert.ok(bytes <= serialFrameBytesMax && lengthAt < header.length / 2, of);
  const contentTo = bytes - trailer.length / 2;
  const checkBytes = check === undefined ? 0 : check.kind.includes('16') ? 2 : 1;
  if (check) assert.ok(check.from < check.to && check.to <= check.at && check.at + checkBytes <= contentTo, of);
  const isInside = (at: number, size: number) =>
    at >= 0 && at + size <= contentTo && !(check && at < check.at + checkBytes && at + size > check.at);
  for (const [from, to] of [source, zeroWhileWarming].filter((range) => range !== undefined)) {
    assert.ok(from < to && isInside(from, to - from), of);
  }
  for (const { at, type } of status) assert.ok(isInside(at, numberBytes(type)), `${of}: status at ${at}`);
  const keys = fields.map(({ quantity, channel }) => `${quantity}/${channel ?? ''}`);
  assert.equal(new Set(keys).size, keys.length, `${of} has each quantity once per channel`);
  for (const { at, type, quantity, unit, unitAt, decimalsAt = 0 } of fields) {
    const units = [unit ?? QUANTITIES[quantity].unit, ...Object.values(unitAt?.units ?? {})];
    assert.ok(
      isInside(at, numberBytes(type)) && isInside(unitAt?.at ?? 0, 1) && isInside(decimalsAt, 1),
      `${of} at ${at}`,
    );
    assert.ok(isQuantity(quantity) && units.every((one) => converter(one, quantity)), `${of} at ${at}`);
  }
}

/** Commands that tell a sensor what the air is: sent unasked, they ruin it for good. */
const CALIBRATIONS: readonly [RegExp, string][] = [
  [/^ff01(87|88)/, 'Winsen zero and span'],
  [/^..0600017c/, 'Senseair background and zero calibration'],
  [/^..060039/, 'Sensirion SCD30 forced recalibration'],
  [/^110303/, 'Cubic calibration'],
];

function calibration(request: Request): string | undefined {
  const hex4 = (value: number) => value.toString(16).padStart(4, '0');
  let hex = '';
  if ('hex' in request) hex = request.hex.replaceAll(/\s/g, '').toLowerCase();
  if ('function' in request) hex = `000${request.function}${hex4(request.register)}${hex4(request.value)}`;
  return CALIBRATIONS.find(([pattern]) => pattern.test(hex))?.[1];
}

test('a calibration is told', () => {
  const requests: Request[] = [
    { hex: 'FF 01 87 00 00 00 00 00 78' },
    { hex: 'fe0600017c066cc7' },
    { function: 6, register: 1, value: 0x7c06 },
    { function: 6, register: 0x39, value: 450 },
    { hex: '11030301905 8' },
  ];
  for (const request of requests) assert.ok(calibration(request), JSON.stringify(request));
  assert.equal(calibration({ hex: 'ff0186000000000079' }), undefined);
  assert.equal(calibration({ function: 6, register: 0x36, value: 0 }), undefined);
});
