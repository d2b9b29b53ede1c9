import assert from 'node:assert/strict';
import { test } from 'node:test';
import { virtualClock } from '../../../src/core/clock.ts';
import { parkedMsMax } from '../../../src/core/limits.ts';
import { createParking } from '../../../src/route/custody/parking.ts';
import { way } from '../ways.ts';

const kid = (n: number) => Buffer.alloc(8, n);
const arrival = (text: string) => ({ topic: 't', bytes: Buffer.from(text), via: way('link:a') });

test('what waited for a key comes out once, in order, and others stay', () => {
  const parking = createParking(virtualClock(1), 4);
  for (const text of ['a', 'b', 'a']) assert.equal(parking.park(kid(1), arrival(text)), true);
  assert.equal(parking.park(kid(2), arrival('c')), true);
  assert.deepEqual(parking.release(kid(1)), [arrival('a'), arrival('b')]);
  assert.deepEqual(parking.release(kid(1)), []);
  assert.deepEqual(parking.release(kid(2)), [arrival('c')]);
});

test('full is full, until the oldest have waited long enough', () => {
  const clock = virtualClock(1);
  const parking = createParking(clock, 2);
  parking.park(kid(1), arrival('a'));
  clock.advanceTo(1000);
  parking.park(kid(1), arrival('b'));
  assert.equal(parking.park(kid(1), arrival('c')), false);
  clock.advanceTo(1 + parkedMsMax);
  assert.equal(parking.park(kid(1), arrival('d')), true);
  assert.deepEqual(parking.release(kid(1)), [arrival('b'), arrival('d')]);
});
