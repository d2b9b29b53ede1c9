import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textHeadersMax } from '../../../src/core/limits.ts';
import type { TextReading } from '../../../src/sense/profile.ts';
import { toldBy } from './told.ts';

const told = (...lines: (string | Uint8Array)[]) => toldBy({ kind: 'csv' }, lines);
const toldAs = (readings: readonly TextReading[], ...lines: string[]) => toldBy({ kind: 'csv', readings }, lines);
const at = (value: string) => `${value} at 2026-01-02T03:04:05.000Z`;

test('a header names the columns of the rows that follow, whatever stands between them', () => {
  const row = ['frame', 'frame', 'temperature=21.5 degC', 'relative_humidity=40.5 %', 'pm2_5=12 ug/m3'];
  assert.deepEqual(told('temp,hum,pm2.5', '21.5,40.5,12'), row);
  assert.deepEqual(told('temp, hum, pm2.5,', ' 21.5, 40.5, 12, '), row);
  assert.deepEqual(told('Temperature;Humidity;PM2.5', '21,5;40,5;12'), row);
  assert.deepEqual(told('temp\thum\tpm25', '21.5\t40,5\t12'), row);
  assert.deepEqual(told('temp hum pm25', '21,5 40,5 12'), row);
  assert.deepEqual(told('"temp","hum","pm25"', '"21.5","40.5","12"'), row);
  assert.deepEqual(told('# temp,millis,hum,pm25,note', '21.5,1000,40.5,12,dry'), row);
});

test('units stand in the header or beside the value', () => {
  assert.deepEqual(told('Temp (°F),pressure_pa,CO2 [ppm],TVOC (ug/m3)', '70.7,101325,612,120').slice(2), [
    'temperature=21.5 degC',
    'pressure=1013.25 hPa',
    'co2=612 ppm',
    'voc_mass=120 ug/m3',
  ]);
  assert.deepEqual(told('temp,hum', '70.7F,40 %').slice(2), ['temperature=21.5 degC', 'relative_humidity=40 %']);
});

test('names that loggers give their columns', () => {
  const header = 'T (C),H_%,p_0_3_um,p_10_0_um,pm2_5_atm,solar_wm2,P [mb],utcdatetime,mac_address';
  assert.deepEqual(told(header, '21.5,40,300.1,0.6,2.5,512,1013,2026-01-02T03:04:05z,a4:cf:12').slice(1), [
    'frame a4:cf:12',
    ...['temperature=21.5 degC', 'relative_humidity=40 %', 'pm2_5/atm=2.5 ug/m3', 'irradiance=512 W/m2'].map(at),
    at('pressure=1013 hPa'),
  ]);
  assert.deepEqual(told('T_F;temperature_celcius', '70,7;21,5').slice(2), Array(2).fill('temperature=21.5 degC'));
});

test('a row of another width, torn or run together, is not used', () => {
  const header = 'temp,hum,pm25';
  for (const row of ['21.5,40', '40,12', '21.5,40,1221.6,41,13', '21.5;40;12']) {
    assert.deepEqual(told(header, row), ['frame', 'malformed 1'], row);
  }
  assert.deepEqual(told('21.5,40,12'), ['malformed 1'], 'nothing says what these are');
});

test('debug prints between the rows harm no row', () => {
  const prints = [
    'ets Jan  8 2013,rst cause:4, boot mode:(3,7)',
    'Failed to read from DHT sensor!',
    'Temperature sensor not found',
    'Error, temperature',
    'IP address: 192.168.1.5',
    'Firmware 1.2.3 build 2024-01-02 10:11:12',
    'temperature threshold: 30',
    'Absolute humidity: 9.1',
    '...',
    ',,',
  ];
  const row = ['frame', 'temperature=21.5 degC', 'relative_humidity=40 %'];
  for (const print of prints) {
    assert.deepEqual(told('temp,hum', print, '21.5,40'), ['frame', 'malformed 1', ...row], print);
  }
});

test('what is no value: nan and its like are invalid, an empty cell is absent, a word is counted', () => {
  for (const word of ['nan', 'NAN', '-nan', 'inf', '-inf', 'ovf', 'null', '--']) {
    assert.deepEqual(told('temp,hum', `${word},40`).slice(2), [
      'temperature=null degC invalid',
      'relative_humidity=40 %',
    ]);
  }
  assert.deepEqual(told('temp,hum', ',40').slice(1), ['frame', 'relative_humidity=40 %']);
  assert.deepEqual(told('temp,hum', 'wet,40').slice(1), ['frame', 'not_a_number 1', 'relative_humidity=40 %']);
  assert.deepEqual(told('temp,hum', '1e999,40').slice(1), ['frame', 'not_a_number 1', 'relative_humidity=40 %']);
  assert.deepEqual(told('temp,hum', '99.5,40').slice(2, 3), ['temperature=99.5 degC out_of_range']);
});

test('pairs, as sketches print them', () => {
  const pair = ['frame', 'temperature=21.5 degC', 'relative_humidity=40 %'];
  for (const line of [
    'T=21.5 H=40',
    'T:21.5,H:40',
    'temp: 21,5; hum: 40',
    'Temperature: 21.50 *C, Humidity: 40 %',
    'Temperature = 21.5 C Humidity = 40 %',
    'Temperature: 70.7 °F\tHumidity: 40.0%RH',
    'BME280: T=21.5 H=40',
    'BME280 T=21.5  H=40',
    'uptime=12 T=21.5 H=40 errors=0',
  ]) {
    assert.deepEqual(told(line), pair, line);
  }
  assert.deepEqual(told(Buffer.from('T=21.5\xb0C\tH=40 %', 'latin1')), pair, 'a degree sign of one byte');
  assert.deepEqual(told('Humidity: 40%  Temperature: 21.5°C 70.7°F  Heat index: 20.7°C 69.2°F').length, 3);
  assert.deepEqual(told('PM2.5: 12 ug/m3, PM10: 20 ug/m3'), ['frame', 'pm2_5=12 ug/m3', 'pm10=20 ug/m3']);
  assert.deepEqual(told('TVOC: 120 ug/m3 CO2: 612ppm'), ['frame', 'voc_mass=120 ug/m3', 'co2=612 ppm']);
  assert.deepEqual(told('T1=21.5 T2=nan'), ['frame', 'temperature/1=21.5 degC', 'temperature/2=null degC invalid']);
  assert.deepEqual(told('T=21.5 K1=3'), ['frame', 'temperature=21.5 degC']);
});

test('who and when: a name as it stands, a time with a zone or from 1970', () => {
  const at = ['frame lab-1', 'co2=612 ppm at 2026-01-02T02:04:05.000Z'];
  assert.deepEqual(told('timestamp,device,co2', '2026-01-02T03:04:05+01:00,lab-1,612').slice(1), at);
  assert.deepEqual(told('epoch;id;co2', '1767319445;lab-1;612').slice(1), at);
  assert.deepEqual(told('ts=1767319445000 id=lab-1 co2=612'), at);
  const without = ['frame lab-1', 'co2=612 ppm'];
  for (const time of ['2026-01-02 03:04:05', '12:34:56', '86400', '']) {
    assert.deepEqual(told('time,device,co2', `${time},lab-1,612`).slice(1), without, time);
  }
});

test('a profile names the columns by number, or by names of its own', () => {
  const byNumber: TextReading[] = [
    { key: 1, quantity: 'temperature', scale: 0.1, channel: 'roof' },
    { key: 3, quantity: 'pressure', unit: 'kPa' },
  ];
  assert.deepEqual(toldAs(byNumber, 'DATA,214,x,101.3,9'), [
    'frame',
    'temperature/roof=21.4 degC',
    'pressure=1013 hPa',
  ]);
  assert.deepEqual(toldAs(byNumber, 'DATA,214'), ['malformed 1']);
  assert.deepEqual(toldAs(byNumber, 'boot'), ['malformed 1']);
  const byName: TextReading[] = [{ key: 'A0', quantity: 'soil_moisture' }];
  assert.deepEqual(toldAs(byName, 'a0,temp', '40,21'), ['frame', 'frame', 'soil_moisture=40 %']);
  assert.deepEqual(toldAs(byName, 'A0=40 temp=21'), ['frame', 'soil_moisture=40 %']);
});

test('few headers are kept, the oldest goes', () => {
  const headers = Array.from({ length: textHeadersMax + 1 }, (_, more) => `temp${',x'.repeat(more)}`);
  assert.deepEqual(told(...headers, '21').at(-1), 'malformed 1');
  assert.deepEqual(told(...headers, '21,1').at(-1), 'temperature=21 degC');
});

test('whatever comes before, the next header and its row are read', () => {
  const good = ['frame', 'frame', 'temperature=21.5 degC', 'relative_humidity=40 %'];
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.string({ unit: fc.constantFrom(...'temp,=: ;\t12.nah') }),
  );
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 5 }), (lines) => {
      assert.deepEqual(told(...lines, 'temp,hum', '21.5,40').slice(-good.length), good);
    }),
  );
});

test('STX and ETX around a line are taken off; a line with control characters inside is noise', () => {
  assert.deepEqual(told('\x02T=21.5\x03'), ['frame', 'temperature=21.5 degC']);
  assert.deepEqual(told('T=21.5\x07H=40'), ['malformed 1']);
  assert.deepEqual(told(Buffer.from('T=21.5\x90H=40', 'latin1')), ['malformed 1']);
  assert.deepEqual(told(Buffer.from('Tür T=21.5 °C', 'latin1')), told('Tür T=21.5 °C'));
  assert.deepEqual(told(Buffer.from('T=2ùýöï', 'latin1')), ['malformed 1']);
});
