import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDescription } from '../../../src/sense/bridge/description.ts';

const HEAD = '1.0 0 0 node 1.2.3-rc1+a\n';

function channel(line: string) {
  const description = parseDescription(`${HEAD}${line}\n`);
  if (typeof description === 'string') return description;
  const [only] = description.channels.values();
  return only;
}

test('a line for the firmware, a line for each channel', () => {
  const description = parseDescription(`${HEAD}0 temperature - degC 0.01 1000\n7 wind_speed max m/s 0.5 250\n`);
  assert.ok(typeof description === 'object');
  assert.deepEqual([description.firmware, description.version], ['node', '1.2.3-rc1+a']);
  const channels = [...description.channels.values()].map(({ scale, ...rest }) => ({ ...rest, five: scale(5) }));
  assert.deepEqual(channels, [
    { id: 0, quantity: 'temperature', label: '', unit: 'degC', periodMsMin: 1000, five: 0.05 },
    { id: 7, quantity: 'wind_speed', label: 'max', unit: 'm/s', periodMsMin: 250, five: 2.5 },
  ]);
  assert.deepEqual(parseDescription(HEAD), { firmware: 'node', version: '1.2.3-rc1+a', channels: new Map() });
});

test('scales keep the decimals that the board has', () => {
  const scaled: [string, number, number][] = [
    ['0.01', 2145, 21.45],
    ['0.1', 3, 0.3],
    ['0.005', -163, -0.815],
    ['1e-3', 1234, 1.234],
    ['1E+2', 9, 900],
    ['10', 12, 120],
    ['-0.5', 3, -1.5],
    ['0.0078125', 3, 0.0234375],
    ['1', -(2 ** 31) + 1, -2147483647],
  ];
  for (const [scale, raw, value] of scaled) {
    const known = channel(`0 temperature - degC ${scale} 0`);
    assert.ok(typeof known === 'object');
    assert.equal(known.scale(raw), value, scale);
  }
});

test('later minor versions and compat flags are fine, incompat flags and majors are not', () => {
  assert.equal(typeof parseDescription('1.9 0 255 node 1\n'), 'object');
  assert.equal(parseDescription('1.0 4 0 node 1\n'), 'unsupported');
  assert.equal(parseDescription('2.0 0 0 node 1\n'), 'unsupported');
});

test('one wrong line makes all of it wrong', () => {
  for (const text of ['', '\n', '1.0 0 0 node\n', 'Hello, world\n', `${HEAD}\n`, `${HEAD}${HEAD}`]) {
    assert.equal(parseDescription(text), 'malformed', text);
  }
  for (const line of [
    '0 temperature - degC 0.01',
    '256 temperature - degC 0.01 0',
    '-1 temperature - degC 0.01 0',
    '0 Temperature - degC 0.01 0',
    '0 temperature - degC 0 0',
    '0 temperature - degC 0.01f 0',
    '0 temperature - degC 1e999 0',
    '0 temperature - degC NaN 0',
    '0 temperature - degC 0.01 0 more',
    '0 temperature  degC 0.01 0',
    '0 temperature - degC 0.01 0\n0 pm10 - ug/m3 1 0',
  ]) {
    assert.equal(channel(line), 'malformed', line);
  }
});
