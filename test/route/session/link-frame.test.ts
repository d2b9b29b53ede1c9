import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { encode } from 'cbor-x';
import fc from 'fast-check';
import { hopsMax, linkFrameBytesMax, packetBytesMax, uintMax } from '../../../src/core/limits.ts';
import { isAuthentic, type LinkFrame, parseFrame, sealFrame } from '../../../src/route/session/link-frame.ts';
import { VERBS, verbAt } from '../../../src/route/session/verb.ts';

const KEY = Buffer.alloc(32, 5);
const KID = Buffer.from('0102030405060708', 'hex');
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((b) => Buffer.from(b));
const PING: LinkFrame = {
  verb: VERBS.ping.number,
  messageId: Buffer.alloc(8, 1),
  boot: Buffer.alloc(4, 2),
  counter: 3,
  hops: 0,
  body: Buffer.alloc(8, 4),
};

const frames: fc.Arbitrary<LinkFrame> = fc
  .record(
    {
      verb: fc.constantFrom(...Object.values(VERBS).map(({ number }) => number)),
      messageId: bytes(8),
      boot: bytes(4),
      counter: fc.oneof(fc.nat(), fc.constantFrom(23, 24, uintMax)),
      hops: fc.nat({ max: hopsMax }),
      to: bytes(16),
      body: fc.oneof(bytes(8), bytes(300), fc.array(bytes(16), { maxLength: 16 }), fc.nat()),
    },
    { noNullPrototype: true },
  )
  .map(({ to, ...frame }) => ({ ...frame, address: verbAt(frame.verb)?.hasAddress ? to : undefined }));

test('a frame comes back as it was, with its sender, and is authentic under its key alone', () => {
  fc.assert(
    fc.property(frames, bytes(8), bytes(32), (frame, kid, key) => {
      const sealed = parseFrame(sealFrame(frame, kid, key));
      assert(sealed);
      assert.deepEqual(sealed.frame, frame);
      assert.deepEqual(sealed.kid, kid);
      assert.equal(isAuthentic(sealed, key), true);
      assert.equal(isAuthentic(sealed, KEY), key.equals(KEY));
    }),
  );
});

test('the MAC is that of RFC 9052 section 6.3, built by hand', () => {
  const frame = sealFrame(PING, KID, KEY);
  const payload = Buffer.concat([
    Buffer.from('860148', 'hex'),
    PING.messageId,
    Buffer.of(0x44),
    PING.boot,
    Buffer.from('030048', 'hex'),
    PING.body as Buffer,
  ]);
  const head = Buffer.concat([Buffer.from('4da201040448', 'hex'), KID]);
  const structure = Buffer.concat([
    Buffer.from('84644d414330', 'hex'),
    head,
    Buffer.of(0x40),
    Buffer.from([0x58, payload.length]),
    payload,
  ]);
  const tag = createHmac('sha256', KEY).update(structure).digest().subarray(0, 8);
  const parts = [Buffer.of(0x84), head, Buffer.of(0xa0, 0x58, payload.length), payload, Buffer.of(0x48), tag];
  assert.deepEqual(frame, Buffer.concat(parts));
});

test('no byte may change, and none may be missing or added', () => {
  const frame = sealFrame({ ...PING, verb: VERBS.store.number, address: Buffer.alloc(16, 9) }, KID, KEY);
  const isHeard = (changed: Buffer): boolean => {
    const sealed = parseFrame(changed);
    // Another kid is another sender, whose key would be tried.
    return sealed?.kid.equals(KID) === true && isAuthentic(sealed, KEY);
  };
  assert.equal(isHeard(frame), true);
  for (let at = 0; at < frame.length; at++) {
    for (const bit of [1, 0x20, 0x80]) {
      const changed = Buffer.from(frame);
      changed[at]! ^= bit;
      assert.equal(isHeard(changed), false, `byte ${at}`);
    }
    assert.equal(isHeard(frame.subarray(0, at)), false);
  }
  assert.equal(isHeard(Buffer.concat([frame, Buffer.of(0)])), false);
});

test('any bytes are judged without an exception, and what passes has one encoding', () => {
  const head = Buffer.concat([Buffer.from('844da201040448', 'hex'), KID, Buffer.of(0xa0)]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (random, hasHead) => {
      parseFrame(Buffer.concat([hasHead ? head : Buffer.alloc(0), random]));
    }),
    { numRuns: 1_000 },
  );
});

test('payloads outside the grammar are malformed', () => {
  const { messageId, boot, body } = PING;
  const to = Buffer.alloc(16);
  const cases: Record<string, unknown[]> = {
    'too few items': [1, messageId, boot, 3, 0],
    'too many items': [6, messageId, boot, 3, 0, to, body, 0],
    'a negative verb': [-1, messageId, boot, 3, 0, body],
    'a negative counter': [1, messageId, boot, -1, 0, body],
    'too many hops': [1, messageId, boot, 3, hopsMax + 1, body],
    'a short message id': [1, messageId.subarray(1), boot, 3, 0, body],
    'a long boot': [1, messageId, messageId, 3, 0, body],
    'a STORE without address': [6, messageId, boot, 3, 0, body],
    'a QUERY without address': [8, messageId, boot, 3, 0, body],
    'a RESULT with an address': [9, messageId, boot, 3, 0, to, body],
    'a short address': [6, messageId, boot, 3, 0, to.subarray(1), body],
    'an ACK with an address': [0, messageId, boot, 3, 0, to, []],
  };
  for (const [name, items] of Object.entries(cases)) {
    const payload = Buffer.from(encode(items));
    const sealed = Buffer.concat([
      Buffer.from('844da201040448', 'hex'),
      KID,
      Buffer.of(0xa0),
      encode(payload),
      Buffer.of(0x48),
      Buffer.alloc(8),
    ]);
    assert.equal(parseFrame(sealed), undefined, name);
  }
});

test('a verb that is not known yet may have an address', () => {
  for (const address of [undefined, Buffer.alloc(16, 7)]) {
    const frame = { ...PING, verb: 10, address };
    assert.deepEqual(parseFrame(sealFrame(frame, KID, KEY))?.frame, frame);
  }
});

test('the largest packet fits; what is larger than a frame may be does not', () => {
  const carrying = (length: number) =>
    sealFrame({ ...PING, verb: VERBS.store.number, address: Buffer.alloc(16), body: Buffer.alloc(length) }, KID, KEY);
  assert(parseFrame(carrying(9 * packetBytesMax)));
  assert.equal(parseFrame(carrying(linkFrameBytesMax)), undefined);
});
