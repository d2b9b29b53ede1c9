// Golden vectors of links, made from fixed seeds: keys of both directions, frames of every verb, announcements, and which
// topics and filters a gateway may use.
//
// `npm run vectors` writes link.json beside this file; link.test.ts checks it with parts that are not ours.
// Invariant: deterministic; a second run writes the identical file.
import { encode } from 'cbor-x';
import { signAnnouncement } from '../../src/packet/announcement.ts';
import { community } from '../../src/packet/community.ts';
import { address, tokens } from '../../src/packet/fingerprint.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { issue } from '../../src/packet/packet.ts';
import { wordOrdinal } from '../../src/packet/word.ts';
import { mayPublish, maySubscribe } from '../../src/route/mqtt/access.ts';
import { type LinkFrame, sealFrame } from '../../src/route/session/link-frame.ts';
import { questionBody, resultBody } from '../../src/route/session/question.ts';
import { VERBS } from '../../src/route/session/verb.ts';
import { parseTopic } from '../../src/route/topic.ts';
import { smoke } from './smoke.ts';

export const linkVectorsUrl = new URL('link.json', import.meta.url);

const seeds = { alice: Buffer.alloc(32, 1), bob: Buffer.alloc(32, 2) };
const communityKey = Buffer.alloc(32, 3);
const hex = (bytes: Buffer): string => bytes.toString('hex');

const BASE = 'qis/1/0/b9974df3';

const TOPICS = [
  BASE,
  ...['1', 'f', '10'].map((hops) => `${BASE}/${hops}`),
  'qis/1/a-name-of-16-chr/00000000/ffffffff',
  `qis/1/4294967295${'/00000000'.repeat(12)}/10`,
  ...['0', '01', '11', 'A', '1/1', '', '0000000', '000000000'].map((last) => `${BASE}/${last}`),
  'qis/1/0',
  'qis/1/0/1',
  'qis/1/00/b9974df3',
  'qis/1/Air/b9974df3',
  'qis/2/0/b9974df3',
  `qis/1/0${'/00000000'.repeat(13)}`,
];
const KID = 'q1/34750f98bd59fcfc';
const FILTERS = [`${BASE}/#`, 'qis/1/0/+/b9974df3/#', 'qis/1/#', KID].concat([
  '#',
  '+/1/#',
  'qis/#',
  'q1/+',
  'q1/#',
  KID.toUpperCase(),
  `$share/a/${BASE}/#`,
  '$SYS/#',
  'weather/roof',
]);
const PUBLISHES = [BASE, `${BASE}/1`, `${BASE}/0`, KID].concat([
  'qis/2/0/b9974df3',
  'q1/34750f98',
  'weather/roof',
  '$SYS/roof',
]);

function topicVector(topic: string) {
  const parsed = parseTopic(topic);
  return parsed ? { topic, original: parsed.base, hops: parsed.hops } : { topic, refused: true };
}

/** The whole file as text. */
export function linkVectors(): string {
  const alice = temporaryIdentity(seeds.alice);
  const bob = temporaryIdentity(seeds.bob);
  const toBob = alice.linkKeys(bob.publicKey)!.send;
  const toAlice = bob.linkKeys(alice.publicKey)!.send;
  const packet = issue(smoke, alice);
  const watched = [
    { domain: 0, tokens: tokens({ domain: 0, coarse: smoke.coarse }).map((token) => Buffer.from(token, 'hex')) },
    { domain: 0, tokens: [Buffer.from(tokens({ domain: 0, coarse: [2] })[0]!, 'hex'), Buffer.alloc(0)] },
  ];
  const { coarse, fine } = smoke;
  // Of a part of a cell, whatever the severity and the time of day.
  const isOpen = (index: number) => index === coarse.length || index === coarse.length + 1;
  const part = tokens({ domain: 0, coarse, fine: fine.slice(0, 4) });
  const narrow = [
    { domain: 0, tokens: part.map((token, index) => Buffer.from(isOpen(index) ? '' : token, 'hex')) },
    { domain: 0, tokens: Array.from({ length: 12 }, () => Buffer.alloc(4, 12)) },
  ];
  const said = { urls: ['mqtts://alice.example:8883'], filters: watched, expiresS: smoke.issued + 86_400 };
  const announcement = signAnnouncement(said, alice, undefined);
  const narrowed = signAnnouncement({ ...said, filters: narrow }, alice, undefined);
  const inCommunity = signAnnouncement(said, alice, community(communityKey));

  let counter = 0;
  const frame = (name: string, verb: number, rest: Pick<LinkFrame, 'body' | 'address'> & { hops?: number }) => {
    const made = {
      verb,
      messageId: Buffer.alloc(8, 16 + counter),
      boot: Buffer.from('b0071234', 'hex'),
      hops: 0,
      ...rest,
    };
    const full = { ...made, counter: counter++ };
    const to = full.address ? [full.address] : [];
    const items = [verb, full.messageId, full.boot, full.counter, full.hops, ...to, full.body];
    return { name, payload: hex(Buffer.from(encode(items))), frame: hex(sealFrame(full, alice.publicKey.kid, toBob)) };
  };
  const nonce = Buffer.from('0123456789abcdef', 'hex');
  const words = { coarse: [wordOrdinal('translation'), wordOrdinal('swahili')], fine: [0, 3] };
  const asked = { domain: 1, ...words, sensor: 0, steps: 255, confidenceMin: 50, packets: 8 };
  const content = {
    protocol: 1,
    keys: {
      alice_seed: hex(seeds.alice),
      bob_seed: hex(seeds.bob),
      alice_to_bob: hex(toBob),
      bob_to_alice: hex(toAlice),
    },
    frames: [
      frame('ACK of one packet', VERBS.ack.number, { body: [packet.id] }),
      frame('PING', VERBS.ping.number, { body: nonce }),
      frame('PONG', VERBS.pong.number, { body: nonce }),
      frame('ANNOUNCE', VERBS.announce.number, { body: announcement }),
      frame('STORE of an original', VERBS.store.number, { address: address(smoke), body: packet.bytes }),
      frame('STORE after 3 hops', VERBS.store.number, { address: address(smoke), body: packet.bytes, hops: 3 }),
      frame('QUERY', VERBS.query.number, { address: address(asked), body: questionBody(nonce, asked) }),
      frame('RESULT of one packet', VERBS.result.number, {
        body: resultBody({ id: nonce, left: 0, packets: [packet.bytes] }),
        hops: 1,
      }),
      frame('REFUSE of two keys', VERBS.refuse.number, { body: [bob.publicKey.kid, Buffer.alloc(8, 7)] }),
    ],
    topics: TOPICS.map(topicVector),
    subscriptions: FILTERS.map((filter) => ({
      filter,
      granted: maySubscribe({ role: 'gateway', name: 'hub' }, filter),
    })),
    publishes: PUBLISHES.map((topic) => ({ topic, allowed: mayPublish({ role: 'gateway', name: 'hub' }, topic) })),
    announcements: [
      { name: 'alice', community: null, announcement: hex(announcement) },
      { name: 'alice in a community', community: hex(communityKey), announcement: hex(inCommunity) },
      { name: 'alice, who watches a part of a cell', community: null, announcement: hex(narrowed) },
    ],
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
