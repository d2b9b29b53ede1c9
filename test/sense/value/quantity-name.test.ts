import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isQuantity, QUANTITY_NAMES } from '../../../src/core/quantities.ts';
import { converter } from '../../../src/core/units.ts';
import { namesSomething, quantityNamed } from '../../../src/sense/value/quantity-name.ts';
import { NOT_A_READING, PHRASES, SIBLINGS, UNITS, WEAK } from '../../../src/sense/value/quantity-words.ts';

/** `quantity`, `quantity/channel`, `quantity in unit`; '' for no reading. */
function said(name: string, unit?: string): string {
  const named = quantityNamed(name, { unit });
  if (!named) return '';
  const channel = named.channel === '' ? '' : `/${named.channel}`;
  return `${named.quantity}${channel}${named.unit === undefined ? '' : ` in ${named.unit}`}`;
}

function assertTable(table: Readonly<Record<string, string>>): void {
  for (const [name, expected] of Object.entries(table)) assert.equal(said(name), expected, name);
}

test('particulate matter, however its diameter is written', () => {
  for (const name of ['pm25', 'PM2.5', 'pm2_5', 'PM_2_5', 'pm02_5', 'pm02.5', 'pm2p5', 'PM 2.5', 'pm-2-5', 'PM₂.₅']) {
    assert.equal(said(name), 'pm2_5', name);
  }
  assertTable({
    pm_2_5_mm_weight_concentration: 'pm2_5',
    pm__2_5__m_weight_concentration: 'pm2_5',
    'PM <2.5µm': 'pm2_5',
    'PM <2.5μm Weight concentration': 'pm2_5',
    'PM <10.0µm': 'pm10',
    'Particulate Matter 2.5um': 'pm2_5',
    pm1: 'pm1',
    'pm1.0': 'pm1',
    pm_1_0: 'pm1',
    pm4: 'pm4',
    'PM4.0': 'pm4',
    pm10: 'pm10',
    'PM10.0': 'pm10',
    pm_10: 'pm10',
    pm100: 'pm100',
    pm2_5_atm: 'pm2_5/atm',
    'pm2.5_a': 'pm2_5/a',
    pm25_2: 'pm2_5/2',
    pm02Compensated: 'pm2_5/compensated',
    pm101: '',
    pm: '',
    'PM <2.5µm Number concentration': '',
    pm003Count: '',
    pm25_aqi: '',
  });
});

test('weather and air, as people and firmware write them', () => {
  assertTable({
    temperature: 'temperature',
    Temp: 'temperature',
    tempc: 'temperature',
    t: 'temperature',
    t_out: 'temperature',
    t_in: 'temperature/indoor',
    living_room_temperature: 'temperature/living_room',
    livingRoomTemperature: 'temperature/living_room',
    'outdoor temperature': 'temperature',
    temp_inside: 'temperature/indoor',
    temperature2: 'temperature/2',
    'temperatureSensor/1': 'temperature/1',
    BME280Temperature: 'temperature/bme280',
    DS18B20_Temperature: 'temperature/ds18b20',
    TempC_SHT: 'temperature/sht',
    TempC1: 'temperature/1',
    current_temperature: 'temperature',
    battery_temp: 'temperature/battery',
    cpu_temperature: 'temperature/cpu',
    'esp32 internal temperature': 'temperature/esp32_internal',
    dew_point: 'dew_point',
    dewPointTemperature: 'dew_point',
    humidity: 'relative_humidity',
    rh: 'relative_humidity',
    Hum_SHT: 'relative_humidity/sht',
    relative_humidity: 'relative_humidity',
    barometric_pressure: 'pressure',
    'barometer/3': 'pressure/3',
    sealevel_pressure: 'pressure/sea_level',
    wind_speed: 'wind_speed',
    wind_speed_avg: 'wind_speed',
    wind_speed_max: 'wind_speed/max',
    min_wind_speed: 'wind_speed/min',
    wind_gust: 'wind_speed/max',
    windDir: 'wind_direction',
    rain: 'rain',
    rainfall_rate: 'rain_rate',
    lux: 'illuminance',
    illuminance: 'illuminance',
    solar_radiation: 'irradiance',
    uv_index: 'uv_index',
    sound_level: 'noise',
    soil_moisture: 'soil_moisture',
    soil_temperature: 'temperature/soil',
  });
});

test('gases, indices, power, radio and place', () => {
  assertTable({
    co2: 'co2',
    'CO₂': 'co2',
    carbon_dioxide: 'co2',
    co: 'co',
    NO2: 'no2',
    ozone: 'o3',
    formaldehyd: 'hcho',
    tVOC: 'voc in ppb',
    'breath VOC equivalent': 'voc',
    voc_index: 'voc_index',
    tvocIndex: 'voc_index',
    nox_index: 'nox_index',
    iaq: 'iaq',
    gas_resistance: 'gas_resistance',
    battery: 'battery',
    battery_level: 'battery',
    battery_voltage: 'voltage',
    voltage: 'voltage',
    vbat: 'voltage',
    BatV: 'voltage',
    current: 'current',
    rssi: 'signal',
    'WiFi Signal': 'signal',
    snr: 'signal_to_noise',
    latitude: 'latitude',
    lat: 'latitude',
    lng: 'longitude',
    gps_altitude: 'altitude',
  });
});

test('a gust stays apart from the mean, whatever else the name says', () => {
  assertTable({
    roof_wind_gust: 'wind_speed/roof_max',
    wind_gusts_10m: 'wind_speed/10m_max',
    wind_speed_10m: 'wind_speed/10m',
    max_wind_gust: 'wind_speed/max',
    'wind-speed/gust': 'wind_speed/max',
    wind_gust_direction: 'wind_direction/max',
    bme280_sea_level_pressure: 'pressure/bme280_sea_level',
  });
});

test('what a name says twice it says once', () => {
  assertTable({
    'temperature/temperature': 'temperature',
    'temperature/degrees': 'temperature',
    'humidity/relative-humidity': 'relative_humidity',
    'pm25-sensor/pm-25': 'pm2_5',
    illuminance_lux: 'illuminance',
    'temp1/temp': 'temperature/temp1',
  });
});

test('false friends are no readings', () => {
  for (const name of [
    ...['temperature_offset', 'set temperature', 'target_temperature', 'temperature_setpoint', 'color_temp'],
    ...['humidity_threshold', 'absolute_humidity', 'vapour_pressure_deficit', 'uptime', 'attempts', 'template'],
    ...[
      'eco2',
      'eCO2',
      'co2_equivalent',
      'equivalent co2',
      'co1',
      'no3',
      'serial_no',
      'tvoc_raw',
      'bme680_iaq_accuracy',
    ],
    ...['battery_low', 'battery_state', 'light_level', 'wifi_signal_percent', 'air_quality', 'pm25_count'],
    ...['light_power', 'battery_energy', 'light switch', 'temperature_led', 'ambient_light_infrared'],
    ...['wind_run', 'rain_detected', 'radiation_cpm', 'battery_health', 'noise_floor', 'sraw_voc'],
    ...['', '___', '/', 'constructor', '__proto__', 'toString', 'x'.repeat(200)],
  ]) {
    assert.equal(said(name), '', name);
  }
});

test('a unit at the end of a name is told, where it can be one', () => {
  assertTable({
    temp_f: 'temperature in degF',
    tempf: 'temperature in degF',
    'Temperature (°C)': 'temperature in degC',
    'Temperature [°F]': 'temperature in degF',
    pressure_hPa: 'pressure in hpa',
    pressureKPa: 'pressure in kpa',
    co2_ppm: 'co2 in ppm',
    tvoc_ppb: 'voc in ppb',
    tvoc_ugm3: 'voc_mass in ug/m3',
    'WiFi Signal dB': 'signal',
    pm25_ug_m3: 'pm2_5 in ug/m3',
    'PM2.5 (µg/m³)': 'pm2_5 in ug/m3',
    wind_speed_m_s: 'wind_speed in m/s',
    wind_kmh: 'wind_speed in kmh',
    rain_in: 'rain in in',
    temp_in: 'temperature/indoor',
    'pm2.5_a': 'pm2_5/a',
  });
});

test('the unit that is stated decides between quantities of one name', () => {
  assert.equal(said('battery', '%'), 'battery');
  assert.equal(said('battery', 'mV'), 'voltage');
  assert.equal(said('voc', 'ppb'), 'voc');
  assert.equal(said('voc', 'µg/m³'), 'voc_mass');
  assert.equal(said('formaldehyde', 'mg/m3'), 'hcho_mass');
  assert.equal(said('rain', 'mm/h'), 'rain_rate');
  assert.equal(said('wind', '°'), 'wind_direction');
  assert.equal(said('internal_temperature_humidity_sensor', '°C'), 'temperature/internal_humidity');
  assert.equal(said('pressure/vapor-pressure', 'kPa'), '');
  // What fits nothing keeps the quantity: whoever converts will see that it does not fit.
  assert.equal(said('rssi', 'dB'), 'signal');
  assert.equal(said('temperature', 'kg'), 'temperature');
});

test('whether a name speaks of something at all', () => {
  for (const name of ['target_temperature', 'setpoint', 'eco2', 'co2', 'uptime count']) assert.ok(namesSomething(name));
  for (const name of ['', 'sensor3', 'attic', 'urn:dev:ow:10e2073a01080063']) assert.ok(!namesSomething(name), name);
});

test('the tables are in order', () => {
  for (const [phrase, { quantity, unit }] of PHRASES) {
    assert.match(phrase, /^=?[\p{L}\p{N}]+( [\p{L}\p{N}]+){0,4}$/u);
    if (quantity === undefined) continue;
    assert.ok(isQuantity(quantity), phrase);
    if (unit !== undefined) assert.ok(converter(unit, quantity), phrase);
  }
  for (const [words, unit] of UNITS) {
    assert.ok(
      QUANTITY_NAMES.some((quantity) => converter(unit, quantity)),
      words,
    );
  }
  for (const [quantity, siblings] of Object.entries(SIBLINGS)) {
    assert.ok(isQuantity(quantity) && siblings.every((sibling) => isQuantity(sibling)));
  }
  for (const word of WEAK) assert.ok(PHRASES.has(word), word);
  for (const word of NOT_A_READING) assert.ok(!PHRASES.has(word), word);
});

test('whatever the name, the answer is a quantity and a short channel, or none', () => {
  const word = fc.constantFrom(...[...PHRASES.keys()].map((phrase) => phrase.replace('=', '')), 'offset', 'room', '7');
  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(word, fc.string()), { maxLength: 6 }).map((words) => words.join('_')),
  );
  fc.assert(
    fc.property(name, fc.option(fc.string(), { nil: undefined }), (made, unit) => {
      const named = quantityNamed(made, { unit });
      if (!named) return;
      assert.ok(isQuantity(named.quantity));
      assert.doesNotMatch(named.channel, /[A-Z\s/.-]/);
      if (named.unit !== undefined) assert.ok(converter(named.unit, named.quantity), `${made}: ${named.unit}`);
    }),
    { numRuns: 2_000 },
  );
});
