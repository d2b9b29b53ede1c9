// One check of a signature serves all gateways of a replay, and only for those very bytes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifiedPacketsMax } from '../../src/core/limits.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { issue, type Packet, parse } from '../../src/packet/packet.ts';
import { openOnce } from '../../src/sim/replay-verification.ts';
import { smoke } from '../vectors/smoke.ts';

const identity = temporaryIdentity(Buffer.alloc(32, 1));

function parsed(bytes: Buffer): Packet {
  const result = parse(bytes);
  assert(result.ok);
  return result.packet;
}

test('a packet is checked once; another of the same key is checked for itself', () => {
  const open = openOnce();
  let asked = 0;
  const keys = {
    *[Symbol.iterator]() {
      asked++;
      yield identity.publicKey;
    },
  };
  const { bytes, id } = issue(smoke, identity);
  for (let i = 0; i < 3; i++) assert.deepEqual(open(parsed(Buffer.from(bytes)), keys)?.id, id);
  assert.equal(asked, 1);
  const forged = Buffer.from(bytes);
  forged[forged.length - 1]! ^= 1;
  for (let i = 0; i < 2; i++) assert.equal(open(parsed(forged), keys), undefined);
  assert.equal(asked, 2);
  assert.deepEqual(open(parsed(bytes), keys)?.id, id, 'a forgery changes nothing for the packet itself');
});

test('what is remembered has a cap; the oldest goes first', () => {
  const open = openOnce();
  const packet = parsed(issue(smoke, identity).bytes);
  let asked = 0;
  const keys = {
    *[Symbol.iterator]() {
      asked++;
      yield* [];
    },
  };
  const numbered = (n: number): Packet => ({ ...packet, bytes: Buffer.from(`${n}`) });
  for (let n = 0; n <= verifiedPacketsMax; n++) open(numbered(n), keys);
  const before = asked;
  open(numbered(verifiedPacketsMax), keys);
  assert.equal(asked, before);
  open(numbered(0), keys);
  assert.equal(asked, before + 1);
});
