// Who owes an acknowledgement, and in which turn neighbours are sent what they have not acknowledged.
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { backlogFramesBurst, backlogFramesPerS } from '../../../src/core/limits.ts';
import { isLinkTopic, linkTopic } from '../../../src/route/topic.ts';
import { type TestGateway, verbOf, world } from './custody-fixture.ts';

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

/** STOREs of a gateway from now on, by the name of the neighbour they are for. */
function storesOf(from: TestGateway, all: Iterable<TestGateway>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const names = new Map<string, string>();
  for (const { name, identity } of all) names.set(linkTopic(identity.publicKey.kid.toString('hex')), name);
  from.loses = (topic, bytes) => {
    if (!isLinkTopic(topic) || verbOf(bytes) !== 'store') return false;
    const name = names.get(topic)!;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return false;
  };
  return counts;
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

suite('whose turn it is', () => {
  test('at one moment each neighbour gets its share, however much another one is owed', async (t) => {
    const { of, pass, gateways } = await star(t, ['a', 'b', 'c']);
    const a = of('a');
    a.loses = lost;
    for (let i = 0; i < 60; i++) a.conclude();
    await pass(14);
    const counts = storesOf(a, gateways.values());
    await pass(1);
    assert.deepEqual(Object.fromEntries(counts), { b: backlogFramesBurst / 2, c: backlogFramesBurst / 2 });
  });

  test('with more neighbours than frames a second, each has its turn', async (t) => {
    const others = ['b', 'c', 'd', 'e', 'f', 'g', 'h'];
    assert(others.length > backlogFramesPerS);
    const { of, pass, gateways } = await star(t, ['a', ...others]);
    const a = of('a');
    a.loses = lost;
    for (let i = 0; i < 20; i++) a.conclude();
    for (const other of others) of(other).loses = isLinkTopic;
    await pass(14);
    const counts = storesOf(a, gateways.values());
    await pass(14);
    const least = Math.min(...others.map((name) => counts.get(name) ?? 0));
    const most = Math.max(...counts.values());
    assert(most >= 8 && most - least <= 2, JSON.stringify([...counts]));
  });

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
