// NMEA 0183 XDR: an open list of (kind, value, unit, name of the transducer), as many as the instrument has.
//
// What Vaisala adds to the kinds of the standard (WXT530 manual, table of transducers) is heard from weather instruments
// (talker WI) alone: elsewhere the same letters are tilt, switches and valves. Wind comes there as lowest, mean and
// highest, told apart by their order. Other names become the channel, unless they only say that this is the air outside;
// so does a number, unless it is 0 or what it counts is the only humidity or pressure there is.

import type { Sink } from '../sink.ts';
import { type Lettered, PRESSURE, SPEED, TEMPERATURE, tellLettered } from './nmea-weather.ts';

type Kinds = Readonly<Record<string, Lettered>>;

const KINDS: Kinds = {
  C: { quantity: 'temperature', letters: TEMPERATURE },
  H: { quantity: 'relative_humidity', letters: { P: '%', '': '%' } },
  P: { quantity: 'pressure', letters: PRESSURE },
  // The other letters say how Vaisala's heater runs; the value is in volts.
  U: { quantity: 'voltage', letters: { V: 'V', N: 'V', F: 'V', W: 'V' } },
  I: { quantity: 'current', letters: { A: 'A' } },
};
const WIND: Kinds = {
  A: { quantity: 'wind_direction', letters: { D: 'deg' } },
  S: { quantity: 'wind_speed', letters: SPEED },
};
/** By kind and number: 0 is rain, 1 hail, 2 and 3 their peaks. */
const PRECIPITATION: Kinds = {
  V0: { quantity: 'rain', letters: { M: 'mm', I: 'in' } },
  V1: { quantity: 'hail', letters: { M: '1/cm2' } },
  R0: { quantity: 'rain_rate', letters: { M: 'mm/h', I: 'in/h' } },
  R2: { quantity: 'rain_rate', letters: { M: 'mm/h', I: 'in/h' }, channel: 'peak' },
};
const DEW_POINT: Lettered = { quantity: 'dew_point', letters: TEMPERATURE };
const WIND_CHANNELS = ['min', '', 'max'];

/** What instruments call the sensors for the air around them, besides 0 and nothing. */
const MAIN_WORDS =
  /^(env|outside|outdoor|ambient|air|atmos|t|p|h|temp|temperature|baro|barometer|press|pressure|stnp|hum|humi|humid|humidity|rh|rel)$/i;
const INDOORS = /^(inside|indoor|cabin)$/i;

/** @param isWeather the talker is a weather instrument */
export function readTransducers(fields: readonly string[], isWeather: boolean, sink: Sink): void {
  const kinds = fields.filter((_, at) => at % 4 === 0);
  const heard: Record<string, number> = { A: 0, S: 0 };
  for (let at = 0; at < fields.length; at += 4) {
    const [kind = '', text, letter, name = ''] = fields.slice(at, at + 4);
    const own = (table: Kinds, key: string) => (Object.hasOwn(table, key) ? table[key] : undefined);
    const wind = isWeather && /^\d*$/.test(name) ? own(WIND, kind) : undefined;
    if (wind) {
      const ofThree = kinds.filter((other) => other === kind).length === WIND_CHANNELS.length;
      const channel = ofThree ? WIND_CHANNELS[heard[kind]!++]! : channelOf(name);
      tellLettered(sink, { ...wind, channel }, text, letter);
      continue;
    }
    const precipitation = isWeather ? own(PRECIPITATION, kind + name) : undefined;
    const other = own(KINDS, kind);
    const isOnly = /^[HP]$/.test(kind) && /^\d+$/.test(name) && kinds.filter((one) => one === kind).length === 1;
    if (precipitation) tellLettered(sink, precipitation, text, letter);
    else if (kind === 'C' && /dew/i.test(name)) tellLettered(sink, DEW_POINT, text, letter);
    else if (other && isOnly) tellLettered(sink, other, text, letter);
    else if (other) tellLettered(sink, { ...other, channel: channelOf(name) }, text, letter);
  }
}

/** `TempAir`, `Barometer` and `ENV_OUTSIDE_T` are the main channel, `ENV_INSIDE_T` is indoors, `WCHR` (wind chill) neither. */
function channelOf(name: string): string {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').split(/[_\s.-]/);
  const telling = words.filter((word) => word !== '' && !MAIN_WORDS.test(word));
  if (name === '0' || telling.length === 0) return '';
  return telling.every((word) => INDOORS.test(word)) ? 'indoor' : name;
}
