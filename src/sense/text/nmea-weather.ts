// The weather of masts and ships: NMEA 0183 MWV, MWD, VWR, VWT, MDA, MTA, MTW, MMB, MHU (XDR: nmea-transducers.ts).
//
// Beside each value stands its unit, a letter. A mast that stands still calls its wind relative, so that is the main
// channel; from one that tells the true wind as well, what is relative to its bow has the channel `relative`.
import { QUANTITIES, type Quantity } from '../../core/quantities.ts';
import { QUALITY } from '../../core/reading.ts';
import type { Sink } from '../sink.ts';
import { tellRaw } from '../value/meaning.ts';

type Fields = readonly string[];
export type Letters = Readonly<Record<string, string>>;

export const SPEED: Letters = { M: 'm/s', K: 'km/h', N: 'kn', S: 'mph' };
export const TEMPERATURE: Letters = { C: 'degC', F: 'degF', K: 'K' };
export const PRESSURE: Letters = { B: 'bar', P: 'Pa', H: 'hPa', I: 'inHg', M: 'mmHg' };

export interface Lettered {
  readonly quantity: Quantity;
  readonly letters: Letters;
  readonly channel?: string;
}

/** Values at fixed places, each followed by its letter: [type, index, what it is]. */
const PLACES: readonly (readonly [string, number, Lettered])[] = [
  ['MDA', 4, { quantity: 'temperature', letters: TEMPERATURE }],
  ['MDA', 6, { quantity: 'temperature', letters: TEMPERATURE, channel: 'water' }],
  ['MDA', 10, { quantity: 'dew_point', letters: TEMPERATURE }],
  ['MTA', 0, { quantity: 'temperature', letters: TEMPERATURE }],
  ['MTW', 0, { quantity: 'temperature', letters: TEMPERATURE, channel: 'water' }],
  ['MHU', 2, { quantity: 'dew_point', letters: TEMPERATURE }],
];
/** Percent, without a letter. */
const HUMIDITY_AT: Readonly<Record<string, number>> = { MDA: 8, MHU: 0 };

/** @returns takes the fields that follow talker and type; types of other kinds are passed over */
export function createNmeaWeather(): (type: string, fields: Fields, sink: Sink) => void {
  let hasTrueWind = false;
  return (type, fields, sink) => {
    const wind = windOf(type, fields);
    if (wind) {
      hasTrueWind ||= wind.isTrue;
      tellWind(sink, wind, hasTrueWind && !wind.isTrue ? 'relative' : '');
    }
    // Both stand there in inches of mercury and in bars; the bars have more digits.
    if (type === 'MDA' || type === 'MMB') {
      const at = fields[2] ? 2 : 0;
      tellLettered(sink, { quantity: 'pressure', letters: PRESSURE }, fields[at], fields[at + 1]);
    }
    const humidity = Object.hasOwn(HUMIDITY_AT, type) ? fields[HUMIDITY_AT[type]!] : '';
    if (humidity) tellRaw(sink, { quantity: 'relative_humidity' }, humidity);
    for (const [of, at, what] of PLACES) if (of === type) tellLettered(sink, what, fields[at], fields[at + 1]);
  };
}

/** A value and its letter; nothing when the field is empty, as is normal. */
export function tellLettered(sink: Sink, { quantity, letters, channel = '' }: Lettered, text = '', letter = ''): void {
  if (text === '') return;
  const stated = Object.hasOwn(letters, letter) ? letters[letter]! : undefined;
  // No air has 10 bar: Lambrecht's masts write hPa and call them B.
  const unit = stated === 'bar' && Number(text) > 10 ? 'hPa' : stated;
  if (unit === undefined) sink.rejected('malformed', 1);
  else tellRaw(sink, { quantity, unit, channel }, text);
}

interface Wind {
  readonly isTrue: boolean;
  /** The mast vouches for it. */
  readonly isValid: boolean;
  /** Clockwise, in degrees. */
  readonly direction: string | undefined;
  readonly reference?: 'magnetic' | undefined;
  readonly speed: string | undefined;
  readonly letter: string | undefined;
}

/** @returns undefined for other sentences, and where there is no saying which way the angle counts */
function windOf(type: string, fields: Fields): Wind | undefined {
  switch (type) {
    case 'MWV': {
      const [direction, reference, speed, letter, status] = fields;
      return { isTrue: reference === 'T', isValid: status === 'A', direction, speed, letter };
    }
    case 'VWR':
    case 'VWT': {
      const [angle = '', side] = fields;
      const direction = side === 'L' && Number(angle) > 0 ? String(360 - Number(angle)) : angle;
      return { isTrue: type === 'VWT', isValid: true, direction, ...speedOf(fields, [4, 2, 6]) };
    }
    case 'MWD':
      return { isTrue: true, isValid: true, ...northOf(fields, 0), ...speedOf(fields, [6, 4]) };
    case 'MDA':
      return { isTrue: true, isValid: true, ...northOf(fields, 12), ...speedOf(fields, [18, 16]) };
    default:
      return undefined;
  }
}

/** From true north; from magnetic north where a mast knows no other. */
function northOf(fields: Fields, at: number): Pick<Wind, 'direction' | 'reference'> {
  if (fields[at]) return { direction: fields[at] };
  return { direction: fields[at + 2], reference: fields[at + 2] ? 'magnetic' : undefined };
}

/** The first of the same speed in several units. */
function speedOf(fields: Fields, places: readonly number[]): Pick<Wind, 'speed' | 'letter'> {
  const at = places.find((place) => fields[place]) ?? places[0]!;
  return { speed: fields[at], letter: fields[at + 1] };
}

function tellWind(sink: Sink, { isValid, direction, reference, speed, letter }: Wind, channel: string): void {
  if (!isValid) {
    for (const quantity of ['wind_direction', 'wind_speed'] as const) {
      sink.value({ quantity, value: null, unit: QUANTITIES[quantity].unit, channel, quality: QUALITY.invalid });
    }
    return;
  }
  if (direction) tellRaw(sink, { quantity: 'wind_direction', channel: reference ?? channel }, direction);
  tellLettered(sink, { quantity: 'wind_speed', letters: SPEED, channel }, speed, letter);
}
