// Names derived from conditions, against hashes written out here.
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { Condition } from '../../src/core/condition.ts';
import {
  coarseOrdinalsMax,
  fineOrdinalsMax,
  tokensCachedMax,
  topicBytesMax,
  topicLevelsMax,
} from '../../src/core/limits.ts';
import { community } from '../../src/packet/community.ts';
import { address, fingerprint, tokens, topicOf } from '../../src/packet/fingerprint.ts';

const condition: Condition = { domain: 0, coarse: [1, 266, 213], fine: [4] };
const members = community(Buffer.alloc(32, 6));
const sha256 = (label: string, cborHex: string) => createHash('sha256').update(label).update(cborHex, 'hex').digest();
const hmac = (label: string, cborHex: string) =>
  createHmac('sha256', members.key).update(label).update(cborHex, 'hex').digest();

test('fingerprint, address and tokens are the hashes of the protocol', () => {
  assert.deepEqual(fingerprint(condition), sha256('qis/1/fingerprint', '8300830119010a18d58104'));
  assert.deepEqual(address(condition), sha256('qis/1/address', '8200830119010a18d5').subarray(0, 16));
  const second = sha256('qis/1/token', '83000119010a').subarray(0, 4).toString('hex');
  const fourth = sha256('qis/1/token', '83000304').subarray(0, 4).toString('hex');
  assert.equal(tokens(condition)[1], second);
  assert.equal(tokens(condition)[3], fourth);
});

test('a community key turns every hash into an HMAC', () => {
  assert.deepEqual(fingerprint(condition, members), hmac('qis/1/fingerprint', '8300830119010a18d58104'));
  assert.deepEqual(address(condition, members), hmac('qis/1/address', '8200830119010a18d5').subarray(0, 16));
  assert.equal(tokens(condition, members)[0], hmac('qis/1/token', '83000001').subarray(0, 4).toString('hex'));
  assert.notEqual(tokens(condition, members)[0], tokens(condition)[0]);
});

test('domains never share tokens, not even a number and a name', () => {
  const first = (domain: number | string) => tokens({ domain, coarse: [1], fine: [] })[0];
  assert.equal(new Set([first(0), first(1), first(10), first('a'), first('a1')]).size, 5);
});

test('the coarse tokens alone are the beginning of all of them', () => {
  assert.deepEqual(tokens({ domain: 0, coarse: condition.coarse }), tokens(condition).slice(0, 3));
});

test('tokens stay right when the cache has turned over', () => {
  const before = tokens(condition);
  for (let ordinal = 0; ordinal <= tokensCachedMax; ordinal++) tokens({ domain: 7, coarse: [ordinal], fine: [] });
  assert.deepEqual(tokens(condition), before);
});

test('the longest topic fits its limits', () => {
  const longest: Condition = {
    domain: 'abcdefghijklmnop',
    coarse: Array.from({ length: coarseOrdinalsMax }, (_, i) => i),
    fine: Array.from({ length: fineOrdinalsMax }, (_, i) => i),
  };
  const topic = topicOf(longest);
  assert.match(topic, /^[0-9a-z/_-]+$/);
  assert(topic.split('/').length <= topicLevelsMax);
  assert(topic.length + '/10'.length <= topicBytesMax);
});
