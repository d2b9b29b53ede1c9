import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DecodeRecord } from '../../src/cli/decode-record.ts';
import { decodeLineBytesMax } from '../../src/core/limits.ts';
import { vectors } from '../firmware-bridge/vectors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { qis } from './qis.ts';

const PMS5003 = '424d001c0005000d00160005000d001602fd00fc001d000f00060006970003c5';

async function decoded(recordings: readonly unknown[], cwd?: string): Promise<DecodeRecord[]> {
  const input = recordings.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');
  const { code, stdout, stderr } = await qis(['decode'], cwd, {}, input);
  assert.deepEqual([code, stderr], [0, '']);
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines.length, recordings.length);
  return lines.map((line) => JSON.parse(line));
}

test('bytes, lines and messages in; readings out, one line each', async () => {
  const [pms, nmea, tasmota, sequence] = await decoded([
    { id: 'a', device: 'PMS5003', hex: `00ff ${PMS5003}` },
    { id: 2, device: 'NMEA', line: '$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47' },
    { id: 3, device: 'tasmota', topic: 'tele/yard/SENSOR', payload: '{"SDS0X1":{"PM2.5":7.5,"PM10":9}}' },
    {
      id: 4,
      device: 'Homie',
      messages: [
        { topic: 'homie/5/pi/$state', payload: 'ready' },
        { topic: 'homie/5/pi/air/temperature', payload_hex: '32312e35' },
      ],
    },
  ]);
  assert.deepEqual(Object.keys(pms!), ['id', 'source', 'online', 'readings', 'frames_ok', 'rejected']);
  assert.deepEqual([pms!.id, pms!.source, pms!.online, pms!.frames_ok], ['a', null, null, 1]);
  assert.deepEqual(pms!.rejected, [{ reason: 'noise', count: 2 }]);
  assert.deepEqual(
    pms!.readings.find(({ quantity, channel }) => quantity === 'pm2_5' && channel === ''),
    { quantity: 'pm2_5', value: 13, unit: 'ug/m3', channel: '', quality: 'good', time: null },
  );
  assert.deepEqual(
    nmea!.readings.map(({ quantity }) => quantity),
    ['latitude', 'longitude', 'altitude'],
  );
  assert.equal(tasmota!.source, 'yard');
  assert.deepEqual(
    tasmota!.readings.map(({ quantity, value }) => [quantity, value]),
    [
      ['pm2_5', 7.5],
      ['pm10', 9],
    ],
  );
  assert.deepEqual([sequence!.source, sequence!.online, sequence!.readings[0]?.value], ['pi', true, 21.5]);
});

test('what cannot be used has a reason, and the next line is read', async () => {
  const records = await decoded([
    'no json',
    '[1]',
    { id: 1, hex: PMS5003 },
    { id: 2, device: 'PMS5003' },
    { id: 3, device: 'PMS5003', hex: '42 4d 0' },
    { id: 4, device: 'PMS5003', line: 'text' },
    { id: 5, device: 'tasmota', payload_hex: 'zz', topic: 't' },
    { id: 6, device: 'PMS5003', hex: PMS5003.replace('03c5', '03c6') },
    { id: 7, device: 'PMS5003', hex: PMS5003.slice(0, 40) },
    { id: 8, device: './missing.json', hex: PMS5003 },
    { id: 9, device: 'PMS5003', hex: PMS5003 },
  ]);
  assert.deepEqual(
    records.map(({ id, rejected }) => [id, rejected[0]?.reason]),
    [
      [null, 'not_json'],
      [null, 'malformed'],
      [1, 'malformed'],
      [2, 'malformed'],
      [3, 'malformed'],
      [4, 'malformed'],
      [5, 'malformed'],
      [6, 'checksum'],
      [7, 'truncated'],
      [8, 'unknown_device'],
      [9, undefined],
    ],
  );
  for (const { readings, frames_ok } of records.slice(0, -1)) assert.deepEqual([readings, frames_ok], [[], 0]);
});

test('when a recording was made is not known: a time counted from the arrival is none', async () => {
  const message = { device: 'senml', topic: 'x', payload: [{ bn: 'a:', n: 'co2', u: 'ppm', v: 500, t: -30 }] };
  const [record] = await decoded([{ id: 1, ...message }]);
  assert.deepEqual(
    record!.readings.map(({ value, time }) => [value, time]),
    [[500, null]],
  );
});

test('a recording may end without the end of its last line', async () => {
  const gga = '$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47';
  const recorded = (device: string, text: string) => ({ id: 1, device, hex: Buffer.from(text).toString('hex') });
  const records = await decoded([
    recorded('NMEA', gga),
    recorded('NMEA', gga.slice(0, -1)),
    recorded('json-lines', '{"temperature":21.5}'),
    recorded('json-lines', '{"temperature":21.5'),
    // Nothing shows that this one was not cut off in the middle of a number.
    recorded('WXT520', '0R1,Dm=312D,Sm=0.4M'),
  ]);
  assert.deepEqual(
    records.map(({ readings, rejected }) => [readings.length, rejected.length]),
    [
      [3, 0],
      [0, 1],
      [1, 0],
      [0, 1],
      [0, 1],
    ],
  );
});

test('an unknown device is answered with the nearest names', async () => {
  const [record] = await decoded([{ id: 1, device: 'PMS503', hex: PMS5003 }]);
  assert.equal(record!.rejected[0]!.reason, 'unknown_device');
  assert.match(record!.rejected[0]!.message!, /no device or model "PMS503"; did you mean "PMS5003"/);
  assert.equal(record!.rejected[0]!.nearest![0], 'PMS5003');
});

test('every name an operator would write is known', async () => {
  const serial =
    'PMS5003 pms5003t PMS3003 SDS011 SDS198 SPS30 SCD30 MH-Z19B S8 K30 PM1006 HPMA115S0 HPMA115C0 WXT5xx NMEA'.split(
      ' ',
    );
  const mqtt =
    'senml theengs shelly ruuvi sparkplug chirpstack meshtastic homie airrohr airgradient zigbee2mqtt tasmota homeassistant esphome'.split(
      ' ',
    );
  const records = await decoded([
    ...[...serial, 'Davis Vantage'].map((device) => ({ id: device, device, hex: '' })),
    ...mqtt.flatMap((device) => [device, device.toUpperCase()]).map((device) => ({ id: device, device, messages: [] })),
  ]);
  for (const { id, rejected } of records) assert.deepEqual(rejected, [], `${id}`);
});

test('a board with the firmware bridge says itself what it measures', async () => {
  const sent = vectors.steps.map(({ sends }) => sends).join('');
  const [record] = await decoded([{ id: 1, device: 'Firmware Bridge', hex: sent }]);
  assert.deepEqual([record!.source, record!.online], ['1A2B3C4D', true]);
  assert.deepEqual(record!.readings[1], {
    quantity: 'temperature',
    value: 0.23,
    unit: 'degC',
    channel: '',
    quality: 'good',
    time: null,
  });
});

test('a profile of your own, in a file', async (t) => {
  const folder = temporaryFolder(t);
  const profile = {
    name: 'my-probe',
    title: 'a probe of ours',
    sensorClass: 'unknown',
    line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    framing: 'fixed',
    models: {
      probe: {
        frames: [
          {
            header: 'aa55',
            bytes: 5,
            check: { kind: 'sum8', from: 2, to: 4, at: 4 },
            fields: [{ at: 2, type: 'i16be', quantity: 'temperature', scale: 0.1 }],
          },
        ],
      },
    },
    modelDefault: 'probe',
    warmUpS: 0,
    silenceS: 30,
  };
  writeFileSync(join(folder, 'probe.json'), JSON.stringify(profile));
  writeFileSync(join(folder, 'bad.json'), JSON.stringify({ ...profile, framing: 'cobs' }));
  const [good, bad] = await decoded(
    [
      { id: 1, device: './probe.json', hex: 'aa55fffffe' },
      { id: 2, device: './bad.json', hex: 'aa55fffffe' },
    ],
    folder,
  );
  assert.deepEqual(
    good!.readings.map(({ value, unit }) => [value, unit]),
    [[-0.1, 'degC']],
  );
  assert.match(bad!.rejected[0]!.message!, /bad\.json:1: framing: "cobs" is not one of fixed, shdlc, line/);
});

test('megabytes of noise in one line, and a line that is too long', async () => {
  const good = { id: 2, device: 'PMS5003', hex: PMS5003 };
  const [noise, one, long, two] = await decoded([
    { id: 1, device: 'PMS5003', hex: '42'.repeat(10_000_000) },
    good,
    'x'.repeat(decodeLineBytesMax + 1),
    good,
  ]);
  assert.deepEqual(noise!.rejected, [{ reason: 'noise', count: 10_000_000 }]);
  assert.deepEqual(long!.rejected, [{ reason: 'too_long' }]);
  assert.deepEqual([one!.frames_ok, two!.frames_ok], [1, 1]);
});

test('a separator of lines that is none in JSON stays in its text', async () => {
  const [separated] = await decoded(['{"device":"tasmota","topic":"tele/a\u2028b/LWT","payload":"Online"}']);
  assert.deepEqual([separated!.source, separated!.online], ['a\u2028b', true]);
});
