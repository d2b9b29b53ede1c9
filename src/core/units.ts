// Unit strings as operators and devices write them -> the one unit of the quantity table.
//
// Each unit is an affine map onto a base unit; two units convert when they share a base. Both micro signs
// (U+00B5, U+03BC), superscripts and the usual aliases are folded first.
// ppb <-> ug/m3 is left out on purpose: it depends on the gas, on temperature and on pressure.
import { unitLengthMax } from './limits.ts';
import { QUANTITIES, type Quantity } from './quantities.ts';

/** base = value * scale + offset */
interface Affine {
  readonly base: string;
  readonly scale: number;
  readonly offset: number;
}

const affine = (base: string, scale = 1, offset = 0): Affine => ({ base, scale, offset });

const UNITS: Record<string, Affine> = {
  'ug/m3': affine('ug/m3'),
  'mg/m3': affine('ug/m3', 1000),
  'ng/m3': affine('ug/m3', 0.001),
  ppm: affine('ppm'),
  ppb: affine('ppm', 0.001),
  degc: affine('degC'),
  degf: affine('degC', 5 / 9, -160 / 9),
  k: affine('degC', 1, -273.15),
  '%': affine('%'),
  // Ratios as SenML has them (RFC 8428 section 12.1, RFC 8798).
  '/': affine('%', 100),
  '/100': affine('%'),
  '1': affine('1'),
  hpa: affine('hPa'),
  pa: affine('hPa', 0.01),
  kpa: affine('hPa', 10),
  bar: affine('hPa', 1000),
  cbar: affine('hPa', 10),
  psi: affine('hPa', 68.947573),
  inhg: affine('hPa', 33.863886),
  mmhg: affine('hPa', 1.3332239),
  'm/s': affine('m/s'),
  'km/h': affine('m/s', 1 / 3.6),
  mph: affine('m/s', 0.44704),
  kn: affine('m/s', 1852 / 3600),
  'ft/s': affine('m/s', 0.3048),
  'yd/s': affine('m/s', 0.9144),
  deg: affine('deg'),
  rad: affine('deg', 180 / Math.PI),
  mm: affine('mm'),
  in: affine('mm', 25.4),
  cm: affine('mm', 10),
  'mm/h': affine('mm/h'),
  'in/h': affine('mm/h', 25.4),
  'mm/d': affine('mm/h', 1 / 24),
  'in/d': affine('mm/h', 25.4 / 24),
  m: affine('m'),
  ft: affine('m', 0.3048),
  um: affine('um'),
  v: affine('V'),
  mv: affine('V', 0.001),
  a: affine('A'),
  ma: affine('A', 0.001),
  '1/l': affine('1/L'),
  '1/dl': affine('1/L', 10),
  '1/cm3': affine('1/L', 1000),
  '1/cm2': affine('1/cm2'),
  lx: affine('lx'),
  'w/m2': affine('W/m2'),
  db: affine('dB'),
  dbm: affine('dBm'),
  dbw: affine('dBm', 1, 30),
  'usv/h': affine('uSv/h'),
  // 100 R of gamma rays count as 1 Sv, as survey meters have it.
  'ur/h': affine('uSv/h', 0.01),
  kohm: affine('kOhm'),
  ohm: affine('kOhm', 0.001),
};

const ALIASES: Record<string, string> = {
  c: 'degc',
  cel: 'degc',
  celsius: 'degc',
  f: 'degf',
  fahrenheit: 'degf',
  '%rh': '%',
  '%el': '%',
  percent: '%',
  '': '1',
  mbar: 'hpa',
  mb: 'hpa',
  '1/0.1l': '1/dl',
  '#/dl': '1/dl',
  '#/l': '1/l',
  '#/cm3': '1/cm3',
  knots: 'kn',
  kmh: 'km/h',
  lux: 'lx',
  dba: 'db',
  kph: 'km/h',
  volt: 'v',
  ω: 'ohm',
  kω: 'kohm',
};

/** Folds spelling: case, blanks, micro signs, degree sign, superscripts, negative powers (`m⋅s⁻¹`). What is too long is none. */
export function normaliseUnit(text: string): string {
  if (text.length > unitLengthMax) return text;
  const folded = text
    .normalize('NFC')
    .replaceAll(/[µμ]/g, 'u')
    .replaceAll('°', 'deg')
    .replaceAll(/[⋅·]?(\p{L}+)⁻([¹²³])/gu, '/$1$2')
    .replaceAll('¹', '')
    .replaceAll('²', '2')
    .replaceAll('³', '3')
    .replaceAll('^', '')
    .replaceAll(/\s+/g, '')
    .toLowerCase();
  return ALIASES[folded] ?? folded;
}

/**
 * Conversion from a written unit into the table unit of a quantity.
 * @returns value -> value in `QUANTITIES[quantity].unit`, or undefined when the unit is unknown or of another kind
 */
export function converter(unit: string, quantity: Quantity): ((value: number) => number) | undefined {
  const from = UNITS[normaliseUnit(unit)];
  const to = UNITS[normaliseUnit(QUANTITIES[quantity].unit)];
  if (!from || !to || from.base !== to.base) return undefined;
  const scale = from.scale / to.scale;
  const offset = (from.offset - to.offset) / to.scale;
  return scale === 1 && offset === 0 ? (value) => value : (value) => value * scale + offset;
}

/** The units that fit a quantity, for error messages. */
export function unitsOf(quantity: Quantity): string[] {
  const base = UNITS[normaliseUnit(QUANTITIES[quantity].unit)]?.base;
  return Object.keys(UNITS).filter((name) => UNITS[name]?.base === base);
}
