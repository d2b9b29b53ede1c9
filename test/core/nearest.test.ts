import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { didYouMean, nearest } from '../../src/core/nearest.ts';

test('a slip of the finger is found, something else is not', () => {
  const words = ['broker', 'sensors', 'location', 'log'];
  for (const slip of ['brokr', 'borker', 'brooker', 'bruker', 'Broker'])
    assert.deepEqual(nearest(slip, words), ['broker']);
  assert.deepEqual(nearest('zigbee', words), []);
  assert.deepEqual(nearest('lgo', ['log', 'lag', 'location']), ['log']);
});

test('nearest first, at most three', () => {
  assert.deepEqual(nearest('pm25', ['pm2_5', 'pm25', 'pm1', 'pm4', 'pm10']).slice(0, 2), ['pm25', 'pm2_5']);
  assert.equal(nearest('aaaaaa', ['aaaaab', 'aaaaac', 'aaaaad', 'aaaaae']).length, 3);
});

test('the question names what is near, and is absent otherwise', () => {
  assert.equal(didYouMean('brokr', ['broker']), '; did you mean "broker"?');
  assert.equal(didYouMean('ran', ['run', 'can']), '; did you mean "run" or "can"?');
  assert.equal(didYouMean('qwertz', ['broker']), '');
});

test('every word is nearest to itself, whatever the length', () => {
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (word) => nearest(word, [word]).length === 1));
});
