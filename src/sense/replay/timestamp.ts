// Written times -> Unix milliseconds, by a format and a zone. Compiled once per file; strict: undefined when it differs.
//
// Formats: `iso` (RFC 3339, zone in the text or the given one), `unix`, `unix_ms`, or a pattern of yyyy MM dd HH mm ss
// with anything else taken literally. Zones: UTC, a fixed offset such as +05:30, or an IANA name.
// An hour that a change of the clocks repeats is taken as one of the two: local time cannot tell.
import { uintMax } from '../../core/limits.ts';

export type ParseTime = (text: string) => number | undefined;

type Offset = (localMs: number) => number;

/** Packets carry unsigned seconds below 2^32 (protocol section 2), so no other time can be concluded from. */
const TIME_MS_MAX = uintMax * 1000;
const TOKENS = /yyyy|MM|dd|HH|mm|ss/g;
/** Every zone changes its offset at a quarter of an hour. */
const QUARTER_MS = 900_000;

/** @throws Error when the format or the zone is not understood; the message says what is */
export function timeParser(format: string, zone = 'UTC'): ParseTime {
  const parse = parserOf(format, zoneOffset(zone));
  return (text) => {
    const timeMs = parse(text.trim());
    return timeMs !== undefined && timeMs >= 0 && timeMs <= TIME_MS_MAX ? timeMs : undefined;
  };
}

function parserOf(format: string, offsetMsAt: Offset): ParseTime {
  if (format === 'unix') return (text) => numberOf(text, 1000);
  if (format === 'unix_ms') return (text) => numberOf(text, 1);
  if (format === 'iso') return isoParser(offsetMsAt);
  return patternParser(format, offsetMsAt);
}

function numberOf(text: string, scale: number): number | undefined {
  return text === '' ? undefined : Math.round(Number(text) * scale);
}

function isoParser(offsetMsAt: Offset): ParseTime {
  const shape =
    /^(?<yyyy>\d{4})-(?<MM>\d\d)-(?<dd>\d\d)(?:[T ](?<HH>\d\d):(?<mm>\d\d)(?::(?<ss>\d\d)(?:\.(?<fraction>\d+))?)?(?<zone>Z|[+-]\d\d:?\d\d)?)?$/i;
  return (text) => {
    const parts = shape.exec(text)?.groups;
    const local = parts && exactMs(parts);
    if (local === undefined) return undefined;
    const written = parts?.zone;
    const offsetMs = written === undefined ? offsetMsAt(local) : fixedOffsetMs(written);
    const fractionMs = Number((parts?.fraction ?? '').slice(0, 3).padEnd(3, '0'));
    return offsetMs === undefined ? undefined : local - offsetMs + fractionMs;
  };
}

function patternParser(format: string, offsetMsAt: Offset): ParseTime {
  const tokens: string[] = format.match(TOKENS) ?? [];
  if (!['yyyy', 'MM', 'dd'].every((token) => tokens.includes(token)) || new Set(tokens).size < tokens.length) {
    throw new Error(`time format "${format}" needs yyyy, MM and dd once each (or use iso, unix, unix_ms)`);
  }
  const literal = format.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const shape = new RegExp(`^${literal.replaceAll(TOKENS, (token) => `(?<${token}>\\d{${token.length}})`)}$`);
  return (text) => {
    const parts = shape.exec(text)?.groups;
    const local = parts && exactMs(parts);
    return local === undefined ? undefined : local - offsetMsAt(local);
  };
}

/** @returns undefined for a time that does not exist: Date carries 31 April over into May */
function exactMs(parts: Readonly<Record<string, string | undefined>>): number | undefined {
  const [year, month, day] = [Number(parts.yyyy), Number(parts.MM), Number(parts.dd)];
  const [hour, minute, second] = [Number(parts.HH ?? 0), Number(parts.mm ?? 0), Number(parts.ss ?? 0)];
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return undefined;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  return new Date(ms).getUTCDate() === day ? ms : undefined;
}

function fixedOffsetMs(text: string): number | undefined {
  if (text === 'UTC' || text === 'Z' || text === 'z') return 0;
  const match = /^([+-])([01]\d|2[0-3]):?([0-5]\d)$/.exec(text);
  return match ? (Number(match[2]) * 60 + Number(match[3])) * (match[1] === '-' ? -60_000 : 60_000) : undefined;
}

/** @returns local time -> its offset from UTC in ms; IANA zones are looked up once per quarter of an hour of data */
function zoneOffset(zone: string): Offset {
  const fixedMs = fixedOffsetMs(zone);
  if (fixedMs !== undefined) return () => fixedMs;
  const lookUp = zoneTable(zone);
  let quarter = Number.NaN;
  let offsetMs = 0;
  return (localMs) => {
    const itsQuarter = Math.floor(localMs / QUARTER_MS);
    if (itsQuarter !== quarter) {
      quarter = itsQuarter;
      // The offset belongs to the UTC instant, which is known only after subtracting it: two rounds settle it.
      offsetMs = lookUp(localMs - lookUp(localMs));
    }
    return offsetMs;
  };
}

/** @returns Unix ms -> offset in ms */
function zoneTable(zone: string): (utcMs: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch {
    throw new Error(`zone "${zone}" is not UTC, an offset such as +01:00, or a zone name such as Europe/Berlin`);
  }
  return (utcMs) => {
    const name = format.formatToParts(utcMs).find((part) => part.type === 'timeZoneName')?.value ?? '';
    return fixedOffsetMs(name.slice('GMT'.length)) ?? 0;
  };
}
