import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesFilter } from '../../src/core/topic-filter.ts';

test('wildcards, levels and what belongs to the broker', () => {
  const yes = [
    ['a/b', 'a/b'],
    ['a/+', 'a/b'],
    ['a/+', 'a/'],
    ['a/#', 'a'],
    ['a/#', 'a/b/c'],
    ['#', 'a'],
    ['+/+', '/b'],
    ['a/+/c', 'a/b/c'],
    ['$SYS/#', '$SYS/uptime'],
    ['a/+/#', 'a/+/x'],
  ] as const;
  const no = [
    ['a/b', 'a'],
    ['a', 'a/b'],
    ['a/+', 'a'],
    ['a/+', 'a/b/c'],
    ['+', '/b'],
    ['#', '$SYS/uptime'],
    ['+/uptime', '$SYS/uptime'],
  ] as const;
  for (const [filter, topic] of yes) assert.ok(matchesFilter(filter, topic), `${filter} takes ${topic}`);
  for (const [filter, topic] of no) assert.ok(!matchesFilter(filter, topic), `${filter} does not take ${topic}`);
});
