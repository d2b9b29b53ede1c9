// Round trips, canonical form and hostile bytes, over random outcomes and random damage.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { decode, encode } from 'cbor-x';
import fc from 'fast-check';
import { packetBytesMax } from '../../src/core/limits.ts';
import { community } from '../../src/packet/community.ts';
import { sign1Message, sigStructure } from '../../src/packet/cose.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { expiresS, isLater, type Outcome } from '../../src/packet/outcome.ts';
import { issue, open, type Packet, parse, payloadOf, verify } from '../../src/packet/packet.ts';
import { scanOutcome, scanPacket } from '../../src/packet/scanner.ts';
import { sharing } from '../vectors/malformed.ts';
import { smoke } from '../vectors/smoke.ts';
import { outcomes } from './outcome-arbitrary.ts';

const seed = Buffer.alloc(32, 9);
const identity = temporaryIdentity(seed);
const key = identity.publicKey;
const other = temporaryIdentity(Buffer.alloc(32, 10));
const members = community(Buffer.alloc(32, 11));

function parsed(bytes: Buffer): Packet {
  const result = parse(bytes);
  assert(result.ok, result.ok ? '' : result.detail);
  return result.packet;
}

/** The packet as its content encodes again. */
function reencoded({ outcome, kid, signature }: Packet): Buffer {
  return sign1Message(kid, payloadOf(outcome), signature);
}

test('what is issued parses to the same outcome and encodes to the same bytes', () => {
  fc.assert(
    fc.property(outcomes, (outcome) => {
      const issued = issue(outcome, identity);
      const packet = parsed(Buffer.from(issued.bytes));
      assert.deepEqual(packet.outcome, outcome);
      assert(reencoded(packet).equals(issued.bytes));
      const opened = open(packet, [other.publicKey, key]);
      assert.deepEqual(opened?.id, issued.id);
      assert.equal(opened?.key, key);
    }),
    { numRuns: 300 },
  );
});

test('signatures are those of @noble/curves, over the Sig_structure of RFC 9052', () => {
  fc.assert(
    fc.property(outcomes, fc.boolean(), (outcome, inCommunity) => {
      const member = inCommunity ? members : undefined;
      const { payload, protectedBytes, signature } = issue(outcome, identity, member);
      const aad = Buffer.concat([Buffer.from('qis/1/packet'), key.bytes, member?.id ?? Buffer.alloc(0)]);
      const structure = encode(['Signature1', protectedBytes, aad, payload]);
      assert(structure.equals(sigStructure({ kind: 'packet', key, community: member }, payload)));
      assert(signature.equals(ed25519.sign(structure, seed)));
      assert(ed25519.verify(signature, structure, key.bytes, { zip215: false }));
    }),
    { numRuns: 20 },
  );
});

test('damaged packets never throw, never verify, and what still parses is canonical', () => {
  const damage = fc.array(fc.tuple(fc.nat({ max: 600 }), fc.nat({ max: 255 })), { maxLength: 4 });
  const cut = fc.oneof(fc.constant(0), fc.integer({ min: -20, max: 20 }));
  let survivors = 0;
  fc.assert(
    fc.property(outcomes, damage, cut, (outcome, changes, by) => {
      const { bytes } = issue(outcome, identity);
      const damaged = by < 0 ? Buffer.from(bytes.subarray(0, by)) : Buffer.concat([bytes, Buffer.alloc(by)]);
      for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
      const result = parse(damaged);
      if (!result.ok || damaged.equals(bytes)) return;
      survivors++;
      // Of a later version only what is frozen is read.
      if (!isLater(result.packet.outcome)) assert(reencoded(result.packet).equals(damaged));
      assert.equal(open(result.packet, [key]), undefined);
      assert.equal(verify(result.packet, key).valid, false);
    }),
    { numRuns: 2000 },
  );
  assert(survivors > 0, 'some damage must stay within the grammar, or this proves nothing');
});

test('every cut of a packet is refused', () => {
  const { bytes } = issue(smoke, identity);
  for (let length = 0; length < bytes.length; length++) assert.equal(parse(bytes.subarray(0, length)).ok, false);
});

test('noise is refused with a one-line reason', () => {
  const head = fc.constantFrom('', '84', '844da201320448', '844da2013204480011223344556677a058');
  fc.assert(
    fc.property(head, fc.uint8Array({ maxLength: 600 }), (start, noise) => {
      const result = parse(Buffer.concat([Buffer.from(start, 'hex'), noise]));
      assert(!result.ok);
      assert.match(result.detail, /^[a-z. ]+: [^\n]+$/);
      assert.equal(result.reason === 'too_large', start.length / 2 + noise.length > packetBytesMax);
    }),
    { numRuns: 2000 },
  );
});

test('sharing tags that cbor-x unfolds never reach it', () => {
  const hostile = Buffer.from(sharing(40), 'hex');
  assert.doesNotThrow(() => decode(hostile.subarray()), 'cbor-x takes it, so the scanner must not');
  assert.match(scanOutcome(hostile) ?? '', /a tag at byte 0/);
});

test('a packet holds under its key only, in its community only, and the id depends on both', () => {
  const plain = issue(smoke, identity);
  const member = issue(smoke, identity, members);
  assert.equal(verify(plain, key).valid, true);
  assert.equal(verify(plain, other.publicKey).valid, false);
  assert.equal(verify(plain, key, members).valid, false);
  assert.equal(verify(member, key, members).valid, true);
  assert.equal(verify(member, key).valid, false);
  assert(!plain.id.equals(member.id));
  assert(!plain.id.equals(verify(plain, other.publicKey).id));
});

test('a packet that carries the kid of another key is not valid', () => {
  const { payload, signature } = issue(smoke, identity);
  const packet = parsed(sign1Message(other.publicKey.kid, payload, signature));
  assert.equal(verify(packet, key).valid, false);
  assert.equal(open(packet, [key, other.publicKey]), undefined);
});

test('each of several keys under one kid is tried', () => {
  const twin = { ...other.publicKey, kid: key.kid };
  assert.equal(open(issue(smoke, identity), [twin, key])?.key, key);
});

test('an outcome outside the grammar is a mistake of the program', () => {
  const wrong: Partial<Record<keyof Outcome, unknown>>[] = [
    { score: 50.5 },
    { score: 101 },
    { observed: Number.NaN },
    { issued: 2 ** 32 },
    { context: new Uint8Array(4) },
    { domain: 'Air' },
    { domain: 'air' },
    { coarse: [] },
    { evidence: [Buffer.alloc(15)] },
    { action: [1] },
  ];
  for (const change of wrong) {
    assert.throws(() => issue({ ...smoke, ...change } as Outcome, identity), { code: 'ERR_ASSERTION' });
  }
});

test('an outcome that fits the grammar but not the size cap is a mistake of the program', () => {
  const wide = 2 ** 31;
  const eight = Array.from({ length: 8 }, () => wide);
  const evidence = Array.from({ length: 16 }, () => Buffer.alloc(16));
  const values = {
    observed: wide,
    baseline: wide,
    spread: wide,
    samples: wide,
    age: wide,
    duration: wide,
    sensor: wide,
  };
  const lists = { coarse: eight.slice(4), fine: eight, action: [wide, ...eight] as const, evidence };
  const large: Outcome = { ...smoke, ...values, ...lists, domain: 'a-name-of-16-chr' };
  assert.throws(() => issue(large, identity), /more than 512/);
});

test('parsing leaves the bytes it was given as they were', () => {
  const bytes = Buffer.from(issue(smoke, identity).bytes);
  const before = Object.getOwnPropertyNames(bytes).length;
  parsed(bytes);
  assert.equal(Object.getOwnPropertyNames(bytes).length, before);
});

test('sizes stay near the targets: an air packet within 145 bytes, with 16 pieces of evidence within the cap', () => {
  assert(issue(smoke, identity).bytes.length <= 145);
  const evidence = Array.from({ length: 16 }, () => Buffer.alloc(16));
  assert.equal(scanPacket(issue({ ...smoke, evidence }, identity).bytes), undefined);
});

test('a packet expires its lifetime after issue', () => {
  assert.equal(expiresS(smoke), smoke.issued + 6 * 3600);
});
