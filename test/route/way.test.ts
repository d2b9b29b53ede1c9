import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkFrameBytesMax } from '../../src/core/limits.ts';
import { byCost, isNarrow, isSameWay, takingTurns } from '../../src/route/way.ts';
import { way } from './ways.ts';

const ids = (ways: readonly { id: string }[]) => ways.map(({ id }) => id);

test('the cheapest way goes first; those that cost the same keep their order', () => {
  const ways = [way('a', { cost: 2 }), way('b', { cost: 1 }), way('c', { cost: 2 }), way('d', { cost: 0 })];
  assert.deepEqual(ids(byCost(ways)), ['d', 'b', 'a', 'c']);
  assert.deepEqual(ids(byCost([way('b'), way('a')])), ['b', 'a']);
  assert.deepEqual(byCost([]), []);
});

test('each attempt begins with another way, and then takes the others', () => {
  const ways = [way('a'), way('b'), way('c')];
  const turns = [0, 1, 2, 3].map((attempt) => ids(takingTurns(ways, attempt)).join(''));
  assert.deepEqual(turns, ['abc', 'bca', 'cab', 'abc']);
  assert.deepEqual(takingTurns([], 5), []);
});

test('ways are the same by their id; a narrow one may not have room for every frame', () => {
  assert.equal(isSameWay(way('a'), way('a', { cost: 5 })), true);
  assert.equal(isSameWay(way('a'), way('b')), false);
  assert.equal(isSameWay(way('a'), undefined), false);
  assert.equal(isNarrow(way('a', { payloadBytesMax: linkFrameBytesMax })), false);
  assert.equal(isNarrow(way('a', { payloadBytesMax: linkFrameBytesMax - 1 })), true);
  assert.equal(isNarrow(undefined), false);
});
