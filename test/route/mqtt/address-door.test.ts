import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressesRememberedMax, passwordGuessesBurst } from '../../../src/core/broker-limits.ts';
import { AddressDoors, doorOf } from '../../../src/route/mqtt/address-door.ts';

function doors() {
  const clock = { nowMs: 0, now: () => clock.nowMs };
  return { clock, doors: new AddressDoors(clock) };
}

const at = (door: string, account = 'north', clientId = 'x') => ({ door, account, clientId });

function guessed(doors: AddressDoors, caller: ReturnType<typeof at>): number {
  let guesses = 0;
  for (; doors.mayTry(caller) && guesses < 1_000; guesses++) doors.wrong(caller);
  return guesses;
}

test('one address is one address, however it is written; of IPv6 a network of 64 bits is one', () => {
  assert.equal(doorOf('::ffff:192.168.1.7'), '192.168.1.7');
  assert.equal(doorOf('2001:db8:1:2::1'), doorOf('2001:db8:1:2:ffff:1:2:3'));
  assert.notEqual(doorOf('2001:db8:1:2::1'), doorOf('2001:db8:1:3::1'));
  assert.equal(doorOf('fe80::1%eth0'), 'fe80:0:0:0::/64');
  assert.equal(doorOf('::1'), '0:0:0:0::/64');
  assert.equal(doorOf(undefined), 'unknown address');
});

test('guesses count for an account at an address, and come back slowly', () => {
  const { clock, doors: opened } = doors();
  assert.equal(guessed(opened, at('1.1.1.1')), passwordGuessesBurst);
  assert.equal(guessed(opened, at('1.1.1.1', 'north', 'another id')), 0);
  assert.equal(guessed(opened, at('1.1.1.1', 'south')), passwordGuessesBurst);
  assert.equal(guessed(opened, at('1.1.1.2')), passwordGuessesBurst);
  clock.nowMs += 60_000;
  assert.equal(guessed(opened, at('1.1.1.1')), 3);
});

test('a client that was in before has a count of its own, which ends too', () => {
  const { doors: opened } = doors();
  opened.right(at('1.1.1.1', 'north', 'known'));
  guessed(opened, at('1.1.1.1'));
  assert.equal(guessed(opened, at('1.1.1.1', 'north', 'known')), passwordGuessesBurst);
});

test('a client without an id is known to nobody', () => {
  const { doors: opened } = doors();
  opened.right(at('1.1.1.1', 'north', ''));
  assert.equal(guessed(opened, at('1.1.1.1')), passwordGuessesBurst);
  assert.equal(guessed(opened, at('1.1.1.1', 'north', '')), 0);
});

test('the addresses remembered have a cap; the one that was not here for longest is forgotten', () => {
  const { doors: opened } = doors();
  guessed(opened, at('first'));
  guessed(opened, at('second'));
  for (let n = 2; n < addressesRememberedMax; n++) opened.mayConnect(`${n}`);
  opened.mayConnect('first');
  opened.mayConnect('one more');
  assert.equal(guessed(opened, at('first')), 0);
  assert.equal(guessed(opened, at('second')), passwordGuessesBurst);
});
