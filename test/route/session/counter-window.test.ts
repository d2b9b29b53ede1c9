import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCounterWindow } from '../../../src/route/session/counter-window.ts';

const WIDTH = 32;

test('each counter is admitted once; 31 steps behind the highest it still may come', () => {
  const window = createCounterWindow(100);
  assert.equal(window.admit(100), false);
  assert.equal(window.admit(99), true);
  assert.equal(window.admit(99), false);
  assert.equal(window.admit(100 - WIDTH + 1), true);
  assert.equal(window.admit(100 - WIDTH), false);
  assert.equal(window.admit(100 + WIDTH), true);
  assert.equal(window.admit(100), false);
  assert.equal(window.admit(101), true);
  assert.equal(window.admit(2 ** 32 - 1), true);
  assert.equal(window.admit(2 ** 32 - 1 - WIDTH + 1), true);
  assert.equal(window.admit(102), false);
});

test('it agrees with a set of all that was used', () => {
  const counters = fc.array(fc.oneof(fc.nat({ max: 80 }), fc.nat({ max: 2_000 })), { maxLength: 200 });
  fc.assert(
    fc.property(fc.nat({ max: 80 }), counters, (first, script) => {
      const window = createCounterWindow(first);
      const used = new Set([first]);
      let highest = first;
      for (const counter of script) {
        const isFresh = !used.has(counter) && counter > highest - WIDTH;
        assert.equal(window.admit(counter), isFresh);
        if (!isFresh) continue;
        used.add(counter);
        highest = Math.max(highest, counter);
      }
    }),
  );
});
