import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jumpedRowsMax } from '../../../src/core/limits.ts';
import { createRowOrder } from '../../../src/sense/replay/row-order.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2020, 0, 1);

/** What comes out of rows at these hours, and what was left out. */
function ordered(hours: readonly number[]) {
  const dropped: string[] = [];
  const order = createRowOrder<{ timeMs: number }>((reason) => dropped.push(reason));
  const rows = hours.map((hour) => ({ timeMs: START_MS + hour * HOUR_MS }));
  const out = [...rows.flatMap((row) => order.push(row)), ...order.end()];
  return { hours: out.map(({ timeMs }) => (timeMs - START_MS) / HOUR_MS), dropped };
}

const from = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
/** Enough rows to be past the doubt about the first one. */
const BEGUN = from(0, jumpedRowsMax);

test('rows in order come out as they went in, at once after the first few', () => {
  const order = createRowOrder<{ timeMs: number }>(assert.fail);
  for (const hour of BEGUN) order.push({ timeMs: START_MS + hour * HOUR_MS });
  const next = { timeMs: START_MS + 20 * HOUR_MS };
  assert.deepEqual(order.push(next), [next]);
  assert.deepEqual(ordered(from(0, 30)), { hours: from(0, 30), dropped: [] });
  assert.deepEqual(ordered([5, 5, 5]), { hours: [5, 5, 5], dropped: [] });
  assert.deepEqual(ordered([]), { hours: [], dropped: [] });
});

test('a row that goes back is left out', () => {
  assert.deepEqual(ordered([...BEGUN, 12, 11, 13]), { hours: [...BEGUN, 12, 13], dropped: ['out_of_order'] });
});

test('a clock that jumps ahead and comes back costs only the rows in between', () => {
  const jumped = from(1_000_000, 3);
  const { hours, dropped } = ordered([...BEGUN, ...jumped, 10, 11]);
  assert.deepEqual(hours, [...BEGUN, 10, 11]);
  assert.deepEqual(dropped, ['clock_jump', 'clock_jump', 'clock_jump']);
});

test('a wrong clock in the first rows is noticed too', () => {
  assert.deepEqual(ordered([1_000_000, ...BEGUN]).hours, BEGUN);
  assert.deepEqual(ordered([-400_000, ...BEGUN]).hours, [-400_000, ...BEGUN]);
});

test('a gap of any length is a gap once rows agree, or when the recording ends', () => {
  const after = from(10_000, jumpedRowsMax);
  assert.deepEqual(ordered([...BEGUN, ...after, 10_020]), { hours: [...BEGUN, ...after, 10_020], dropped: [] });
  assert.deepEqual(ordered([...BEGUN, 10_000]), { hours: [...BEGUN, 10_000], dropped: [] });
});

test('whatever comes, the output never goes back, and every row is given or counted', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50 * DAY_MS, max: 50 * DAY_MS })), (offsetsMs) => {
      const hours = offsetsMs.map((offsetMs) => offsetMs / HOUR_MS);
      const result = ordered(hours);
      assert.ok(result.hours.every((hour, i) => i === 0 || hour >= result.hours[i - 1]!));
      assert.equal(result.hours.length + result.dropped.length, hours.length);
    }),
  );
});
