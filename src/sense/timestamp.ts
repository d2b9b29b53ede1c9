// Written times -> Unix milliseconds, by a format and a zone. Compiled once per file; strict: undefined when it differs.
//
// Formats: `iso` (RFC 3339, zone in the text or the given one), `unix`, `unix_ms`, or a pattern of yyyy MM dd HH mm ss
// with anything else taken literally. Zones: UTC, a fixed offset such as +05:30, or an IANA name.

export type ParseTime = (text: string) => number | undefined;

const TOKENS = { yyyy: 4, MM: 2, dd: 2, HH: 2, mm: 2, ss: 2 } as const;
type Token = keyof typeof TOKENS;

/** @throws Error when the format or the zone is not understood; the message says what is */
export function timeParser(format: string, zone = 'UTC'): ParseTime {
  const offsetMsAt = zoneOffset(zone);
  if (format === 'unix') return (text) => finite(text, 1000);
  if (format === 'unix_ms') return (text) => finite(text, 1);
  if (format === 'iso') return isoParser(offsetMsAt);
  return patternParser(format, offsetMsAt);
}

function finite(text: string, scale: number): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text) * scale;
  return Number.isFinite(value) ? Math.round(value) : undefined;
}

function isoParser(offsetMsAt: (utcMs: number) => number): ParseTime {
  return (text) => {
    const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))?(Z|[+-]\d\d:?\d\d)?$/.exec(
      text.trim(),
    );
    if (!match) return undefined;
    const [, day, time = '00:00', suffix] = match;
    const local = Date.parse(`${day}T${time}${suffix === undefined || suffix === 'Z' ? 'Z' : suffix}`);
    if (Number.isNaN(local)) return undefined;
    return suffix === undefined ? local - offsetMsAt(local) : local;
  };
}

function patternParser(format: string, offsetMsAt: (utcMs: number) => number): ParseTime {
  const at: Partial<Record<Token, number>> = {};
  for (const token of Object.keys(TOKENS) as Token[]) {
    const index = format.indexOf(token);
    if (index >= 0) at[token] = index;
  }
  if (at.yyyy === undefined || at.MM === undefined || at.dd === undefined) {
    throw new Error(`time format "${format}" needs yyyy, MM and dd (or use iso, unix, unix_ms)`);
  }
  const digits = (text: string, token: Token, absent: number): number => {
    const index = at[token];
    if (index === undefined) return absent;
    let value = 0;
    for (let i = index; i < index + TOKENS[token]; i++) {
      const digit = text.charCodeAt(i) - 48;
      if (!(digit >= 0 && digit <= 9)) return Number.NaN;
      value = value * 10 + digit;
    }
    return value;
  };
  return (text) => {
    if (text.length !== format.length) return undefined;
    const month = digits(text, 'MM', 1);
    const day = digits(text, 'dd', 1);
    const local = Date.UTC(
      digits(text, 'yyyy', 1970),
      month - 1,
      day,
      digits(text, 'HH', 0),
      digits(text, 'mm', 0),
      digits(text, 'ss', 0),
    );
    // Date.UTC carries 31 April over into May; a date that does not exist is a mistake in the file.
    if (!(month >= 1 && month <= 12) || new Date(local).getUTCDate() !== day) return undefined;
    return local - offsetMsAt(local);
  };
}

/** @returns local time -> its offset from UTC in ms; IANA zones are looked up once per hour of data */
function zoneOffset(zone: string): (localMs: number) => number {
  if (zone === 'UTC' || zone === 'Z') return () => 0;
  const fixed = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (fixed) {
    const minutes = (Number(fixed[2]) * 60 + Number(fixed[3])) * (fixed[1] === '-' ? -1 : 1);
    return () => minutes * 60_000;
  }
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch {
    throw new Error(`zone "${zone}" is not UTC, an offset such as +01:00, or a zone name such as Europe/Berlin`);
  }
  let hour = Number.NaN;
  let offsetMs = 0;
  const lookUp = (utcMs: number): number => {
    const name = format.formatToParts(utcMs).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
    const match = /GMT([+-])(\d\d):(\d\d)/.exec(name);
    return match ? (Number(match[2]) * 60 + Number(match[3])) * (match[1] === '-' ? -60_000 : 60_000) : 0;
  };
  return (localMs) => {
    const nextHour = Math.floor(localMs / 3_600_000);
    if (nextHour !== hour) {
      hour = nextHour;
      // The offset belongs to the UTC instant, which is known only after subtracting it: two rounds settle it.
      offsetMs = lookUp(localMs - lookUp(localMs));
    }
    return offsetMs;
  };
}
