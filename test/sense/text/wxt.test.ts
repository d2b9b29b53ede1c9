import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isValue, toldBy } from './told.ts';

const told = (...lines: (string | Uint8Array)[]) => toldBy({ kind: 'wxt' }, lines);

test('a composite message: lowest, mean and highest wind apart, and every part of the air', () => {
  const line =
    '0R0,Dn=29D,Dm=312D,Dx=323D,Sn=0.3M,Sm=0.4M,Sx=0.5M,Ta=9.0C,Tp=9.1C,Ua=88.6P,Pa=1006.9H,Rc=0.25M,Rd=0s,' +
    'Ri=1.5M,Hc=0.5M,Hd=0s,Hi=0.0M,Rp=2.5M,Hp=0.0M,Th=10.5C,Vh=11.5W,Vs=12.1V,Vr=3.534V,Id=HEL/___';
  assert.deepEqual(told(line), [
    'frame 0',
    'wind_direction/min=29 deg',
    'wind_direction=312 deg',
    'wind_direction/max=323 deg',
    'wind_speed/min=0.3 m/s',
    'wind_speed=0.4 m/s',
    'wind_speed/max=0.5 m/s',
    'temperature=9 degC',
    'temperature/internal=9.1 degC',
    'relative_humidity=88.6 %',
    'pressure=1006.9 hPa',
    'rain=0.25 mm',
    'rain_rate=1.5 mm/h',
    'hail=0.5 1/cm2',
    'rain_rate/peak=2.5 mm/h',
    'temperature/heater=10.5 degC',
    'voltage/heater=11.5 V',
    'voltage/supply=12.1 V',
    'voltage/reference=3.534 V',
  ]);
});

test('letters are units, metric or not', () => {
  for (const [field, value] of Object.entries({
    'Sm=36.0K': 'wind_speed=10 m/s',
    'Sm=10S': 'wind_speed=4.4704 m/s',
    'Sm=10N': 'wind_speed=5.144444 m/s',
    'Ta=-40.0F': 'temperature=-40 degC',
    'Pa=100000P': 'pressure=1000 hPa',
    'Pa=1.0B': 'pressure=1000 hPa',
    'Pa=750M': 'pressure=999.917925 hPa',
    'Pa=29.5I': 'pressure=998.984637 hPa',
    'Rc=0.5I': 'rain=12.7 mm',
    'Ri=0.5I': 'rain_rate=12.7 mm/h',
    'Hc=6.4516I': 'hail=1 1/cm2',
    'Ta=99.9C': 'temperature=99.9 degC out_of_range',
  })) {
    assert.deepEqual(told(`ZR5,${field}`), ['frame Z', value]);
  }
  assert.deepEqual(told('0R3,Hc=3H'), ['frame 0'], 'hits without an area');
});

test('what the instrument marks has no value, whatever its digits', () => {
  assert.deepEqual(told('0R1,Dm=000#,Sx=0.0#,Vh=0.0#'), [
    'frame 0',
    'wind_direction=null deg invalid',
    'wind_speed/max=null m/s invalid',
    'voltage/heater=null V invalid',
  ]);
});

test('every field stands or falls alone', () => {
  assert.deepEqual(told('0R1,Dn=0m=032D,Sm=0.1M'), ['frame 0', 'malformed 1', 'wind_speed=0.1 m/s']);
  for (const field of ['Ta=21', 'Ta=', 'Ta=C', 'Ta=2x1C', 'Ta=21.5Q', 'Ta', '', 'Zz=1C', 'toString=1C']) {
    assert.deepEqual(told(`0R2,${field},Ua=40P`), ['frame 0', 'malformed 1', 'relative_humidity=40 %'], field);
  }
});

test('messages that ran into each other are parted, each under its own address', () => {
  assert.deepEqual(told('0R1,Dm=159D,Sm=2.0M0R2,Ta=22.5C'), [
    'frame 0',
    'wind_direction=159 deg',
    'wind_speed=2 m/s',
    'frame 0',
    'temperature=22.5 degC',
  ]);
  assert.deepEqual(told('0R1,Dm=15aR2,Ta=22.5C'), ['frame 0', 'malformed 1', 'frame a', 'temperature=22.5 degC']);
});

// By the rule that gives the manual's own commands their CRC: Gje to 0r2, Kcd to 0r5.
test('a small r carries a CRC, which has to be right', () => {
  const line = '0r2,Ta=20.5C,Ua=40.5PDLa';
  assert.deepEqual(told(line), ['frame 0', 'temperature=20.5 degC', 'relative_humidity=40.5 %']);
  const bytes = Buffer.from(line);
  for (let bit = 3 * 8; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    assert.deepEqual(told(flipped).filter(isValue), [], flipped.toString('latin1'));
  }
});

test('texts, settings, echoes and halves are no readings', () => {
  assert.deepEqual(told('0TX,Start-up'), ['unknown_frame 1']);
  assert.deepEqual(told('0XU,A=0,M=P,T=0'), ['unknown_frame 1']);
  assert.deepEqual(told('0TX,Unable to measure error'), ['refused 1']);
  for (const line of ['0R0', '0', 'a=29D,Dm=3D', 'WXT530 ready', '0R9,Ta=1C']) {
    assert.deepEqual(told(line), ['malformed 1'], line);
  }
  assert.deepEqual(told('\0 \0'), []);
});

test('whatever comes before, the next good line is read', () => {
  const good = ['frame 0', 'temperature=21.5 degC'];
  const noise = fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.string({ unit: fc.constantFrom(...'0Rr1,Ta=.#CD') }));
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 5 }), (lines) => {
      assert.deepEqual(told(...lines, '0R2,Ta=21.5C').slice(-2), good);
    }),
  );
});
