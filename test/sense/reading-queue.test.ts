import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Reading } from '../../src/core/reading.ts';
import { createReadingQueue } from '../../src/sense/reading-queue.ts';

function reading(value: number): Reading {
  const rest = { channel: '', unit: 'ug/m3', timeMs: 0, clock: 2, quality: 0, sensorClass: 0 } as const;
  return { sensor: 'roof', quantity: 'pm1', value, ...rest };
}

function queue(capacity: number) {
  const dropped = { count: 0 };
  const made = createReadingQueue(capacity, (count) => {
    dropped.count += count;
  });
  return { queue: made, dropped };
}

async function rest(source: AsyncIterable<Reading>): Promise<number[]> {
  return (await Array.fromAsync(source)).map(({ value }) => value);
}

suite('reading queue', { timeout: 10_000 }, () => {
  test('hands out in order what is queued, then what comes, then ends', async () => {
    const { queue: q } = queue(10);
    q.push(reading(1));
    const done = rest(q);
    q.push(reading(2));
    await new Promise(setImmediate);
    q.push(reading(3));
    q.push(reading(4));
    q.end();
    q.push(reading(5));
    assert.deepEqual(await done, [1, 2, 3, 4]);
  });

  test('an end wakes who waits', async () => {
    const { queue: q } = queue(10);
    const done = rest(q);
    await new Promise(setImmediate);
    q.end();
    q.end();
    assert.deepEqual(await done, []);
    assert.deepEqual(await rest(q), []);
  });

  test('full: the oldest goes, and is counted', async () => {
    const { queue: q, dropped } = queue(3);
    for (let value = 1; value <= 10; value++) q.push(reading(value));
    q.end();
    assert.equal(dropped.count, 7);
    assert.deepEqual(await rest(q), [8, 9, 10]);
  });

  test('a consumer that is slow loses the middle, never the order', async () => {
    const { queue: q, dropped } = queue(4);
    const got: number[] = [];
    const consuming = (async () => {
      for await (const { value } of q) {
        got.push(value);
        await new Promise(setImmediate);
      }
    })();
    for (let value = 0; value < 100; value++) {
      q.push(reading(value));
      if (value % 10 === 9) await new Promise(setImmediate);
    }
    q.end();
    await consuming;
    assert.equal(got.length + dropped.count, 100);
    assert.ok(dropped.count > 0);
    assert.deepEqual(
      got,
      [...got].sort((a, b) => a - b),
    );
    assert.equal(got.at(-1), 99);
  });

  test('like a list with a cap, for any order of pushing and taking', async () => {
    const steps = fc.array(fc.oneof(fc.constant('push' as const), fc.constant('take' as const)), { maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), steps, async (capacity, sequence) => {
        const { queue: q, dropped } = queue(capacity);
        const model: number[] = [];
        const iterator = q[Symbol.asyncIterator]();
        let lost = 0;
        for (const [value, step] of sequence.entries()) {
          if (step === 'push') {
            q.push(reading(value));
            model.push(value);
            if (model.length > capacity) {
              model.shift();
              lost++;
            }
          } else if (model.length > 0) {
            const { value: taken } = await iterator.next();
            assert.equal((taken as Reading).value, model.shift());
          }
        }
        assert.equal(dropped.count, lost);
        q.end();
        assert.deepEqual(await rest({ [Symbol.asyncIterator]: () => iterator }), model);
      }),
    );
  });
});
