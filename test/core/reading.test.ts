import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelKey, QUALITY, qualityNames, UNFIT } from '../../src/core/reading.ts';

test('each quality has a bit of its own', () => {
  const bits = Object.values(QUALITY);
  for (const bit of bits) assert.equal(bit & (bit - 1), 0);
  assert.equal(new Set(bits).size, bits.length);
});

test('bits have names, and none is good', () => {
  assert.deepEqual(qualityNames(0), []);
  assert.deepEqual(qualityNames(QUALITY.warming_up | QUALITY.out_of_range), ['out_of_range', 'warming_up']);
  assert.deepEqual(qualityNames(1023), Object.keys(QUALITY));
});

test('what fails is unfit; what is only odd is not', () => {
  assert.deepEqual(qualityNames(UNFIT), ['out_of_range', 'warming_up', 'invalid', 'disagreement', 'maintenance']);
});

test('a stream is named by sensor, quantity and channel', () => {
  assert.equal(channelKey({ sensor: 'roof', quantity: 'pm10', channel: '' }), 'roof/pm10');
  assert.equal(channelKey({ sensor: 'roof', quantity: 'pm10', channel: 'cf1' }), 'roof/pm10/cf1');
});
