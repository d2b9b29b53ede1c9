import assert from 'node:assert/strict';
import { test } from 'node:test';
import { virtualClock } from '../../../src/core/clock.ts';
import { linkSealsKeptMax } from '../../../src/core/limits.ts';
import type { PublicKey } from '../../../src/packet/gate.ts';
import { type Identity, temporaryIdentity } from '../../../src/packet/identity.ts';
import { sealsOf } from '../../../src/route/session/seals.ts';

/** Seals that count how often the key of a link was made. */
function counted() {
  const identity = temporaryIdentity();
  let made = 0;
  const counting: Identity = {
    ...identity,
    linkKeys(other) {
      made++;
      return made > 2 ? undefined : identity.linkKeys(other);
    },
  };
  const seals = sealsOf(counting, undefined, virtualClock(0));
  return { seals, made: () => made };
}

const keyOf = (n: number) => ({ nodeId: Buffer.from(`${n}`.padStart(16, '0')) }) as PublicKey;

test('the key of a link is made once, however many frames come under it', () => {
  const { seals, made } = counted();
  const { publicKey } = temporaryIdentity();
  const first = seals.link(publicKey);
  for (let n = 0; n < 100; n++) assert.equal(seals.link(publicKey), first);
  assert.equal(made(), 1);
});

test('so many are kept, those used last, and those with which there can be no link too', () => {
  const { seals, made } = counted();
  const { publicKey } = temporaryIdentity();
  seals.link(publicKey);
  for (let n = 1; n < linkSealsKeptMax; n++) seals.link(keyOf(n));
  assert.equal(made(), linkSealsKeptMax);
  seals.link(publicKey);
  seals.link(keyOf(0));
  seals.link(publicKey);
  seals.link(keyOf(2));
  assert.equal(made(), linkSealsKeptMax + 1);
  seals.link(keyOf(1));
  assert.equal(made(), linkSealsKeptMax + 2, 'which gave way');
});
