import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { keysMax, keysPerKidMax } from '../../src/core/limits.ts';
import type { PublicKey } from '../../src/packet/gate.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { createKeyring } from '../../src/packet/keyring.ts';

const real = temporaryIdentity(Buffer.alloc(32, 1)).publicKey;

/** As if somebody had ground a key until its kid collides. */
function colliding(number: number): PublicKey {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt32BE(number);
  const nodeId = Buffer.concat([real.kid, bytes.subarray(0, 8)]);
  return { ...real, bytes, nodeId, kid: real.kid };
}

suite('keyring', () => {
  test('finds keys by kid', () => {
    const keyring = createKeyring();
    assert.deepEqual(keyring.candidates(real.kid), []);
    assert.equal(keyring.add(real, 'north'), true);
    assert.deepEqual(keyring.candidates(Buffer.from(real.kid)), [real]);
    assert.equal(keyring.size, 1);
  });

  test('a kid holds four keys, oldest first, and nobody pushes one out', () => {
    const keyring = createKeyring();
    keyring.add(real);
    const forged = Array.from({ length: 10 }, (_, i) => colliding(i));
    const added = forged.map((key) => keyring.add(key, 'forged'));
    assert.deepEqual(added, [true, true, true, ...Array(7).fill(false)]);
    assert.deepEqual(keyring.candidates(real.kid), [real, ...forged.slice(0, keysPerKidMax - 1)]);
    assert.equal(
      keyring.nameOf(forged[9]!.nodeId.toString('hex')),
      real.kid.toString('hex').slice(0, 8),
      'no name for a refused key',
    );
  });

  test('a known key is not added twice, and may get a name later', () => {
    const keyring = createKeyring();
    keyring.add(real);
    const nodeId = real.nodeId.toString('hex');
    assert.equal(keyring.nameOf(nodeId), nodeId.slice(0, 8));
    assert.equal(keyring.add(real, 'north'), true);
    assert.equal(keyring.nameOf(nodeId), 'north');
    assert.equal(keyring.size, 1);
  });

  test('a full ring takes no more keys, and knows those it has', () => {
    const keyring = createKeyring();
    const key = (number: number): PublicKey => {
      const bytes = Buffer.alloc(32);
      bytes.writeUInt32BE(number);
      return { ...real, bytes, nodeId: bytes.subarray(0, 16), kid: bytes.subarray(0, 8) };
    };
    for (let i = 0; i < keysMax; i++) keyring.add(key(i));
    assert.equal(keyring.size, keysMax);
    assert.equal(keyring.add(key(keysMax)), false);
    assert.deepEqual(keyring.candidates(key(keysMax).kid), []);
    assert.equal(keyring.add(key(0), 'known'), true);
  });
});
