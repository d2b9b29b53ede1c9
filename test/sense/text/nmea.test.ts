import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isValue, toldBy } from './told.ts';

const told = (...lines: (string | Uint8Array)[]) => toldBy({ kind: 'nmea' }, lines);

/** With start and checksum. */
function sentence(body: string): string {
  const sum = Buffer.from(body, 'latin1').reduce((xor, byte) => xor ^ byte, 0);
  return `$${body}*${sum.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** What one good sentence tells besides that it is one. */
function said(body: string): string[] {
  const [frame, ...rest] = told(sentence(body));
  assert.equal(frame, 'frame');
  return rest;
}

const FIX = '$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47';
const FIX_TOLD = ['frame', 'latitude=48.1173 deg', 'longitude=11.516667 deg', 'altitude=545.4 m'];

test('published sentences are read', () => {
  assert.deepEqual(told(FIX), FIX_TOLD);
  assert.deepEqual(
    told('$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A'),
    ['frame', 'latitude=48.1173 deg', 'longitude=11.516667 deg'],
    'a date of 1994 gives no time',
  );
});

test('south and west are negative, whoever talks', () => {
  const place = ['latitude=-33.752057 deg', 'longitude=-70.673868 deg'];
  for (const talker of ['GP', 'GN', 'GL', 'GA', 'GB', 'BD', 'GQ', 'II']) {
    assert.deepEqual(said(`${talker}GLL,3345.1234,S,07040.4321,W,101112,A,A`), place, talker);
  }
  assert.deepEqual(said('GNGNS,1,3345.1234,S,07040.4321,W,AN,8,1.0,520.1,30,,'), [...place, 'altitude=520.1 m']);
});

test('only RMC with a date that can be has a time', () => {
  const rmc = (time: string, date: string) => said(`GPRMC,${time},A,0000.00,N,00000.00,E,,,${date},,,A`);
  assert.deepEqual(rmc('101112.5', '050626'), [
    'latitude=0 deg at 2026-06-05T10:11:12.500Z',
    'longitude=0 deg at 2026-06-05T10:11:12.500Z',
  ]);
  // 19.6 years too early, no such day, no such hour, no date.
  for (const [time, date] of [
    ['101112', '191006'],
    ['101112', '310226'],
    ['251112', '050626'],
    ['101112', ''],
  ] as const) {
    assert.deepEqual(rmc(time, date), ['latitude=0 deg', 'longitude=0 deg'], date);
  }
});

test('a receiver without a fix, or one that simulates, has no position', () => {
  for (const body of [
    'GPGGA,101112,4807.038,N,01131.000,E,0,00,,,M,,M,,',
    'GPGGA,101112,4807.038,N,01131.000,E,8,08,1,5,M,,M,,',
    'GPGGA,,,,,,1,,,,,,,,',
    'GPRMC,101112,V,4807.038,N,01131.000,E,,,050626,,,N',
    'GPRMC,101112,A,4807.038,N,01131.000,E,,,050626,,,S',
    'GPGLL,4807.038,N,01131.000,E,101112,V,N',
    'GNGNS,101112,4807.038,N,01131.000,E,NN,0,,,,,',
    'GPZDA,101112,05,06,2026,00,00',
    'GPVTG,054.7,T,,M,005.5,N,010.2,K,A',
    'PUBX,00,081350.00,4717.113210,N',
  ]) {
    assert.deepEqual(said(body), [], body);
  }
});

test('a position that cannot be is malformed', () => {
  for (const place of [
    '9100.0,N,01131.0,E',
    '4860.0,N,01131.0,E',
    '4807.0,X,01131.0,E',
    '48x7.0,N,01131.0,E',
    ',N,01131.0,E',
  ]) {
    assert.deepEqual(said(`GPGLL,${place},101112,A`), ['malformed 1'], place);
  }
});

test('wind in every unit; not valid is no value', () => {
  assert.deepEqual(told('$WIMWV,120.1,R,002.4,M,A*24'), ['frame', 'wind_direction=120.1 deg', 'wind_speed=2.4 m/s']);
  const speeds = { M: '10', K: '2.777778', N: '5.144444', S: '4.4704' };
  for (const [letter, speed] of Object.entries(speeds)) {
    assert.deepEqual(said(`WIMWV,,R,10,${letter},A`), [`wind_speed=${speed} m/s`]);
  }
  assert.deepEqual(said('WIMWV,120,R,2.4,M,V'), ['wind_direction=null deg invalid', 'wind_speed=null m/s invalid']);
  assert.deepEqual(said('WIMWV,120,R,2.4,Q,A'), ['wind_direction=120 deg', 'malformed 1']);
  assert.deepEqual(said('IIVWR,045.0,L,12.6,N,6.5,M,23.3,K'), ['wind_direction=315 deg', 'wind_speed=6.5 m/s']);
  assert.deepEqual(said('WIMWD,,T,115,M,10,N,,M'), ['wind_direction/magnetic=115 deg', 'wind_speed=5.144444 m/s']);
});

test('relative wind is the main one until the mast tells true wind', () => {
  const relative = sentence('WIMWV,48,R,3,M,A');
  assert.deepEqual(told(relative, sentence('WIMWV,90,T,2,M,A'), relative).filter(isValue), [
    'wind_direction=48 deg',
    'wind_speed=3 m/s',
    'wind_direction=90 deg',
    'wind_speed=2 m/s',
    'wind_direction/relative=48 deg',
    'wind_speed/relative=3 m/s',
  ]);
});

test('the weather in one sentence, and in single ones', () => {
  assert.deepEqual(said('WIMDA,30.1,I,1.02,B,21.4,C,12,C,38.2,,5.5,C,120.1,T,115,M,4.7,N,2.4,M'), [
    'wind_direction=120.1 deg',
    'wind_speed=2.4 m/s',
    'pressure=1020 hPa',
    'relative_humidity=38.2 %',
    'temperature=21.4 degC',
    'temperature/water=12 degC',
    'dew_point=5.5 degC',
  ]);
  assert.deepEqual(said('WIMMB,29.92,I,,B'), ['pressure=1013.207469 hPa']);
  assert.deepEqual(said('WIMMB,,,1002.5,B'), ['pressure=1002.5 hPa'], 'hPa called bar');
  assert.deepEqual(said('WIMTA,-5.5,C'), ['temperature=-5.5 degC']);
  assert.deepEqual(said('WIMHU,41.5,,8.5,C'), ['relative_humidity=41.5 %', 'dew_point=8.5 degC']);
  assert.deepEqual(said('YXMTW,17.5,C'), ['temperature/water=17.5 degC']);
});

test('transducers: what they measure, in which unit, which of them', () => {
  assert.deepEqual(told('$WIXDR,C,21.4,C,0,H,38.2,P,0,P,1013.2,H,0*71').slice(1), [
    'temperature=21.4 degC',
    'relative_humidity=38.2 %',
    'pressure=1013.2 hPa',
  ]);
  assert.deepEqual(said('WIXDR,P,1.0125,B,Barometer,C,50,F,TempAir,P,101325,P,'), [
    'pressure=1012.5 hPa',
    'temperature=10 degC',
    'pressure=1013.25 hPa',
  ]);
  assert.deepEqual(said('YXXDR,C,,C,WCHR,C,12.1,C,WCHT,A,1.5,D,PTCH,A,2,D,0'), ['temperature/WCHT=12.1 degC']);
  assert.deepEqual(said('WIXDR,A,302,D,0,A,320,D,1,A,330,D,2,S,0.1,M,0,S,0.2,M,1,S,0.4,M,2'), [
    'wind_direction/min=302 deg',
    'wind_direction=320 deg',
    'wind_direction/max=330 deg',
    'wind_speed/min=0.1 m/s',
    'wind_speed=0.2 m/s',
    'wind_speed/max=0.4 m/s',
  ]);
  assert.deepEqual(
    told('$WIXDR,V,0.02,M,0,Z,30,s,0,R,2.7,M,0,V,0.0,M,1,Z,0,s,1,R,0.0,M,1,R,6.3,M,2,R,0.0,M,3*51').slice(1),
    ['rain=0.02 mm', 'rain_rate=2.7 mm/h', 'hail=0 1/cm2', 'rain_rate/peak=6.3 mm/h'],
  );
  assert.deepEqual(said('YXXDR,constructor,1,C,0,C,1,toString,0'), ['malformed 1']);
});

test('torn, doubled and dirty lines: what proves itself is read', () => {
  assert.deepEqual(told(`$GPGGA,1235${FIX}`), ['checksum 1', ...FIX_TOLD]);
  assert.deepEqual(told(FIX + FIX), [...FIX_TOLD, ...FIX_TOLD]);
  assert.deepEqual(told(`\0\0${FIX} \0`), FIX_TOLD);
  assert.deepEqual(told(`x${FIX}y`), ['malformed 1', ...FIX_TOLD, 'malformed 1']);
  assert.deepEqual(told(`\\s:mast*00\\${FIX}`), FIX_TOLD, 'a tag block');
  assert.deepEqual(told(FIX.slice(0, -3)), ['checksum 1'], 'without a checksum');
  assert.deepEqual(told('$*00'), ['malformed 1']);
  assert.deepEqual(told('u-blox 8'), ['malformed 1']);
  assert.deepEqual(told(sentence('GPTXT,01,01,02,Hello!World')), ['frame']);
});

test('no flipped bit and no cut makes a value', () => {
  const bytes = Buffer.from(FIX);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    assert.deepEqual(told(flipped).filter(isValue), [], flipped.toString('latin1'));
  }
  for (let end = 0; end < bytes.length; end++) assert.deepEqual(told(bytes.subarray(0, end)).filter(isValue), []);
});

test('whatever comes before, the next good line is read', () => {
  const noise = fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.string({ unit: fc.constantFrom(...'$!*,GPA\\09.') }));
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 5 }), (lines) => {
      assert.deepEqual(told(...lines, FIX).slice(-FIX_TOLD.length), FIX_TOLD);
    }),
  );
});
