// The envelope that packets, announcements, receipts, certificates and bundles share.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Encoder } from 'cbor-x';
import { type SignedKind, sign1Message, sigStructure, verify1 } from '../../src/packet/cose.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';

const identity = temporaryIdentity(Buffer.alloc(32, 5));
const key = identity.publicKey;
const { encode } = new Encoder({ useRecords: false, variableMapSize: true });
const KINDS: SignedKind[] = ['packet', 'announce', 'receipt', 'member', 'bundle'];

test('a signature of one kind serves as no other', () => {
  const payload = Buffer.from('80', 'hex');
  for (const kind of KINDS) {
    const signature = identity.sign(sigStructure({ kind, key }, payload));
    for (const asked of KINDS) {
      const { valid } = verify1({ kind: asked, key }, { kid: key.kid, payload, signature });
      assert.equal(valid, asked === kind, `${kind} as ${asked}`);
    }
  }
});

test('payload lengths around every head size are laid out as CBOR', () => {
  const protectedBytes = Buffer.concat([Buffer.from('a201320448', 'hex'), key.kid]);
  const signature = Buffer.alloc(64, 7);
  for (const length of [0, 1, 23, 24, 255, 256, 65_535]) {
    const payload = Buffer.alloc(length, 1);
    const aad = Buffer.concat([Buffer.from('qis/1/bundle'), key.bytes]);
    assert(sigStructure({ kind: 'bundle', key }, payload).equals(encode(['Signature1', protectedBytes, aad, payload])));
    assert(
      sign1Message(key.kid, payload, signature).equals(encode([protectedBytes, {}, payload, signature])),
      `${length}`,
    );
  }
});
