// Custody between real gateways: whatever is killed, cut or restarted, what was acknowledged is held, nothing is missing in
// the end, and nothing enters the loop twice. Each run names its seed; CUSTODY_SEED repeats one, CUSTODY_ROUNDS soaks.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../src/sim/random.ts';
import { consistent, type GatewayProcess, gateways, settled } from './gateway-process.ts';

const TIMEOUT = { timeout: 90_000 + 5_000 * Number(process.env.CUSTODY_ROUNDS ?? 0) };
const ROUNDS = Number(process.env.CUSTODY_ROUNDS ?? 6);

function seeded(t: TestContext): () => number {
  const seed = Number(process.env.CUSTODY_SEED ?? Date.now() % 1_000_000);
  t.diagnostic(`CUSTODY_SEED=${seed}`);
  return seededRandom(seed);
}

async function pair(t: TestContext, plan: Partial<Parameters<typeof gateways>[1]> = {}) {
  const map = await gateways(t, { names: ['a', 'b'], edges: [['a', 'b']], factor: 60, ...plan });
  const [a, b] = [map.get('a')!, map.get('b')!];
  await Promise.all([a.start(), b.start()]);
  await settled([a, b], () => 1);
  return { a, b };
}

/** Both start again; what is left is delivered, and so is what is new. */
async function again(a: GatewayProcess, b: GatewayProcess): Promise<void> {
  await Promise.all([a.start(), b.start()]);
  await settled([a, b], () => 1);
  await Promise.all([a.feed(), b.feed()]);
  const before = await settled([a, b], () => 1);
  assert((await consistent([a, b], before)) >= 12);
}

suite('custody', () => {
  test('kill -9 of either side at any moment', TIMEOUT, async (t) => {
    const random = seeded(t);
    const { a, b } = await pair(t);
    for (let round = 0; round < ROUNDS; round++) {
      const feeding = Promise.all([a.feed(), b.feed()]);
      const victim = random() < 0.5 ? a : b;
      await sleep(80 * random());
      await victim.kill();
      await feeding;
      await victim.start();
    }
    const before = await settled([a, b], () => 1);
    const packets = await consistent([a, b], before);
    t.diagnostic(`${packets} packets`);
    assert(packets > ROUNDS);
  });

  for (const [moment, who, type] of [
    ['a packet was committed by its sender', 'a', 'packet_issued'],
    ['a packet was committed by its receiver', 'b', 'packet_received'],
  ] as const) {
    test(`kill -9 of both when ${moment}`, TIMEOUT, async (t) => {
      const { a, b } = await pair(t);
      const feeding = a.feed();
      await (who === 'a' ? a : b).events.until((event) => event.type === type);
      await Promise.all([a.kill(), b.kill()]);
      await feeding;
      await again(a, b);
    });
  }

  test('kill -9 of both when a backlog began to move', TIMEOUT, async (t) => {
    const { a, b } = await pair(t);
    await b.kill();
    await a.feed();
    await a.feed();
    const met = a.events.items.length;
    await b.start();
    await b.events.until((event) => event.type === 'packet_received');
    await Promise.all([a.kill(), b.kill()]);
    assert(a.events.items.length > met);
    await again(a, b);
  });

  test('a link that flaps for an hour', TIMEOUT, async (t) => {
    const random = seeded(t);
    const proxy = flapping(t);
    const { a, b } = await pair(t, { factor: 600, dial: await proxy.open() });
    // An hour of the gateways' clock.
    const untilMs = performance.now() + 6_000;
    while (performance.now() < untilMs) {
      await Promise.all([a.feed(), b.feed()]);
      await sleep(200 + 600 * random());
      proxy.cut();
    }
    const before = await settled([a, b], () => 1);
    const packets = await consistent([a, b], before);
    t.diagnostic(`${packets} packets, ${proxy.cuts()} cuts`);
    assert(packets > 20 && proxy.cuts() > 2);
  });

  for (const [shape, names, edges] of [
    ['a triangle', 'abc', ['ab', 'bc', 'ca']],
    ['a ring of five', 'abcde', ['ab', 'bc', 'cd', 'de', 'ea']],
  ] as const) {
    test(`${shape}, one of which is killed`, TIMEOUT, async (t) => {
      const links = edges.map((edge) => [edge[0]!, edge[1]!] as const);
      const map = await gateways(t, { names: [...names], edges: links, factor: 60 });
      const all = [...map.values()];
      await Promise.all(all.map((gateway) => gateway.start()));
      await settled(all, () => 2);
      const [first, second] = all as [GatewayProcess, GatewayProcess];
      await Promise.all([first.feed(), second.feed()]);
      const feeding = second.feed();
      await first.kill();
      await feeding;
      await first.start();
      const before = await settled(all, () => 2);
      assert((await consistent(all, before)) >= 12);
    });
  }
});

/** Ways that can be cut, one for each port: everything that crosses them dies with them. */
function flapping(t: TestContext) {
  const sockets = new Set<Socket>();
  let cuts = 0;
  const cut = () => {
    if (sockets.size > 0) cuts++;
    for (const socket of sockets) socket.destroy();
  };
  async function listen(): Promise<{ port: number; lead: (to: number) => void }> {
    let target = 0;
    const server = createServer((near) => {
      const far = connect(target, '127.0.0.1');
      for (const [socket, other] of [[near, far] as const, [far, near] as const]) {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const address = server.address();
    assert(address !== null && typeof address === 'object');
    return {
      port: address.port,
      lead: (to) => {
        target = to;
      },
    };
  }
  t.after(cut);
  return {
    cut,
    cuts: () => cuts,
    /** @returns where to dial instead of at a port */
    async open(): Promise<(port: number) => number> {
      const ways = [await listen(), await listen()];
      return (port) => {
        const way = ways.pop();
        assert(way);
        way.lead(port);
        return way.port;
      };
    },
  };
}
