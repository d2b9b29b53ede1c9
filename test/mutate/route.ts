// Mistakes in who is heard on a link, who owes what, and which way a frame takes.
import type { Mutation } from './mutation.ts';

const FAIR = ['test/route/custody/fairness.test.ts'];
const NARROW = ['test/route/custody/narrow-way.test.ts'];
const NETWORKS = ['test/route/networks.test.ts'];
const PEERS = ['test/route/session/peers.test.ts'];
const VERBS = ['test/route/session/dispatch.test.ts'];

export const ROUTE_MUTATIONS: readonly Mutation[] = [
  {
    name: 'who handed a packet over owes for it too',
    file: 'src/route/custody/owing.ts',
    find: 'if (peer === giving) ledger.custody.settle(packet.id, nodeId, nowMs);\n    else ',
    replace: '',
    tests: FAIR,
  },
  {
    name: 'the first neighbour has the whole burst',
    file: 'src/route/custody/resending.ts',
    find: 'Math.ceil(left / (ready.length - i))',
    replace: 'left',
    tests: FAIR,
  },
  {
    name: 'neighbours do not take turns',
    file: 'src/route/custody/resending.ts',
    find: 'ready[(turn + i) % ready.length]!',
    replace: 'ready[i]!',
    tests: FAIR,
  },
  {
    name: 'every announcement brings the backlog again',
    file: 'src/route/custody/hearing.ts',
    find: 'if (isNew || hasRefused) oweBacklog',
    replace: 'oweBacklog',
    tests: FAIR,
  },
  {
    name: 'every announcement is news',
    file: 'src/route/custody/hearing.ts',
    find: 'if (isNew) emit',
    replace: 'emit',
    tests: FAIR,
  },
  {
    name: 'an acknowledgement makes all that waits due',
    file: 'src/route/custody/hearing.ts',
    find: '    onAck(peer);\n',
    replace: '    onAck(peer);\n    ledger.commitNow(() => ledger.custody.hurry(peer.key.nodeId, nowMs));\n',
    tests: FAIR,
  },
  {
    name: 'what no way has room for waits as if the way were down',
    file: 'src/route/session/speaker.ts',
    find: "return fitting.length < ways.length ? 'no_room' : 'down';",
    replace: "return 'down';",
    tests: NARROW,
  },
  {
    name: 'who cannot announce itself is sent nothing',
    file: 'src/route/custody/watching.ts',
    find: 'return peer.session && isNarrow(peer.ways[0]) ? watched : [];',
    replace: 'return [];',
    tests: NARROW,
  },
  {
    name: 'an announcement that cannot come is asked for without end',
    file: 'src/route/session/handshake.ts',
    find: '(announcement !== undefined || isNarrow(ways[0]))',
    replace: 'announcement !== undefined',
    tests: NARROW,
  },
  {
    name: 'what a narrow network cannot take keeps the outbox waiting',
    file: 'src/route/networks.ts',
    find: 'return isTaken || small.length > 0;',
    replace: 'return isTaken;',
    tests: NETWORKS,
  },
  {
    name: 'the dearest way first',
    file: 'src/route/way.ts',
    find: 'a.cost - b.cost',
    replace: 'b.cost - a.cost',
    tests: NETWORKS,
  },
  {
    name: 'the newest idle peer gives way',
    file: 'src/route/session/peer-table.ts',
    find: 'b.heardMs < a.heardMs ? b : a',
    replace: 'b.heardMs > a.heardMs ? b : a',
    tests: PEERS,
  },
  {
    name: 'every frame of a session is answered with an introduction',
    file: 'src/route/session/peers.ts',
    find: '    const heard = dispatch(',
    replace: '    if (hasSession) handshake.begin(peer, [via]);\n    const heard = dispatch(',
    tests: PEERS,
  },
  {
    name: 'a stranger may say anything',
    file: 'src/route/session/peers.ts',
    find: '!row?.strangerMay || ',
    replace: '!row || ',
    tests: PEERS,
  },
  {
    name: 'a handler sees bodies of any shape',
    file: 'src/route/session/dispatch.ts',
    find: "if (!verb.isBody(body)) return 'bad_body';",
    replace: '',
    tests: VERBS,
  },
  {
    name: 'ANNOUNCE is heard as often as it comes',
    file: 'src/route/session/dispatch.ts',
    find: 'verb.isPaced && ',
    replace: 'verb.isPaced && false && ',
    tests: VERBS,
  },
  {
    name: 'the key of a link is made for each frame',
    file: 'src/route/session/seals.ts',
    find: 'kept.has(id) ? kept.get(id) : make(other)',
    replace: 'make(other)',
    tests: ['test/route/session/seals.test.ts'],
  },
  {
    name: 'a recorded frame is heard before its boot is known',
    file: 'src/route/session/dispatch.ts',
    find: "if (!hasSession && !verb?.beforeSession) return 'unknown_boot';",
    replace: '',
    tests: VERBS,
  },
  {
    name: 'reconnections wait by the clock of the machine',
    file: 'src/gateway/network.ts',
    find: ', timer: timerAt(clock.rate)',
    replace: '',
    tests: ['test/gateway/back-off.test.ts'],
  },
  {
    name: 'what has expired is owed until housekeeping',
    file: 'src/store/custody.ts',
    find: 'due_ms IS NOT NULL AND expires_s > ?',
    replace: 'due_ms IS NOT NULL AND ? > 0',
    tests: ['test/store/custody.test.ts'],
  },
  {
    name: 'who lacks a key is owed what it cannot check',
    file: 'src/route/custody/owing.ts',
    find: ' || parts.isLacking(peer, packet.key.kid)',
    replace: '',
    tests: ['test/route/custody/refusals.test.ts'],
  },
  {
    name: 'who got the key it lacked is not owed what it refused',
    file: 'src/route/custody/hearing.ts',
    find: 'if (isNew || hasRefused) oweBacklog',
    replace: 'if (isNew) oweBacklog',
    tests: ['test/route/custody/refusals.test.ts'],
  },
];
