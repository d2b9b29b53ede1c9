// Who owes an acknowledgement, and how fast what was not acknowledged is sent again.
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { backlogFramesBurst, backlogFramesPerS } from '../../../src/core/limits.ts';
import { isLinkTopic } from '../../../src/route/topic.ts';
import { world } from './custody-fixture.ts';

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
