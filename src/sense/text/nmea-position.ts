// Reads where and when from the sentences of satellite receivers (NMEA 0183: GGA, GLL, GNS, RMC), from any talker.
//
// A receiver without a fix repeats its last position or sends nothing; only a position that it vouches for is told.
// RMC alone carries a date with its time; where that can be trusted the position bears it. Speed over ground is not wind.

import type { Sink } from '../sink.ts';
import { tellRaw } from '../value/meaning.ts';
import { rounded } from '../value/scale.ts';
import { trustedTime } from '../value/trusted-time.ts';

type Fields = readonly string[];

/** @param fields without talker and type; other types are passed over */
export function readPosition(type: string, fields: Fields, sink: Sink): void {
  switch (type) {
    case 'GGA':
      // Quality 0 is no fix, 7 typed in by hand, 8 simulated.
      if (/^[1-69]$/.test(fields[5] ?? '')) tellPosition(sink, fields, { at: 1, altitudeAt: 8 });
      return;
    case 'GNS':
      // One letter for each satellite system.
      if (/[ADEFPR]/.test(fields[5] ?? '')) tellPosition(sink, fields, { at: 1, altitudeAt: 8 });
      return;
    case 'GLL':
      // Receivers before version 2 send no status, before 2.3 no mode.
      if ((fields[5] ?? 'A') === 'A' && isMeasured(fields[6])) tellPosition(sink, fields, { at: 0 });
      return;
    case 'RMC':
      if (fields[1] === 'A' && isMeasured(fields[11])) {
        tellPosition(sink, fields, { at: 2, timeMs: timeOf(fields[0] ?? '', fields[8] ?? '') });
      }
      return;
  }
}

/** Mode indicator: neither simulated, nor typed in, nor invalid. */
const isMeasured = (mode = ''): boolean => !/[SMN]/.test(mode);

interface PositionFields {
  /** Index of the latitude; its hemisphere, the longitude and its hemisphere follow. */
  readonly at: number;
  readonly altitudeAt?: number;
  readonly timeMs?: number | undefined;
}

function tellPosition(sink: Sink, fields: Fields, { at, altitudeAt, timeMs }: PositionFields): void {
  const [latitude, northSouth, longitude, eastWest] = fields.slice(at, at + 4);
  if (!latitude && !longitude) return;
  const north = degreesOf(latitude, northSouth, 'NS');
  const east = degreesOf(longitude, eastWest, 'EW');
  if (north === undefined || east === undefined) {
    sink.rejected('malformed', 1);
    return;
  }
  tellRaw(sink, { quantity: 'latitude' }, north, { timeMs });
  tellRaw(sink, { quantity: 'longitude' }, east, { timeMs });
  const altitude = altitudeAt === undefined ? '' : (fields[altitudeAt] ?? '');
  if (altitude !== '') tellRaw(sink, { quantity: 'altitude' }, altitude, { timeMs });
}

/** `dddmm.mmmm` and a letter -> degrees, to the eighth decimal (a millimetre), which no receiver passes. */
function degreesOf(text = '', hemisphere = '', [plus, minus]: string): number | undefined {
  const [, degrees, minutes] = /^(\d{1,3})(\d\d(?:\.\d*)?)$/.exec(text) ?? [];
  if (degrees === undefined || Number(minutes) >= 60 || (hemisphere !== plus && hemisphere !== minus)) return undefined;
  const value = rounded(Number(degrees) + Number(minutes) / 60, 8);
  if (value > (plus === 'N' ? 90 : 180)) return undefined;
  return hemisphere === minus ? -value : value;
}

/** `hhmmss.sss` and `ddmmyy` -> Unix ms; a date before 2020 is a receiver after a week rollover, or one that has no time yet. */
function timeOf(time: string, date: string): number | undefined {
  const [, hour, minute, second] = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d(?:\.\d*)?|60(?:\.\d*)?)$/.exec(time) ?? [];
  const [, day, month, year] = /^(\d\d)(\d\d)(\d\d)$/.exec(date) ?? [];
  if (hour === undefined || day === undefined) return undefined;
  const century = Number(year) < 80 ? 2000 : 1900;
  const midnight = new Date(Date.UTC(century + Number(year), Number(month) - 1, Number(day)));
  if (midnight.getUTCDate() !== Number(day) || midnight.getUTCMonth() !== Number(month) - 1) return undefined;
  return trustedTime(midnight.getTime() + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000);
}
