// Vaisala WXT510, WXT520 and WXT530 in their ASCII protocol: `0R1,Dm=185D,Sm=2.4M`, key=value and a unit letter.
//
//     address ── R ── 0 composite, 1 wind, 2 air, 3 rain, 4 analogue inputs, 5 supervision ── ,key=value...
//
// A line on RS-485 may lose its end, so that messages run into each other: it is cut at each head, and every field
// stands or falls alone. A message asked for with `r` ends in three characters of CRC (WXT530 manual, appendix C).
// `#` for a unit means: not valid. Rain and hail are running totals, as the instrument states them.

import { QUANTITIES, type Quantity } from '../../core/quantities.ts';
import { QUALITY } from '../../core/reading.ts';
import { crc16Reflected } from '../checksum/crc16.ts';
import type { Sink } from '../sink.ts';
import { tellRaw } from '../value/meaning.ts';

interface Key {
  readonly quantity: Quantity;
  readonly channel: string;
  readonly letters: Readonly<Record<string, string>>;
}

const DIRECTION = { D: 'deg' };
const SPEED = { M: 'm/s', K: 'km/h', S: 'mph', N: 'kn' };
const TEMPERATURE = { C: 'degC', F: 'degF' };
const PRESSURE = { H: 'hPa', P: 'Pa', B: 'bar', M: 'mmHg', I: 'inHg' };
const LENGTH = { M: 'mm', I: 'in' };
const RATE = { M: 'mm/h', I: 'in/h' };
/** The letter says how the heater runs: not, at half or full power. */
const VOLTAGE = { V: 'V', N: 'V', W: 'V', F: 'V' };

const key = (quantity: Quantity, letters: Key['letters'], channel = ''): Key => ({ quantity, channel, letters });

/** Durations, rates of hail, the name and the analogue inputs in volts say nothing the quantity table has. */
const KEYS: Readonly<Record<string, Key>> = {
  Dn: key('wind_direction', DIRECTION, 'min'),
  Dm: key('wind_direction', DIRECTION),
  Dx: key('wind_direction', DIRECTION, 'max'),
  Sn: key('wind_speed', SPEED, 'min'),
  Sm: key('wind_speed', SPEED),
  Sx: key('wind_speed', SPEED, 'max'),
  Ta: key('temperature', TEMPERATURE),
  Tp: key('temperature', TEMPERATURE, 'internal'),
  Th: key('temperature', TEMPERATURE, 'heater'),
  Tr: key('temperature', TEMPERATURE, 'auxiliary'),
  Ua: key('relative_humidity', { P: '%' }),
  Pa: key('pressure', PRESSURE),
  Rc: key('rain', LENGTH),
  Ra: key('rain', LENGTH, 'auxiliary'),
  Ri: key('rain_rate', RATE),
  Rp: key('rain_rate', RATE, 'peak'),
  Hc: key('hail', { M: '1/cm2', I: '1/in2' }),
  Vs: key('voltage', VOLTAGE, 'supply'),
  Vr: key('voltage', VOLTAGE, 'reference'),
  Vh: key('voltage', VOLTAGE, 'heater'),
};
/** Hits counted without an area (unit H) are not a quantity of ours. */
const PASSED_OVER = /^(Hc=[\d.]+H|(Rd|Hd|Hi|Hp|Id|Sl|Sr|Rt)=[^=]*)$/;
const SQUARE_CM_PER_SQUARE_INCH = 6.4516;

const HEADS = /(?=[0-9A-Za-z][Rr][0-5],)/;
const FIELD = /^([A-Z][a-z])=(-?\d+(?:\.\d+)?)?([A-Za-z#])$/;

export function readWxt(text: Buffer, sink: Sink): void {
  const line = text.toString('latin1').replaceAll('\0', '').trim();
  if (/^[0-9A-Za-z][A-Za-z]{2},/.test(line)) {
    sink.rejected(/error/i.test(line) ? 'refused' : 'unknown_frame', 1);
    return;
  }
  for (const piece of line.split(HEADS)) {
    if (/^[0-9A-Za-z]r[0-5],/.test(piece)) readChecked(piece, sink);
    else if (/^[0-9A-Za-z]R[0-5],/.test(piece)) readMessage(piece, sink);
    else if (piece !== '') sink.rejected('malformed', 1);
  }
}

function readChecked(piece: string, sink: Sink): void {
  const body = piece.slice(0, -3);
  if (crcOf(body) === piece.slice(-3)) readMessage(body, sink);
  else sink.rejected('checksum', 1);
}

function readMessage(piece: string, sink: Sink): void {
  sink.frame(piece[0]);
  for (const field of piece.split(',').slice(1)) readField(field.trim(), sink);
}

function readField(field: string, sink: Sink): void {
  const [, name, digits, letter] = FIELD.exec(field) ?? [];
  const known = name !== undefined && Object.hasOwn(KEYS, name) ? KEYS[name] : undefined;
  if (known && letter === '#') {
    const { quantity, channel } = known;
    sink.value({ quantity, channel, value: null, unit: QUANTITIES[quantity].unit, quality: QUALITY.invalid });
    return;
  }
  const unit = known && Object.hasOwn(known.letters, letter!) ? known.letters[letter!] : undefined;
  if (known && unit !== undefined && digits !== undefined) {
    // The table of units has no square inches, and nobody else counts hail in them.
    if (unit === '1/in2') tellRaw(sink, { quantity: 'hail' }, Number(digits) / SQUARE_CM_PER_SQUARE_INCH);
    else tellRaw(sink, { quantity: known.quantity, channel: known.channel, unit }, digits);
  } else if (!PASSED_OVER.test(field)) sink.rejected('malformed', 1);
}

/** CRC-16 (polynomial 0xa001, from 0) as three characters of 6 bits each, the upper 4 first. */
function crcOf(body: string): string {
  const crc = crc16Reflected(Buffer.from(body, 'latin1'), 0);
  return String.fromCharCode(0x40 | (crc >> 12), 0x40 | ((crc >> 6) & 0x3f), 0x40 | (crc & 0x3f));
}
