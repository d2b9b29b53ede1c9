// Mistakes on the way of a packet: who is let in, what is kept for whom, and for how long.
import type { Mutation } from './mutation.ts';

const ADMISSION = ['test/route/admission.test.ts'];
const ROUTER = ['test/route/router.test.ts'];
const DELIVERY = ['test/route/custody/delivery.test.ts'];
const OWING = ['test/route/custody/owing.test.ts'];
const INPUT = ['test/route/custody/delivery-input.test.ts'];
const PEERS = ['test/route/session/peers.test.ts'];

export const ADMISSION_MUTATIONS: readonly Mutation[] = [
  {
    name: 'a packet with a broken signature is admitted',
    file: 'src/route/admission.ts',
    find: "if (!signed) return drop('bad_signature');",
    replace:
      'if (!signed) return { ok: true, packet: { ...packet, key: keys[0]!, id: idOf(packet, keys[0]!) }, topic };',
    tests: ADMISSION,
  },
  {
    name: 'an id counts as seen before the signature was checked',
    file: 'src/route/admission.ts',
    find: 'if (!isSeen(id)) continue;',
    replace:
      "const met = ((admit as { met?: Set<string> }).met ??= new Set()); if (!isSeen(id) && !met.has(id.toString('hex'))) { met.add(id.toString('hex')); continue; }",
    tests: ROUTER,
  },
  {
    name: 'a packet may travel under the topic of another condition',
    file: 'src/route/admission.ts',
    find: "if (topicOf(packet.outcome, community) !== topic.base) return drop('topic_mismatch');",
    replace: '',
    tests: ADMISSION,
  },
  {
    name: 'packets from the future are admitted',
    file: 'src/route/admission.ts',
    find: 'nowS + futureToleranceS',
    replace: 'nowS + 1e9',
    tests: ADMISSION,
  },
  {
    name: 'expired packets are admitted',
    file: 'src/route/admission.ts',
    find: "if (expiresS(packet.outcome) <= nowS) return drop('expired');",
    replace: '',
    tests: ADMISSION,
  },
  {
    name: 'one hop more than the limit',
    file: 'src/route/router.ts',
    find: 'if (topic.hops >= hopsMax) drop(',
    replace: 'if (topic.hops > hopsMax) drop(',
    tests: ROUTER,
  },
  {
    name: 'hops are not counted',
    file: 'src/route/relaying.ts',
    find: 'const hops = from.hops + 1;',
    replace: 'const hops = from.hops;',
    tests: ROUTER,
  },
  {
    name: 'a packet is acknowledged and relayed before its commit',
    file: 'src/route/router.ts',
    find: 'return await ledger.commit(() => {',
    replace: 'return !!ledger.commit(() => {',
    tests: ROUTER,
  },
  {
    name: 'a packet whose commit failed is acknowledged',
    file: 'src/route/router.ts',
    find: "drop(emit, 'store_failed', from);",
    replace: "if (drop(emit, 'store_failed', from) === undefined) return false;",
    tests: ROUTER,
  },
  {
    name: 'whoever sends a duplicate is never told to stop',
    file: 'src/route/router.ts',
    find: 'if (admitted.known) again(',
    replace: 'if (admitted.ok) again(',
    tests: ROUTER,
  },
  {
    name: 'a topic may have more hops than a packet',
    file: 'src/route/topic.ts',
    find: 'if (domain === undefined || hops > hopsMax)',
    replace: 'if (domain === undefined)',
    tests: ['test/route/topic.test.ts'],
  },
  {
    name: 'the origin owes its own packet',
    file: 'src/route/custody/owing.ts',
    find: 'if (bytes.equals(packet.key.bytes) || ',
    replace: 'if (bytes.length === 0 || ',
    tests: OWING,
  },
  {
    name: 'whoever watches something else owes an acknowledgement',
    file: 'src/route/custody/owing.ts',
    find: 'if (!watches(watchedBy(peer, parts), packet.outcome, community)) continue;',
    replace: '',
    tests: INPUT,
  },
  {
    name: 'an announcement that is over still counts',
    file: 'src/route/custody/watching.ts',
    find: ' && isValidAt(peer.announcement, clock)',
    replace: '',
    tests: [...DELIVERY, ...INPUT],
  },
  {
    name: 'a backlog is sent without a pace',
    file: 'src/route/custody/resending.ts',
    find: 'pace.take(taken + among(strangers, allowance - taken));',
    replace: 'among(strangers, allowance - taken);',
    tests: OWING,
  },
  {
    name: 'what is not acknowledged is sent again without back-off',
    file: 'src/route/custody/resending.ts',
    find: 'resendMsMin * 2 ** attempts',
    replace: 'resendMsMin',
    tests: DELIVERY,
  },
  {
    name: 'a packet for another address is taken',
    file: 'src/route/custody/hearing.ts',
    find: "if (!frame.address?.equals(address(outcome, community))) return 'address_mismatch';",
    replace: '',
    tests: INPUT,
  },
  {
    name: 'a neighbour may announce the key of another',
    file: 'src/route/custody/hearing.ts',
    find: "if (!said?.key.bytes.equals(peer.key.bytes)) return 'bad_body';",
    replace: "if (!said) return 'bad_body';",
    tests: INPUT,
  },
  {
    name: 'one packet more than the car park has room for',
    file: 'src/route/custody/parking.ts',
    find: 'if (parked.length >= packetsMax) return false;',
    replace: 'if (parked.length > packetsMax) return false;',
    tests: ['test/route/custody/parking.test.ts'],
  },
  {
    name: 'packets wait for their key for ever',
    file: 'src/route/custody/parking.ts',
    find: '< parkedMsMax',
    replace: '< Infinity',
    tests: ['test/route/custody/parking.test.ts'],
  },
  {
    name: 'a peer that speaks gives way to a stranger',
    file: 'src/route/session/peer-table.ts',
    find: '!session || heardMs < silentMs',
    replace: '!session || heardMs > silentMs',
    tests: PEERS,
  },
  {
    name: 'a recorded frame is heard again',
    file: 'src/route/session/counter-window.ts',
    find: 'if (behind >= WIDTH || (used >>> behind) & 1) return false;',
    replace: 'if (behind >= WIDTH) return false;',
    tests: ['test/route/session/counter-window.test.ts'],
  },
  {
    name: 'a challenge is met by any answer',
    file: 'src/route/session/handshake.ts',
    find: 'if (!peer.challenge?.bytes.equals(body as Buffer)) return undefined;',
    replace: 'if (!peer.challenge || !body) return undefined;',
    tests: PEERS,
  },
  {
    name: 'a recorded PING makes us answer without end',
    file: 'src/route/session/handshake.ts',
    find: "if (!peer.answers.tryTake()) return 'rate';",
    replace: '',
    tests: PEERS,
  },
  {
    name: 'a stranger that announces itself is believed where nobody may',
    file: 'src/route/session/peers.ts',
    find: 'isOpen ? createPaces(clock, ratesMax) : undefined;',
    replace: 'createPaces(clock, ratesMax);',
    tests: PEERS,
  },
  {
    name: 'the tag of a link frame is not checked',
    file: 'src/route/session/link-frame.ts',
    find: 'return timingSafeEqual(macOf(key, kid, payload), tag);',
    replace: 'return timingSafeEqual(tag, tag) || macOf(key, kid, payload).equals(tag);',
    tests: ['test/route/session/link-frame.test.ts'],
  },
  {
    name: 'a clock that jumps gives more than one burst',
    file: 'src/route/session/pace.ts',
    find: 'Math.min(this.#burst, this.#left + ',
    replace: 'Math.min(Infinity, this.#left + ',
    tests: ['test/route/session/pace.test.ts'],
  },
  {
    name: 'a frame is sent on a way that has no room for it',
    file: 'src/route/custody/resending.ts',
    find: 'if (storeBytesMax(bytes) <= way.payloadBytesMax) {',
    replace: 'if (storeBytesMax(bytes) <= Infinity * way.payloadBytesMax) {',
    tests: ['test/route/custody/narrow-way.test.ts'],
  },
  {
    name: 'what has no room on any way is tried at every tick',
    file: 'src/route/custody/resending.ts',
    find: "if (!tried.includes('no_room')) return undefined;",
    replace: "if (!tried.includes('sent')) return undefined;",
    tests: ['test/route/custody/narrow-way.test.ts'],
  },
];
