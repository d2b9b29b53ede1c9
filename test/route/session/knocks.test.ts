// Who knocks and is not heard: proven by what it signed, looked at seldom, and believed in nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { virtualClock } from '../../../src/core/clock.ts';
import { introduceMsMax } from '../../../src/core/limits.ts';
import { knocksBurst } from '../../../src/core/share-limits.ts';
import { signAnnouncement } from '../../../src/packet/announcement.ts';
import { type Identity, temporaryIdentity } from '../../../src/packet/identity.ts';
import { createKnocks, type Knock } from '../../../src/route/session/knocks.ts';
import { parseFrame, sealFrame } from '../../../src/route/session/link-frame.ts';
import { sealsOf } from '../../../src/route/session/seals.ts';
import { VERBS, type VerbName } from '../../../src/route/session/verb.ts';
import { way } from '../ways.ts';

const NOW_MS = Date.UTC(2026, 5, 1);
const us = temporaryIdentity(Buffer.alloc(32, 1));
const them = temporaryIdentity(Buffer.alloc(32, 2));
const third = temporaryIdentity(Buffer.alloc(32, 3));
const WAY = way('client:them');

const announcementOf = (who: Identity): Buffer =>
  signAnnouncement({ urls: [], filters: [], expiresS: NOW_MS / 1000 + 86_400 }, who, undefined);

interface Said {
  readonly from?: Identity;
  readonly to?: Identity;
  readonly boot?: number;
  readonly verb?: VerbName;
  readonly body?: Buffer;
}

function frame({ from = them, to = us, boot = 1, verb = 'announce', body = announcementOf(from) }: Said = {}) {
  const said = {
    verb: VERBS[verb].number,
    messageId: Buffer.alloc(8),
    boot: Buffer.alloc(4, boot),
    counter: 0,
    hops: 0,
  };
  return parseFrame(sealFrame({ ...said, body }, from.publicKey.kid, from.linkKeys(to.publicKey)!.send))!;
}

function door() {
  const clock = virtualClock(NOW_MS);
  const knocks: Knock[] = [];
  const seals = sealsOf(us, undefined, clock);
  let looked = 0;
  const readAnnouncement = (bytes: Buffer) => {
    looked++;
    return seals.readAnnouncement(bytes);
  };
  const knock = createKnocks({ seals: { ...seals, readAnnouncement }, clock, onKnock: (one) => void knocks.push(one) });
  return { clock, knock, knocks, looked: () => looked };
}

test('who announces itself is told with its whole key, once an hour for each start', () => {
  const { clock, knock, knocks, looked } = door();
  for (let n = 0; n < 5; n++) knock(frame(), { via: WAY });
  assert.deepEqual([knocks.length, looked()], [1, 1]);
  assert.deepEqual(knocks[0]?.key.bytes, them.publicKey.bytes);
  knock(frame({ boot: 2 }), { via: WAY });
  assert.equal(knocks.length, 2);
  clock.advanceTo(NOW_MS + introduceMsMax);
  knock(frame(), { via: WAY });
  assert.equal(knocks.length, 3);
});

test('whom it takes us for is told; only then is the tag of the frame not asked for', () => {
  const { knock, knocks } = door();
  const astray = frame({ to: third });
  assert.equal(knock(astray, { via: WAY }), undefined, 'played to us it proves nothing');
  knock(astray, { via: WAY, to: third.publicKey.kid });
  assert.deepEqual(knocks, [{ key: knocks[0]?.key, via: WAY, to: third.publicKey.kid }]);
});

test('what proves no key is no knock: other verbs, the announcement of another, a broken signature', () => {
  const { knock, knocks } = door();
  const broken = announcementOf(them);
  broken[broken.length - 1]! ^= 1;
  for (const said of [
    { verb: 'ping', body: Buffer.alloc(8) },
    { body: announcementOf(third) },
    { body: broken },
  ] as const)
    for (const to of [undefined, third.publicKey.kid]) knock(frame(said), { via: WAY, ...(to && { to }) });
  assert.deepEqual(knocks, []);
});

test('invented keys on one way cost so many looks at once, and leave other ways theirs', () => {
  const { knock, knocks, looked } = door();
  for (let n = 0; n < 3 * knocksBurst; n++)
    knock(frame({ from: temporaryIdentity(Buffer.alloc(32, 100 + n)) }), { via: WAY });
  assert.deepEqual([knocks.length, looked()], [knocksBurst, knocksBurst]);
  assert(knock(frame(), { via: way('client:other') }));
});
