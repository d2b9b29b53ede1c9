// What profiles send, against the bytes their makers print: a device is deaf to a command whose sum is wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEVICES, findDevice } from '../../../devices/catalogue.ts';
import type { DeviceModel, Request } from '../../../src/sense/profile.ts';
import { requestBytes } from '../../../src/sense/serial/request.ts';

const requestsOf = ({ start = [], stop = [], sleep = [], wake = [], poll, settings = {} }: DeviceModel): Request[] => [
  ...start,
  ...stop,
  ...sleep,
  ...wake,
  ...(poll?.requests ?? []),
  ...Object.values(settings).flat(),
];

const sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => (total + byte) & 0xff, 0);

/** How the maker makes sure of a command. */
const SOUND: Readonly<Record<string, (command: Buffer) => boolean>> = {
  'nova-sds0xx': (bytes) =>
    bytes.length === 19 && bytes[0] === 0xaa && bytes[18] === 0xab && sum(bytes.subarray(2, 17)) === bytes[17],
  'sensirion-sps30': (bytes) =>
    bytes[0] === 0x7e && bytes.at(-1) === 0x7e && bytes[3] === bytes.length - 6 && sum(bytes.subarray(1, -1)) === 0xff,
  'winsen-mh-z19': isWinsen,
  'winsen-zh03b': isWinsen,
  'winsen-ze07-co': isWinsen,
  'winsen-ze08-ch2o': isWinsen,
  'winsen-ze25-o3': isWinsen,
  'cubic-pm1006': (bytes) => bytes[0] === 0x11 && bytes[1] === bytes.length - 3 && sum(bytes) === 0,
  'cubic-cm1106': (bytes) => bytes[0] === 0x11 && bytes[1] === bytes.length - 3 && sum(bytes) === 0,
  'honeywell-hpma115': (bytes) => bytes[0] === 0x68 && bytes[1] === bytes.length - 3 && sum(bytes) === 0,
  'tera-nextpm': (bytes) => bytes[0] === 0x81 && bytes.length === 3 && sum(bytes) === 0,
};

function isWinsen(bytes: Buffer): boolean {
  return bytes.length === 9 && bytes[0] === 0xff && bytes[1] === 0x01 && sum(bytes.subarray(1)) === 0;
}

for (const [name, isSound] of Object.entries(SOUND)) {
  test(`${name}: every command is whole and its sum is right`, () => {
    const profile = findDevice(name)!.profile;
    const commands = Object.values<DeviceModel>(profile.models)
      .flatMap(requestsOf)
      .map((request) => requestBytes(request));
    assert.ok(commands.length > 0);
    for (const command of commands) assert.ok(isSound(command), command.toString('hex'));
  });
}

/** Device, what is asked, and the bytes that the maker's paper has. */
const PRINTED: readonly [string, (model: DeviceModel) => readonly Request[] | undefined, string][] = [
  ['SCD30', ({ start }) => start, '610600360000 6064'],
  ['SCD30', ({ stop }) => stop, '610600370001 f064'],
  ['SCD30', ({ poll }) => poll?.requests, '610300280006 4c60'],
  ['SCD30', ({ settings }) => settings?.interval_2_s, '610600250002 1060'],
  ['S8', ({ poll }) => poll?.requests, 'fe0400000004 e5c6'],
  ['S8', ({ settings }) => settings?.abc_on, 'fe06001f00b4 ac74'],
  ['S8', ({ settings }) => settings?.abc_off, 'fe06001f0000 ac03'],
  ['MH-Z19', ({ poll }) => poll?.requests, 'ff0186000000000079'],
  ['Davis Vantage', ({ poll }) => poll?.requests, `0a ${Buffer.from('LOOP 100\n').toString('hex')}`],
  ['T6613', ({ poll }) => poll?.requests, 'fffe020203'],
];

test('what is asked is what the papers print', () => {
  for (const [device, pick, hex] of PRINTED) {
    const { model } = findDevice(device)!;
    const sent = (pick(model) ?? []).map((request) => requestBytes(request, model.address).toString('hex'));
    assert.equal(sent.join(''), hex.replaceAll(' ', ''), device);
  }
});

test('a device that sends by itself, or is asked by another, is asked nothing', () => {
  for (const listens of ['SDS011', 'ZH03B', 'ZE07-CO', 'HPMA115S0', 'SN-GCJA5', 'IKEA Vindriktning']) {
    const { poll, start } = findDevice(listens)!.model;
    assert.deepEqual([poll, start], [undefined, undefined], listens);
  }
});

/** Zero, span, forced and background calibration: a sensor calibrated in stale air is wrong for good. */
const RECALIBRATES: Readonly<Record<string, RegExp>> = {
  'MH-Z19: zero, span': /^ff018[78]/,
  'CM1106: single point': /^110303/,
  'SCD30: forced recalibration': /^..060039/,
  'Senseair: background calibration': /^..06000[01]/,
  'T66xx: single point': /^fffe..0[123]9[0-9a-f]/,
};

test('nothing that recalibrates is in any profile, not even as a setting', () => {
  for (const { name, models } of DEVICES) {
    for (const model of Object.values<DeviceModel>(models)) {
      for (const request of requestsOf(model)) {
        const hex = requestBytes(request, model.address).toString('hex');
        for (const [what, command] of Object.entries(RECALIBRATES))
          assert.doesNotMatch(hex, command, `${name} ${what}`);
      }
    }
  }
});
