import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { QUANTITIES, QUANTITY_NAMES, type Quantity } from '../../src/core/quantities.ts';
import { converter, normaliseUnit, unitsOf } from '../../src/core/units.ts';

function convert(value: number, unit: string, quantity: Quantity): number {
  const into = converter(unit, quantity);
  assert(into, `${unit} fits ${quantity}`);
  return into(value);
}

/** Each unit by two points of its scale: the same two values in the unit of the quantity table. */
const KNOWN: readonly [unit: string, quantity: Quantity, from: [number, number], to: [number, number]][] = [
  ['ug/m3', 'pm2_5', [0, 35], [0, 35]],
  ['mg/m3', 'pm2_5', [0, 0.035], [0, 35]],
  ['ng/m3', 'pm2_5', [0, 35_000], [0, 35]],
  ['ppm', 'co2', [400, 2000], [400, 2000]],
  ['ppb', 'o3', [0, 60], [0, 0.06]],
  ['degC', 'temperature', [-40, 21.5], [-40, 21.5]],
  ['degF', 'temperature', [-40, 212], [-40, 100]],
  ['K', 'temperature', [233.15, 373.15], [-40, 100]],
  ['%', 'relative_humidity', [0, 55], [0, 55]],
  ['/', 'relative_humidity', [0, 0.55], [0, 55]],
  ['/100', 'relative_humidity', [0, 55], [0, 55]],
  ['1', 'uv_index', [0, 7], [0, 7]],
  ['hPa', 'pressure', [950, 1013.25], [950, 1013.25]],
  ['Pa', 'pressure', [95_000, 101_325], [950, 1013.25]],
  ['kPa', 'pressure', [95, 101.325], [950, 1013.25]],
  ['bar', 'pressure', [0.95, 1.01325], [950, 1013.25]],
  ['inHg', 'pressure', [0, 29.92126], [0, 1013.25]],
  ['mmHg', 'pressure', [0, 760], [0, 1013.25]],
  ['psi', 'pressure', [0, 14.695949], [0, 1013.25]],
  ['cbar', 'pressure', [0, 101.325], [0, 1013.25]],
  ['m/s', 'wind_speed', [0, 10], [0, 10]],
  ['km/h', 'wind_speed', [0, 36], [0, 10]],
  ['mph', 'wind_speed', [0, 22.369363], [0, 10]],
  ['kn', 'wind_speed', [0, 19.438445], [0, 10]],
  ['ft/s', 'wind_speed', [0, 32.808399], [0, 10]],
  ['uR/h', 'radiation', [0, 1000], [0, 10]],
  ['yd/s', 'wind_speed', [0, 10.936133], [0, 10]],
  ['deg', 'wind_direction', [0, 270], [0, 270]],
  ['rad', 'wind_direction', [0, 1.5 * Math.PI], [0, 270]],
  ['mm', 'rain', [0, 25.4], [0, 25.4]],
  ['in', 'rain', [0, 1], [0, 25.4]],
  ['cm', 'rain', [0, 2.54], [0, 25.4]],
  ['mm/h', 'rain_rate', [0, 25.4], [0, 25.4]],
  ['in/h', 'rain_rate', [0, 1], [0, 25.4]],
  ['mm/d', 'rain_rate', [0, 24], [0, 1]],
  ['in/d', 'rain_rate', [0, 24], [0, 25.4]],
  ['m', 'altitude', [0, 304.8], [0, 304.8]],
  ['ft', 'altitude', [0, 1000], [0, 304.8]],
  ['um', 'particle_size', [0, 2.5], [0, 2.5]],
  ['V', 'voltage', [0, 3.3], [0, 3.3]],
  ['mV', 'voltage', [0, 3300], [0, 3.3]],
  ['A', 'current', [0, 0.5], [0, 0.5]],
  ['mA', 'current', [0, 500], [0, 0.5]],
  ['1/L', 'particles_gt_0_3', [0, 7650], [0, 7650]],
  ['1/dL', 'particles_gt_0_3', [0, 765], [0, 7650]],
  ['1/cm3', 'particles_lt_1', [0, 12], [0, 12]],
  ['1/cm2', 'hail', [0, 3], [0, 3]],
  ['lx', 'illuminance', [0, 800], [0, 800]],
  ['W/m2', 'irradiance', [0, 800], [0, 800]],
  ['dB', 'noise', [0, 60], [0, 60]],
  ['dBm', 'signal', [-120, -60], [-120, -60]],
  ['dBW', 'signal', [-150, -90], [-120, -60]],
  ['uSv/h', 'radiation', [0, 0.1], [0, 0.1]],
  ['kOhm', 'gas_resistance', [0, 86], [0, 86]],
  ['Ohm', 'gas_resistance', [0, 86_000], [0, 86]],
];

test('each unit comes to what a table of conversions says', () => {
  for (const [unit, quantity, from, to] of KNOWN) {
    from.forEach((value, at) => {
      const got = convert(value, unit, quantity);
      assert.ok(Math.abs(got - to[at]!) < 1e-3, `${value} ${unit} is ${got}`);
    });
  }
  const known = new Set(KNOWN.map(([unit]) => normaliseUnit(unit)));
  const all = new Set(QUANTITY_NAMES.flatMap(unitsOf));
  assert.deepEqual(known, all, 'a unit was added: say here what it comes to');
});

test('there and back gives the value that went in, for every unit of every quantity', () => {
  for (const quantity of QUANTITY_NAMES) {
    for (const unit of unitsOf(quantity)) {
      fc.assert(
        fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), (value) => {
          const [zero, one, there] = [0, 1, value].map((x) => convert(x, unit, quantity)) as [number, number, number];
          const back = (there - zero) / (one - zero);
          assert.ok(Math.abs(back - value) < 1e-6, `${value} ${unit} as ${quantity} came back as ${back}`);
        }),
        { numRuns: 20 },
      );
    }
  }
});

test('every quantity takes its own unit without touching the value', () => {
  for (const quantity of QUANTITY_NAMES) {
    const { unit } = QUANTITIES[quantity];
    assert.equal(convert(0.1 + 0.2, unit, quantity), 0.1 + 0.2);
    assert.ok(unitsOf(quantity).includes(normaliseUnit(unit)));
  }
});

test('spellings of one unit are one unit', () => {
  const spellings: readonly [string, readonly string[]][] = [
    ['ug/m3', ['ug/m3', '\u00b5g/m\u00b3', '\u03bcg/m\u00b3', '\u00b5g/m3', 'UG/M3', ' \u03bcg / m^3 ', 'ug/m^3']],
    ['degc', ['degC', '\u00b0C', 'C', 'celsius', '\u00b0 c', 'Cel']],
    ['degf', ['\u00b0F', 'F', 'Fahrenheit']],
    ['%', ['%', '%RH', '% rh', 'percent']],
    ['hpa', ['hPa', 'mbar', 'HPA']],
    ['1/dl', ['1/dL', '1/0.1L']],
    ['1/cm3', ['#/cm3', '#/cm\u00b3', '1/cm^3']],
    ['w/m2', ['W/m2', 'W/m\u00b2', 'W\u22c5m\u207b\u00b2']],
    ['m/s', ['m/s', 'm\u22c5s\u207b\u00b9', 'm s\u207b\u00b9']],
    ['kn', ['kn', 'knots']],
    ['km/h', ['km/h', 'kmh']],
    ['lx', ['lx', 'lux']],
    ['1', ['', '1', ' ']],
    ['usv/h', ['uSv/h', '\u00b5Sv/h', '\u03bcSv/h']],
  ];
  for (const [unit, written] of spellings) {
    for (const text of written) assert.equal(normaliseUnit(text), unit, JSON.stringify(text));
  }
});

test('a unit of another kind, or of none, does not convert', () => {
  assert.equal(converter('hPa', 'temperature'), undefined);
  assert.equal(converter('ug/m3', 'o3'), undefined);
  assert.equal(converter('dB', 'signal'), undefined);
  for (const unit of [
    'furlong',
    `${'a'.repeat(100_000)}\u207b4`,
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
  ]) {
    assert.equal(converter(unit, 'temperature'), undefined, unit.slice(0, 20));
  }
});
