import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RUUVI } from '../../../devices/ruuvi/profile.ts';
import { createRuuvi } from '../../../src/sense/convention/ruuvi.ts';
import { ruuviData } from '../../../src/sense/convention/ruuvi-data.ts';
import { recordingSink } from '../recording-sink.ts';
import { listener } from './listener.ts';

const TOPIC = 'ruuvi/C8:25:2D:8E:9C:2C/F4:1F:0C:28:CB:D6';
const FORMAT5 = '0201061BFF99040515AE4C6DC6D7000CFFF803F4ADB6AD697FF41F0C28CBD6';
/** As its own advertising structure. */
const advertised = (format: string) => {
  const digits = `FF9904${format}`;
  return (digits.length / 2).toString(16).padStart(2, '0') + digits;
};
const hear = (report: unknown, topic = TOPIC) => listener(RUUVI)(topic, report);

test('a published report: raw bytes, and the time of its receiver', () => {
  assert.deepEqual(
    hear({
      gw_mac: 'C8:25:2D:8E:9C:2C',
      rssi: -26,
      aoa: [],
      gwts: 1653668027,
      ts: 1653668027,
      data: FORMAT5,
      coords: '',
    }),
    [
      'frame F4:1F:0C:28:CB:D6',
      'temperature 27.75 degC 2022-05-27T16:13:47.000Z',
      'relative_humidity 48.9125 % 2022-05-27T16:13:47.000Z',
      'pressure 1009.03 hPa 2022-05-27T16:13:47.000Z',
      'voltage 2.989 V 2022-05-27T16:13:47.000Z',
      'signal -26 dBm 2022-05-27T16:13:47.000Z',
    ],
  );
});

test('a gateway without a clock counts, and gives no time', () => {
  const [, first] = hear({ data: FORMAT5, cnt: 12 });
  assert.equal(first, 'temperature 27.75 degC');
  assert.equal(hear({ data: FORMAT5, ts: 12 })[1], first);
  assert.equal(hear({ data: FORMAT5, ts: 0, gwts: 1653668027 })[1], `${first} 2022-05-27T16:13:47.000Z`);
  assert.equal(hear({ data: FORMAT5, ts: '1653668027' })[1], `${first} 2022-05-27T16:13:47.000Z`);
});

test('the source is the address in the topic, else the one in the bytes', () => {
  assert.equal(hear({ data: FORMAT5 }, 'site/f41f0c28cbd6')[0], 'frame f41f0c28cbd6');
  assert.equal(hear({ data: FORMAT5 }, 'any/topic')[0], 'frame F4:1F:0C:28:CB:D6');
  assert.equal(hear({ temperature: 20, id: 'F4:1F:0C:28:CB:D6' }, 'any/topic')[0], 'frame F4:1F:0C:28:CB:D6');
  assert.equal(hear({ temperature: 20 }, 'any/topic')[0], 'frame');
});

test('the vectors of format 5: extremes, and what is not available', () => {
  const told = (format: string) => hear({ data: advertised(format) }).slice(1);
  assert.deepEqual(told('0512FC5394C37C0004FFFC040CAC364200CDCBB8334C884F'), [
    'temperature 24.3 degC',
    'relative_humidity 53.49 %',
    'pressure 1000.44 hPa',
    'voltage 2.977 V',
  ]);
  assert.deepEqual(told('057FFFFFFEFFFE7FFF7FFF7FFFFFDEFEFFFECBB8334C884F'), [
    'temperature 163.835 degC out_of_range',
    'relative_humidity 163.835 % out_of_range',
    'pressure 1155.34 hPa out_of_range',
    'voltage 3.646 V',
  ]);
  assert.deepEqual(told('058000FFFFFFFF800080008000FFFFFFFFFFFFFFFFFFFFFF'), [
    'temperature null degC invalid',
    'relative_humidity null % invalid',
    'pressure null hPa invalid',
    'voltage null V invalid',
  ]);
});

test('the vectors of format 6: nine-bit indices, light on a logarithmic scale', () => {
  const told = (format: string) => hear({ data: advertised(format) }).slice(1);
  assert.deepEqual(told('06170C5668C79E007000C90501D9FFCD004C884F'), [
    'temperature 29.5 degC',
    'relative_humidity 55.3 %',
    'pressure 1011.02 hPa',
    'pm2_5 11.2 ug/m3',
    'co2 201 ppm',
    'voc_index 10 1',
    'nox_index 2 1',
    'illuminance 13026.7 lx',
  ]);
  assert.deepEqual(told('067FFF9C40FFFE27109C40FAFAFEFFFF064C8F4F').slice(3), [
    'pm2_5 1000 ug/m3',
    'co2 40000 ppm',
    'voc_index 500 1',
    'nox_index 500 1',
    'illuminance 65535 lx',
  ]);
  assert.deepEqual(told('06170C5668C79E007000C90501D9FFCDC04C884F').slice(5, 7), ['voc_index 11 1', 'nox_index 3 1']);
  assert.ok(told('068000FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF').every((line) => line.includes(' null ')));
  // As its page has them; what that says of 0x80 does not follow from its own formula.
  for (const [code, lux] of [
    ['00', 0],
    ['01', 0.04],
    ['10', 1.01],
  ] as const) {
    const data = ruuviData(Buffer.from(advertised(`06170C5668C79E007000C90501${code}FFCD004C884F`), 'hex'));
    assert.ok(typeof data === 'object' && Math.abs(data.members.luminosity! - lux) <= 0.005, code);
  }
});

test('the vector of format E1', () => {
  const format = 'E1170C5668C79E0065007004BD11CA00C90A0213E0ACFFFFFFDECDEE10FFFFFFFFFFCBB8334C884F';
  assert.deepEqual(hear({ data: advertised(format) }).slice(1), [
    'temperature 29.5 degC',
    'relative_humidity 55.3 %',
    'pressure 1011.02 hPa',
    'pm1 10.1 ug/m3',
    'pm2_5 11.2 ug/m3',
    'pm4 121.3 ug/m3',
    'pm10 455.4 ug/m3',
    'co2 201 ppm',
    'voc_index 20 1',
    'nox_index 4 1',
    'illuminance 13027 lx',
  ]);
});

test('while the gas sensor learns, values are marked and the radio is not', () => {
  const told = hear({ rssi: -50, data: advertised('06170C5668C79E007000C90501D9FFCD014C884F') });
  assert.equal(told[1], 'temperature 29.5 degC warming_up');
  assert.equal(told.at(-1), 'signal -50 dBm');
  assert.equal(hear({ CO2: 500, flag_calibration_in_progress: true })[1], 'co2 500 ppm warming_up');
});

test('format 3: sign and whole degrees in one byte, no address', () => {
  assert.deepEqual(hear({ data: advertised('03298A1ECE1E03E804E705E60886') }, 'x/y'), [
    'frame',
    'temperature -10.3 degC',
    'relative_humidity 20.5 %',
    'pressure 1027.66 hPa',
    'voltage 2.182 V',
  ]);
});

test('format C5 is format 5 without the acceleration', () => {
  const told = (format: string) => hear({ data: advertised(format) }, 'x/y');
  assert.deepEqual(told('C512FC5394C37CAC364200CDCBB8334C884F'), [
    'frame CB:B8:33:4C:88:4F',
    'temperature 24.3 degC',
    'relative_humidity 53.49 %',
    'pressure 1000.44 hPa',
    'voltage 2.977 V',
  ]);
  assert.deepEqual(told('C58000FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF')[4], 'voltage null V invalid');
  assert.deepEqual(told('C512FC5394C37CAC364200CDCBB8334C88'), ['rejected malformed 1']);
});

test('raw bytes go before decoded members; these alone are understood too', () => {
  assert.equal(hear({ data: FORMAT5, temperature: 27.7 })[1], 'temperature 27.75 degC');
  assert.deepEqual(
    hear({ dataFormat: 225, temperature: 26.045, pressure: 100758, 'PM10.0': 6.8, NOx: 1, luminosity: null }).slice(1),
    ['temperature 26.045 degC', 'pressure 1007.58 hPa', 'pm10 6.8 ug/m3', 'nox_index 1 1'],
  );
  assert.equal(hear({ data: '0303AAFE0416AAFE10', temperature: 21 })[1], 'temperature 21 degC');
});

test('the gateway says whether it is there', () => {
  for (const topic of ['ruuvi/C8:25:2D:8E:9C:2C/gw_status', 'C8:25:2D:8E:9C:2C']) {
    assert.deepEqual(hear({ state: 'online' }, topic), ['frame C8:25:2D:8E:9C:2C', 'online']);
    assert.deepEqual(hear('{"state": "offline"}', topic), ['frame C8:25:2D:8E:9C:2C', 'offline']);
  }
});

test('what is not used has a reason', () => {
  const reason = (report: unknown) => hear(report)[0];
  for (const data of ['0201061BFF99040515AE4C6D', '05FF990405', advertised('0515AE'), '0201', 'zz', '020', 5]) {
    assert.equal(reason({ data, rssi: -50 }), 'rejected malformed 1', `${data}`);
  }
  // A beacon of another maker, padding, an encrypted format, and a report about nothing.
  for (const data of ['02010604FF4C0002', '0201060000', advertised(`08${'00'.repeat(23)}`), '', undefined]) {
    assert.equal(reason({ data, rssi: -50 }), 'rejected unsupported 1', `${data}`);
  }
  assert.equal(reason('{"data":'), 'rejected not_json 1');
  assert.equal(reason('[1]'), 'rejected malformed 1');
  assert.equal(reason(`{"data":"${'00'.repeat(5_000)}"}`), 'rejected payload_too_large 1');
});

test('whatever comes, nothing is thrown', () => {
  const bytes = fc.uint8Array({ maxLength: 60 }).map((raw) => Buffer.from(raw).toString('hex'));
  const data = fc.oneof(
    bytes,
    bytes.map(advertised),
    bytes.map((digits) => advertised(`e1${digits}`)),
    fc.jsonValue(),
  );
  const report = fc.oneof(fc.record({ data, ts: fc.jsonValue(), temperature: fc.jsonValue() }), fc.jsonValue());
  fc.assert(
    fc.property(report, (made) => {
      const { sink, told } = recordingSink();
      const payload = Buffer.from(JSON.stringify(made));
      createRuuvi(RUUVI).accept({ topic: TOPIC, payload, retained: false, timeMs: 0 }, sink);
      assert.ok(told.frames.length > 0 || Object.keys(told.rejected).length > 0);
      for (const { value } of told.observations) assert.ok(value === null || Number.isFinite(value));
    }),
    { numRuns: 1_000 },
  );
});
