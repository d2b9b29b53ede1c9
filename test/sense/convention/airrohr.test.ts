import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AIRROHR } from '../../../devices/airrohr/profile.ts';
import { listener } from './listener.ts';

const hear = listener(AIRROHR);

const station = (values: Record<string, unknown>, ids: object = { esp8266id: '12345' }) => ({
  ...ids,
  sensordatavalues: Object.entries(values).map(([value_type, value]) => ({ value_type, value })),
});

test('P1 is PM10, P2 PM2.5, P0 PM1 and P4 PM4, under any topic; pressure is in Pa', () => {
  const values = {
    NPM_P0: '4.1',
    SDS_P1: '12.40',
    SDS_P2: '7.10',
    SPS30_P4: '5.6',
    BME280_pressure: '98210.44',
    signal: '-71',
  };
  const told = [
    'pm1 4.1 ug/m3',
    'pm10 12.4 ug/m3',
    'pm2_5 7.1 ug/m3',
    'pm4 5.6 ug/m3',
    'pressure 982.104 hPa',
    'signal -71 dBm',
  ];
  assert.deepEqual(hear('any/topic at/all', station(values)), ['frame 12345', ...told]);
});

test('the source is the id as it is written', () => {
  for (const ids of [{ raspiid: '00ab' }, { esp8266id: 77 }, { esp32id: 'A1' }, { chipid: '7' }]) {
    assert.equal(hear('t', station({}, ids))[0], `frame ${Object.values(ids)[0]}`);
  }
  assert.deepEqual(hear('t', station({ temperature: '7' }, {})), ['frame', 'temperature 7 degC']);
});

test('of several sensors with one quantity the first is the main channel', () => {
  assert.deepEqual(
    hear(
      't',
      station({ SDS_P2: '5', PMS_P2: '6', BME280_temperature: '7', BMP280_temperature: '8', temperature: '9' }),
    ).slice(1),
    ['pm2_5 5 ug/m3', 'pm2_5/pms 6 ug/m3', 'temperature 7 degC', 'temperature/bmp280 8 degC', 'temperature/dht 9 degC'],
  );
});

test('the heated chamber is never the air outside', () => {
  assert.deepEqual(
    hear('t', station({ HECA_temperature: '31', HECA_humidity: '20', BME280_temperature: '7' })).slice(1),
    ['temperature/heca 31 degC', 'relative_humidity/heca 20 %', 'temperature 7 degC'],
  );
});

test('what the firmware holds before a first measurement is no value', () => {
  const values = {
    SDS_P1: '-1.00',
    BME280_temperature: '-128.00',
    BME280_pressure: '-1',
    GPS_lat: '-200.000000',
    humidity: 'nan',
    P2: null,
  };
  assert.deepEqual(hear('t', station(values)).slice(1), [
    'pm10 null ug/m3 invalid',
    'temperature null degC invalid',
    'pressure null hPa invalid',
    'latitude null deg invalid',
    'relative_humidity null % invalid',
  ]);
});

test('counts, gas, noise, light and place', () => {
  const values = {
    SPS30_N05: '27.9',
    NPM_N25: '1.5',
    SPS30_TS: '0.52',
    SCD30_co2_ppm: '455',
    conc_co2_ppm: '460',
    DNMS_noise_LAeq: '46.2',
    DNMS_noise_LA_max: '61',
    ambient_light: '812',
    GPS_height: '245',
    BMP280_pressure_sealevel: '101325',
    samples: '4915200',
    HECA_Tdc: '7',
    IPS_N1: '7',
  };
  assert.deepEqual(hear('t', station(values)).slice(1), [
    'particles_lt_0_5 27.9 1/cm3',
    'particles_lt_2_5 1.5 1/cm3',
    'particle_size 0.52 um',
    'co2 455 ppm',
    'co2/conc 460 ppm',
    'noise 46.2 dB',
    'noise/max 61 dB',
    'illuminance 812 lx',
    'altitude 245 m',
    'pressure/sea_level 1013.25 hPa',
  ]);
});

test('the counts of a PPD42 are no PM, early firmware writes the unit of the signal', () => {
  assert.deepEqual(
    hear('t', station({ durP1: '1000', ratioP1: '0.1', P1: '49.6', P2: '0.62', signal: '-67 dBm' })).slice(1),
    ['signal -67 dBm'],
  );
});

test('NAMF sends one value a message', () => {
  assert.deepEqual(hear('namf/roof/SDS_P2', { value: '9.30', timestamp: 'Sun Mar  1 08:15:30 2026' }), [
    'frame namf/roof',
    'pm2_5 9.3 ug/m3',
  ]);
  assert.deepEqual(hear('namf/roof/samples', { value: '5032003' }), ['frame namf/roof']);
  assert.deepEqual(hear('namf/roof/last_data_time', '1596888000'), ['frame']);
  assert.deepEqual(hear('namf/roof/SDS_P2', '9.30'), ['rejected malformed 1']);
});

test('what is no measurement is counted', () => {
  assert.deepEqual(hear('t', { temperature: 21 }), ['rejected malformed 1']);
  assert.deepEqual(hear('t', []), ['rejected malformed 1']);
  assert.deepEqual(hear('t', [7]), ['rejected malformed 1']);
  assert.deepEqual(hear('t', '{"sensordatavalues":[{"value_ty'), ['rejected not_json 1']);
  const odd = {
    sensordatavalues: [
      null,
      7,
      {},
      { value_type: 'SDS_P1' },
      { value_type: 'SDS_P2', value: {} },
      { value_type: 5, value: 1 },
    ],
  };
  assert.deepEqual(hear('t', odd), ['frame', 'rejected not_a_number 1']);
  const listed = [station({ P1: '5' }, {}), station({ temperature: '7' }, {})];
  assert.deepEqual(hear('t', listed), ['frame', 'pm10 5 ug/m3', 'frame', 'temperature 7 degC']);
});
