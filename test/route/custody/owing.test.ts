// Who owes an acknowledgement, and how fast what was not acknowledged is sent again.
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { virtualClock } from '../../../src/core/clock.ts';
import { backlogFramesBurst, backlogFramesPerS } from '../../../src/core/limits.ts';
import type { PublicKey } from '../../../src/packet/gate.ts';
import { temporaryIdentity } from '../../../src/packet/identity.ts';
import { type Handed, type OwingParts, owe } from '../../../src/route/custody/owing.ts';
import type { Peer } from '../../../src/route/session/peer-table.ts';
import { isLinkTopic } from '../../../src/route/topic.ts';
import type { Way } from '../../../src/route/way.ts';
import { way } from '../ways.ts';
import { SMOKE, START_MS, watchedTopics, world } from './custody-fixture.ts';

const lost = (topic: string) => !isLinkTopic(topic);

/** The first one is linked with all others, and those with each other where `edges` says so. */
async function star(t: TestContext, names: readonly string[], edges: readonly (readonly [string, string])[] = []) {
  const it = world(t, { names });
  const [centre, ...others] = names;
  for (const other of others) it.link(centre!, other);
  for (const [x, y] of edges) it.link(x, y);
  await it.pass(2);
  return { ...it, of: (name: string) => it.gateways.get(name)! };
}

suite('who owes', () => {
  test('neither the origin of a packet nor whoever gave it', async (t) => {
    const { of, net, settle } = await star(t, ['b', 'a', 'c'], [['a', 'c']]);
    const [a, c] = [of('a'), of('c')];
    // `c` and `a` know of each other; what `a` publishes reaches `c` through `b` only.
    net.disconnect('c', 'a');
    const owing: string[] = [];
    const { owe } = c.store.custody;
    t.mock.method(c.store.custody, 'owe', (...args: Parameters<typeof owe>) => {
      owing.push(args[1].toString('hex'));
      owe(...args);
    });
    const packet = a.conclude();
    await settle();
    assert(c.holds(packet));
    assert.deepEqual(owing, []);
    c.conclude();
    const nodeId = (name: string) => of(name).identity.publicKey.nodeId.toString('hex');
    assert.deepEqual(owing.toSorted(), [nodeId('a'), nodeId('b')].toSorted());
  });
});

suite('on a broker that several share', () => {
  const [own, origin, mate, far] = [1, 2, 3, 4].map((n) => temporaryIdentity(Buffer.alloc(32, n)).publicKey) as [
    PublicKey,
    PublicKey,
    PublicKey,
    PublicKey,
  ];
  const [hub, roof] = [way('link:hub', { reachesAll: true }), way('link:roof', { reachesAll: true })];
  const filters = [watchedTopics()];

  /** Whom the packet of `origin` makes owe, where it came so. */
  function owing(from: Handed | undefined, change: { originWays?: Way[]; farWays?: Way[]; hub?: Way } = {}): string[] {
    const peerOf = (key: PublicKey, ways: readonly Way[]): Peer => {
      const announcement = { key, urls: [], filters, expiresS: START_MS / 1000 + 3_600 };
      return { key, ways, announcement, session: {} } as unknown as Peer;
    };
    const shared = change.hub ?? hub;
    const all = [
      peerOf(origin, change.originWays ?? [shared]),
      peerOf(mate, [shared]),
      peerOf(far, change.farWays ?? [roof]),
    ];
    const owed: Buffer[] = [];
    const parts = {
      peers: {
        all: () => all,
        at: (via: Way) => (via.id === roof.id ? all[2] : undefined),
        byNodeId: (id: Buffer) => all.find(({ key }) => key.nodeId.equals(id)),
      },
      ledger: { custody: { owe: (_: Buffer, peer: Buffer) => owed.push(peer), settle: () => true } },
      clock: virtualClock(START_MS),
      community: undefined,
      watched: filters,
      isLacking: () => false,
    };
    const packet = { id: Buffer.alloc(16), key: from ? origin : own, outcome: SMOKE };
    owe(parts as unknown as OwingParts, packet, from);
    const names = new Map(
      [origin, mate, far].map((key, n) => [key.nodeId.toString('hex'), ['origin', 'mate', 'far'][n]!]),
    );
    return owed.map((id) => names.get(id.toString('hex'))!);
  }

  test('who heard it there owes the one who published it there, and not us', () => {
    assert.deepEqual(owing(undefined), ['origin', 'mate', 'far'], 'our own is owed by all');
    assert.deepEqual(owing({ via: hub, hops: 0 }), ['far']);
    assert.deepEqual(owing({ via: hub, hops: 1 }), ['far']);
  });

  test('who did not hear it there owes us: it came another way, or to us alone', () => {
    assert.deepEqual(owing({ via: roof, hops: 1 }), ['mate']);
    assert.deepEqual(owing({ via: hub, hops: 1, giver: origin.nodeId }), ['mate', 'far'], 'a STORE');
    const ownBroker = way('client:hub');
    assert.deepEqual(
      owing({ via: ownBroker, hops: 0 }, { hub: ownBroker }),
      ['mate', 'far'],
      'clients of our own broker',
    );
  });

  test('an original of an origin that is not there was played by anybody', () => {
    assert.deepEqual(owing({ via: hub, hops: 0 }, { originWays: [roof], farWays: [hub] }), ['mate', 'far']);
  });
});

suite('what is sent again', () => {
  test('a backlog is sent at its pace, not as fast as it can be', async (t) => {
    const { of, pass } = await star(t, ['a', 'b']);
    const a = of('a');
    a.loses = lost;
    for (let i = 0; i < 150; i++) a.conclude();
    await pass(14);
    const before = a.sent.store;
    await pass(10);
    const most = backlogFramesBurst + 10 * backlogFramesPerS;
    assert(a.sent.store - before > most / 2 && a.sent.store - before <= most, `${a.sent.store - before}`);
  });
});
