import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { timeParser } from '../../../src/sense/replay/timestamp.ts';

/** The parsed time in ISO form, or undefined. */
function parsed(text: string, format: string, zone?: string): string | undefined {
  const timeMs = timeParser(format, zone)(text);
  return timeMs === undefined ? undefined : new Date(timeMs).toISOString();
}

/** The clock on the wall in a zone, by another way than the one under test. */
function wallClock(zone: string): (timeMs: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  return (timeMs) => format.format(timeMs);
}

const FIELD_YEARS = { min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 11, 31) };
const time = fc.integer(FIELD_YEARS);

test('ISO: with and without zone, seconds and fraction', () => {
  const cases: readonly [string, string | undefined, string][] = [
    ['2026-01-05T06:07:08Z', undefined, '2026-01-05T06:07:08.000Z'],
    ['2026-01-05 06:07:08', undefined, '2026-01-05T06:07:08.000Z'],
    ['2026-01-05t06:07z', undefined, '2026-01-05T06:07:00.000Z'],
    ['2026-01-05T06:07:08.5', undefined, '2026-01-05T06:07:08.500Z'],
    ['2026-01-05T06:07:08.123456789Z', undefined, '2026-01-05T06:07:08.123Z'],
    ['2026-01-05T06:07:08+05:30', undefined, '2026-01-05T00:37:08.000Z'],
    ['2026-01-05T06:07:08-0330', 'Europe/Berlin', '2026-01-05T09:37:08.000Z'],
    ['2026-01-05T06:07:08', '+05:30', '2026-01-05T00:37:08.000Z'],
    ['2026-01-05T06:07:08', 'Europe/Berlin', '2026-01-05T05:07:08.000Z'],
    [' 2026-01-05 ', undefined, '2026-01-05T00:00:00.000Z'],
    ['2024-02-29', undefined, '2024-02-29T00:00:00.000Z'],
  ];
  for (const [text, zone, expected] of cases) assert.equal(parsed(text, 'iso', zone), expected, text);
});

test('times that do not exist, and what is no time, are refused in every format', () => {
  const iso = ['2023-02-29', '2024-04-31', '2024-13-01', '2024-00-10', '2024-01-00', '2024-01-32'];
  const clock = ['T24:00:00', 'T12:60:00', 'T12:00:60', 'T12', 'T12:00:00+24:00', 'T12:00:00+01:60', 'T12:00:00 CET'];
  const other = ['', ' ', 'NaN', 'yesterday', '05.01.2026', '1767593228', '2026-1-5', '2026-01-05Z', '--'];
  for (const text of [...iso, ...clock.map((end) => `2024-01-01${end}`), ...other]) {
    assert.equal(parsed(text, 'iso'), undefined, JSON.stringify(text));
  }
  const pattern = ['31.02.2024 10:00', '29.02.2023 10:00', '01.01.2024 24:00', '01.01.2024 12:60', '00.01.2024 10:00'];
  const shape = [
    '01/01/2024 10:00',
    '01.01.2024T10:00',
    '01.01.2024 10:00:00',
    '1.1.2024 10:00',
    'aa.bb.cccc dd:ee',
    '',
  ];
  for (const text of [...pattern, ...shape]) assert.equal(parsed(text, 'dd.MM.yyyy HH:mm'), undefined, text);
  for (const text of ['', 'x', 'NaN', 'Infinity', '-1', '1e300', '4294967296', '2026-01-05']) {
    assert.equal(parsed(text, 'unix'), undefined, text);
  }
});

test('Unix times in seconds and in milliseconds', () => {
  assert.equal(parsed('1767593228', 'unix'), '2026-01-05T06:07:08.000Z');
  assert.equal(parsed('1767593228.25', 'unix'), '2026-01-05T06:07:08.250Z');
  assert.equal(parsed('1767593228250', 'unix_ms'), '2026-01-05T06:07:08.250Z');
  assert.equal(parsed('4294967295', 'unix'), '2106-02-07T06:28:15.000Z');
});

test('patterns, with the zone beside them', () => {
  assert.equal(parsed('05.01.2026 06:07', 'dd.MM.yyyy HH:mm', 'Europe/Berlin'), '2026-01-05T05:07:00.000Z');
  assert.equal(parsed('20260105060708', 'yyyyMMddHHmmss'), '2026-01-05T06:07:08.000Z');
  assert.equal(parsed('2026/01/05', 'yyyy/MM/dd', 'America/New_York'), '2026-01-05T05:00:00.000Z');
  assert.equal(parsed('at (05.01.2026)', 'at (dd.MM.yyyy)'), '2026-01-05T00:00:00.000Z');
  // What stands between is meant literally, a dot too.
  assert.equal(parsed('05x01x2026', 'dd.MM.yyyy'), undefined);
});

test('Berlin: the hour that is left out and the hour that comes twice', () => {
  const berlin = (text: string) => parsed(text, 'iso', 'Europe/Berlin');
  assert.equal(berlin('2024-03-31T01:59:59'), '2024-03-31T00:59:59.000Z');
  assert.equal(berlin('2024-03-31T03:00:00'), '2024-03-31T01:00:00.000Z');
  assert.equal(berlin('2024-10-27T01:59:59'), '2024-10-26T23:59:59.000Z');
  assert.ok(['2024-10-27T00:30:00.000Z', '2024-10-27T01:30:00.000Z'].includes(berlin('2024-10-27T02:30:00')!));
  assert.equal(berlin('2024-10-27T03:00:00'), '2024-10-27T02:00:00.000Z');
});

test('every time of the field years comes back from every form of it', () => {
  fc.assert(
    fc.property(time, (timeMs) => {
      const iso = new Date(timeMs).toISOString();
      const toSecond = timeMs - (timeMs % 1000);
      assert.equal(timeParser('iso')(iso), timeMs);
      assert.equal(timeParser('unix_ms')(`${timeMs}`), timeMs);
      assert.equal(timeParser('yyyy-MM-dd HH:mm:ss')(iso.slice(0, 19).replace('T', ' ')), toSecond);
    }),
  );
});

test('local time comes back as the instant it was, save in the hour that comes twice', () => {
  const zones = [
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Pacific/Chatham',
    'Asia/Kathmandu',
    '-03:30',
  ];
  for (const zone of zones) {
    const show = wallClock(zone);
    const parse = timeParser('iso', zone);
    fc.assert(
      fc.property(time, (anyMs) => {
        const timeMs = anyMs - (anyMs % 1000);
        const got = parse(show(timeMs));
        assert(got !== undefined);
        assert.equal(show(got), show(timeMs), 'the clock on the wall shows what was written');
        assert.ok(got === timeMs || Math.abs(got - timeMs) <= 3_600_000);
      }),
      { numRuns: 50 },
    );
    // Each quarter of an hour of a year, in order: the table must not carry an offset too far.
    const yearStartMs = Date.UTC(2024, 0, 1);
    for (let quarter = 0; quarter < 366 * 96; quarter += 5) {
      const timeMs = yearStartMs + quarter * 900_000;
      assert.equal(show(parse(show(timeMs))!), show(timeMs), zone);
    }
  }
});

test('never throws and never gives a time that cannot be shown, whatever the text', () => {
  const formats = ['iso', 'unix', 'unix_ms', 'dd.MM.yyyy HH:mm', 'yyyyMMdd'];
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789-:.T +Ze'), maxLength: 30 });
  fc.assert(
    fc.property(fc.constantFrom(...formats), fc.oneof(fc.string(), digits), (format, text) => {
      const timeMs = timeParser(format, 'Europe/Berlin')(text);
      if (timeMs === undefined) return;
      assert.ok(Number.isInteger(timeMs));
      assert.ok(new Date(timeMs).toISOString());
    }),
    { numRuns: 2_000 },
  );
});

test('a format or a zone that is not understood says what is', () => {
  for (const format of ['', 'ISO', 'yy-MM-dd', 'YYYY-MM-DD', 'HH:mm', 'yyyy-MM-dd dd']) {
    assert.throws(() => timeParser(format), /needs yyyy, MM and dd/, format);
  }
  for (const zone of ['', 'Berlin', 'Europe/Nowhere', '+25:00', '+1', '1']) {
    assert.throws(() => timeParser('iso', zone), /is not UTC, an offset/, zone);
  }
});
