import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEVICES } from '../../devices/catalogue.ts';
import { CONVENTIONS } from '../../devices/conventions.ts';
import { conventionSchema } from '../../src/config/convention-schema.ts';
import { loadDevice, relations } from '../../src/config/device-profile.ts';
import { serialSchema } from '../../src/config/device-schema.ts';
import { publishedSchema } from '../../src/config/published-schema.ts';
import type { DeviceProfile } from '../../src/sense/profile.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const PROFILE = `
name: my-sensor
title: Our own dust sensor
sensorClass: optical_other
line: {baud: 9600, dataBits: 8, parity: none, stopBits: 1}
framing: fixed
models:
  V1:
    frames:
      - header: aa55
        bytes: 8
        check: {kind: sum8, from: 2, to: 7, at: 7}
        fields:
          - {at: 2, type: u16be, quantity: pm2_5, scale: 0.1}
          - {at: 4, type: i16be, quantity: temperature, scale: 0.01, invalid: [-32768]}
    poll: {everyS: 5, requests: [{hex: aa5501}]}
modelDefault: V1
warmUpS: 30
silenceS: 60
`;

function problemOf(t: Parameters<typeof temporaryFolder>[0], text: string): string {
  const file = join(temporaryFolder(t), 'own.yaml');
  writeFileSync(file, text);
  try {
    loadDevice(file);
  } catch (error) {
    return (error as Error).message.replaceAll(file, 'own.yaml');
  }
  return '';
}

test('every profile that comes with qis passes the schema as it is', () => {
  const [serial, convention] = [serialSchema(), conventionSchema()];
  for (const profile of DEVICES) {
    assert.deepEqual(serial.parse(profile), profile, profile.name);
    assert.deepEqual(relations(profile), [], profile.name);
  }
  for (const profile of CONVENTIONS) assert.deepEqual(convention.parse(profile), profile, profile.name);
});

test('the published schema is the one that is checked', () => {
  const published = readFileSync(new URL('../../docs/device-profile.schema.json', import.meta.url), 'utf8');
  assert.equal(published, publishedSchema(), 'run npm run schema');
});

test('a profile of your own is loaded, from YAML and from JSON', (t) => {
  assert.equal(problemOf(t, PROFILE), '');
  assert.equal(problemOf(t, `$schema: ../device-profile.schema.json\n${PROFILE}`), '');
  const file = join(temporaryFolder(t), 'own.json');
  writeFileSync(file, JSON.stringify(DEVICES[0]));
  assert.deepEqual(loadDevice(file), { serial: DEVICES[0] });
});

test('a convention with words of your own is loaded', (t) => {
  const file = join(temporaryFolder(t), 'own.yaml');
  writeFileSync(
    file,
    'name: ours\ntitle: t\nconvention: flat-json\ntopics: ["ours/#"]\nmembers: {feinstaub: {quantity: pm2_5}}\n',
  );
  const own = loadDevice(file);
  assert.ok('mqtt' in own && own.mqtt.convention === 'flat-json');
  assert.equal(own.mqtt.members.feinstaub?.quantity, 'pm2_5');
});

const CONVENTION = (engine: string, rest: string) =>
  `name: ours\ntitle: t\nconvention: ${engine}\ntopics: ["ours/#"]\n${rest}\n`;

test('a convention has the keys of its own engine, and no other one', (t) => {
  const words = 'members: {dust: {quantity: pm2_5}}';
  const wordWith = (key: string) => `members: {dust: {quantity: pm2_5, ${key}}}`;
  const refused: readonly (readonly [engine: string, rest: string, says: RegExp])[] = [
    ['tasmota', `${words}\nbridge: b`, /^own\.yaml:6: "bridge" goes with flat-json only$/],
    ['flat-json', `${words}\nignored: [x]`, /^own\.yaml:6: "ignored" goes with tasmota only$/],
    ['flat-json', `${words}\naside: [x]`, /^own\.yaml:6: "aside" goes with tasmota and airrohr only$/],
    ['tasmota', `${words}\nignore: [x]`, /^own\.yaml:6: unknown key "ignore"; did you mean "ignored"\?$/],
    ['esphome', wordWith('unless: y'), /^own\.yaml:5: members\.dust: "unless" goes with flat-json only$/],
    ['senml', wordWith('channel: y'), /^own\.yaml:5: members\.dust: "channel" does not go with senml$/],
    ['airrohr', `${words}\nsource: {after: [x]}`, /^own\.yaml:6: source: "after" goes with flat-json only$/],
    ['shelly', `${words}\nsource: {}`, /^own\.yaml:6: "source" goes with flat-json and airrohr only$/],
    ['homie', words, /^own\.yaml:5: "members" does not go with homie$/],
    ['flat-jsn', words, /^own\.yaml:3: convention: "flat-jsn" is not known; did you mean "flat-json"\?$/],
    ['shelly', '', /^own\.yaml:\d: members is missing$/],
    ['shelly', wordWith('unit: hPa'), /members\.dust: unit "hPa" does not fit pm2_5; use ug\/m3/],
    ['flat-json', wordWith('large: {above: 1, unit: V}'), /members\.dust\.large: unit "V" does not fit pm2_5/],
  ];
  for (const [engine, rest, says] of refused) assert.match(problemOf(t, CONVENTION(engine, rest)), says);
  assert.equal(problemOf(t, CONVENTION('homie', '')), '');
  assert.equal(problemOf(t, CONVENTION('flat-json', `${wordWith('unless: y')}\nbridge: b`)), '');
});

const MISTAKES: Readonly<Record<string, readonly [from: string, to: string, says: RegExp]>> = {
  'an unknown key': [
    'warmUpS: 30',
    'warmUpS: 30\nwarmupS: 3',
    /own\.yaml:19: unknown key "warmupS"; did you mean "warmUpS"/,
  ],
  'an unknown quantity': ['quantity: pm2_5', 'quantity: pm25', /quantity: "pm25" is not known; did you mean "pm2_5"/],
  'a field outside its frame': ['at: 4, type: i16be', 'at: 7, type: i16be', /field temperature ends after the frame/],
  'a check outside its frame': ['at: 7}', 'at: 8}', /check ends after the frame of 8 bytes/],
  'a unit of another kind': ['scale: 0.1}', 'unit: hPa}', /unit "hPa" does not fit pm2_5; use ug\/m3/],
  'no such default': ['modelDefault: V1', 'modelDefault: V2', /no model is named "V2"/],
  'text that is no hex': ['hex: aa5501', 'hex: aa55-1', /is not hexadecimal/],
  'frames on a line of text': ['framing: fixed', 'framing: line', /frames needs framing: fixed or shdlc/],
};

for (const [name, [from, to, says]] of Object.entries(MISTAKES)) {
  test(`${name} is told`, (t) => {
    assert.ok(PROFILE.includes(from));
    assert.match(problemOf(t, PROFILE.replace(from, to)), says);
  });
}

test('a calibration is no setting of any profile', () => {
  // MH-Z19 zero and span, Senseair background calibration, SCD30 forced recalibration, CM1106 and ZH03B zero.
  const CALIBRATIONS = [/^ff0187/, /^ff0188/, /^..0600017c0[67]/, /^61060039/, /^110303/];
  const requestsOf = ({ models }: DeviceProfile) =>
    Object.values(models).flatMap(({ start = [], stop = [], sleep = [], wake = [], poll, settings = {} }) => [
      ...[start, stop, sleep, wake, ...Object.values(settings)].flat(),
      ...(poll?.requests ?? []),
    ]);
  const writes = DEVICES.flatMap(requestsOf);
  assert.ok(writes.length > 20);
  for (const request of writes) {
    if ('hex' in request) for (const known of CALIBRATIONS) assert.doesNotMatch(request.hex.toLowerCase(), known);
    if ('function' in request && request.function === 6) assert.ok(![0x39, 0x01].includes(request.register));
  }
});
