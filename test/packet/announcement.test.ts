import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from 'cbor-x';
import fc from 'fast-check';
import { virtualClock } from '../../src/core/clock.ts';
import {
  announcedFiltersMax,
  announcedUrlsMax,
  announcementLifetimeSMax,
  futureToleranceS,
  linkFrameBytesMax,
} from '../../src/core/limits.ts';
import { type Announcement, readAnnouncement, signAnnouncement } from '../../src/packet/announcement.ts';
import { community } from '../../src/packet/community.ts';
import { sign1Message, sigStructure } from '../../src/packet/cose.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';

const NOW_S = 1_790_000_000;
const clock = virtualClock(NOW_S * 1000);
const identity = temporaryIdentity(Buffer.alloc(32, 1));
const { publicKey: key } = identity;

const token = fc.constantFrom(0, 4).chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
const filter = fc.record(
  {
    domain: fc.oneof(fc.nat(), fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/)),
    tokens: fc.array(
      token.map((bytes) => Buffer.from(bytes)),
      { minLength: 1, maxLength: 4 },
    ),
  },
  { noNullPrototype: true },
);
const said = fc.record(
  {
    urls: fc.array(fc.stringMatching(/^mqtts?:\/\/[!-~]{1,60}$/), { maxLength: announcedUrlsMax }),
    filters: fc.array(filter, { maxLength: 20 }),
    expiresS: fc.integer({ min: NOW_S, max: NOW_S + announcementLifetimeSMax }),
  },
  { noNullPrototype: true },
);
const SAID: Omit<Announcement, 'key'> = {
  urls: ['mqtts://gateway.example:8883'],
  filters: [{ domain: 0, tokens: [Buffer.from('0a0b0c0d', 'hex'), Buffer.alloc(0)] }],
  expiresS: NOW_S + 3600,
};

test('what is announced is read back, with the key', () => {
  fc.assert(
    fc.property(said, (announced) => {
      const read = readAnnouncement(signAnnouncement(announced, identity, undefined), undefined, clock);
      assert(read);
      const { key: by, ...rest } = read;
      assert.deepEqual(by.bytes, key.bytes);
      assert.deepEqual(rest, announced);
    }),
    { numRuns: 50 },
  );
});

test('no byte of it may change, and none may be missing or added', () => {
  const bytes = signAnnouncement(SAID, identity, undefined);
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    assert.equal(readAnnouncement(changed, undefined, clock), undefined, `byte ${at}`);
    assert.equal(readAnnouncement(bytes.subarray(0, at), undefined, clock), undefined);
  }
  assert.equal(readAnnouncement(Buffer.concat([bytes, Buffer.of(0)]), undefined, clock), undefined);
});

test('any bytes are judged without an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.equal(readAnnouncement(Buffer.from(bytes), undefined, clock), undefined);
    }),
  );
});

test('it counts in its community only', () => {
  const members = community(Buffer.alloc(32, 3));
  const inside = signAnnouncement(SAID, identity, members);
  assert(readAnnouncement(inside, members, clock));
  assert.equal(readAnnouncement(inside, undefined, clock), undefined);
  assert.equal(readAnnouncement(signAnnouncement(SAID, identity, undefined), members, clock), undefined);
});

test('it ends, and lasts 48 hours at most; a clock that was never set does not judge', () => {
  const lasting = (expiresS: number) => signAnnouncement({ ...SAID, expiresS }, identity, undefined);
  const longest = NOW_S + announcementLifetimeSMax + futureToleranceS;
  assert(readAnnouncement(lasting(NOW_S), undefined, clock));
  assert(readAnnouncement(lasting(longest), undefined, clock));
  assert.equal(readAnnouncement(lasting(NOW_S - 1), undefined, clock), undefined);
  assert.equal(readAnnouncement(lasting(longest + 1), undefined, clock), undefined);
  const unset = { now: () => 0, quality: () => 0 as const };
  assert(readAnnouncement(lasting(longest + 1), undefined, unset));
});

test('signed, but not an announcement', () => {
  const { urls, expiresS } = SAID;
  const filters = [[0, [Buffer.alloc(4)]]];
  const other = temporaryIdentity(Buffer.alloc(32, 2)).publicKey.bytes;
  const cases: Record<string, unknown> = {
    'another version': [2, key.bytes, urls, filters, expiresS],
    'somebody else’s key': [1, other, urls, filters, expiresS],
    'no key': [1, Buffer.alloc(31), urls, filters, expiresS],
    'a key of low order': [1, Buffer.alloc(32), urls, filters, expiresS],
    'too few items': [1, key.bytes, urls, filters],
    'too many items': [1, key.bytes, urls, filters, expiresS, 0],
    'an address that is no text': [1, key.bytes, [7], filters, expiresS],
    'too many addresses': [1, key.bytes, Array(announcedUrlsMax + 1).fill('x'), filters, expiresS],
    'too many filters': [1, key.bytes, [], Array(announcedFiltersMax + 1).fill(filters[0]), expiresS],
    'a filter of nothing': [1, key.bytes, urls, [[0, []]], expiresS],
    'a filter of too much': [1, key.bytes, urls, [[0, Array(13).fill(Buffer.alloc(4))]], expiresS],
    'a token of 3 bytes': [1, key.bytes, urls, [[0, [Buffer.alloc(3)]]], expiresS],
    'a negative domain': [1, key.bytes, urls, [[-1, [Buffer.alloc(4)]]], expiresS],
    'an end that is no number': [1, key.bytes, urls, filters, 'never'],
    'no array': 1,
  };
  for (const [name, content] of Object.entries(cases)) {
    const payload = Buffer.from(encode(content));
    const signature = identity.sign(sigStructure({ kind: 'announce', key, community: undefined }, payload));
    assert.equal(readAnnouncement(sign1Message(key.kid, payload, signature), undefined, clock), undefined, name);
  }
  const payload = Buffer.from(encode([1, key.bytes, urls, filters, expiresS]));
  const asPacket = identity.sign(sigStructure({ kind: 'packet', key, community: undefined }, payload));
  assert.equal(readAnnouncement(sign1Message(key.kid, payload, asPacket), undefined, clock), undefined);
});

test('as many filters as are allowed fit a link frame; what fits none is a mistake of ours', () => {
  const tokens = Array.from({ length: 4 }, () => Buffer.alloc(4, 255));
  const filters = Array.from({ length: announcedFiltersMax }, () => ({ domain: 1, tokens }));
  const largest = signAnnouncement({ urls: [], filters, expiresS: NOW_S }, identity, undefined);
  assert(largest.length + 60 <= linkFrameBytesMax, `${largest.length}`);
  const urls = Array(announcedUrlsMax).fill(`mqtt://${'a'.repeat(240)}`);
  assert.throws(() => signAnnouncement({ urls, filters, expiresS: NOW_S }, identity, undefined), /frame/);
});
