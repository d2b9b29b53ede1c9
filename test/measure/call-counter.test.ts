import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Calls, filesEntered } from './call-counter.ts';

test('a file is entered when a function of it was called more often than when idle', () => {
  const calls = (table: Record<string, [place: number, count: number][]>): Calls =>
    new Map(Object.entries(table).map(([path, functions]) => [path, new Map(functions)]));
  const idle = calls({ 'src/timer.ts': [[10, 2]], 'src/both.ts': [[10, 1]] });
  const busy = calls({
    'src/timer.ts': [[10, 2]],
    'src/path.ts': [[10, 1]],
    'src/both.ts': [
      [10, 1],
      [90, 1],
    ],
    'src/loaded.ts': [],
  });
  assert.deepEqual(filesEntered(busy, idle), ['src/both.ts', 'src/path.ts']);
});
