// What every Network has to keep, over whatever carries it. A file next to the implementation calls this with a factory.
//
// That something does not arrive is shown by something later that does: a network keeps the order of one publisher.
// Over its own broker a gateway is heard by those who subscribe there, and hears nothing back. On a broker that is shared
// everyone hears everyone, and itself: telling own echoes and second copies is the agent's work.
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { packetBytesMax } from '../../src/core/limits.ts';
import type { Arrival, ArrivalHandler } from '../../src/route/arrival.ts';
import type { Network } from '../../src/route/network.ts';
import { formatTopic, parseTopic } from '../../src/route/topic.ts';
import { type Recorder, recorder } from '../recorder.ts';

export interface GatewayPlan {
  readonly name: string;
  /** Names of the gateways it is connected to and subscribes at. */
  readonly hears: readonly string[];
  readonly filters: readonly string[];
  readonly onPacket: ArrivalHandler;
}

export interface Medium {
  /** Gateways publish on brokers that are shared, and hear themselves. */
  readonly echoes: boolean;
  /** Id of the way by which something of this publisher arrives. */
  readonly via: (publisher: string) => string;
}

const OWN_BROKERS: Medium = { echoes: false, via: (publisher) => `link:${publisher}` };

/** Resolves with a network per gateway, by name, once all are connected. What is published arrives by itself. */
export type NetworkFactory = (t: TestContext, plans: readonly GatewayPlan[]) => Promise<ReadonlyMap<string, Network>>;

const HERE = 'qis/1/0/0a0a0a0a/0b0b0b0b/0c0c0c0c/0d0d0d0d';
const ELSEWHERE = 'qis/1/0/0a0a0a0a/0b0b0b0b/0e0e0e0e/0d0d0d0d';
const WATCH_HERE = ['qis/1/0/0a0a0a0a/0b0b0b0b/0c0c0c0c/#'];

const texts = ({ items }: Recorder<Arrival>): string[] => items.map(({ bytes }) => bytes.toString());

export function networkConformance(name: string, factory: NetworkFactory, medium: Medium = OWN_BROKERS): void {
  /** `far` publishes, `near` watches. */
  async function pair(t: TestContext, onPacket: ArrivalHandler = () => {}, filters = WATCH_HERE) {
    const arrivals = recorder<Arrival>();
    const echoes = recorder<Arrival>();
    const networks = await factory(t, [
      { name: 'far', hears: [], filters: ['qis/1/#'], onPacket: (arrival) => echoes.add(arrival) },
      {
        name: 'near',
        hears: ['far'],
        filters,
        onPacket(arrival) {
          arrivals.add(arrival);
          return onPacket(arrival);
        },
      },
    ]);
    return { far: networks.get('far')!, near: networks.get('near')!, arrivals, echoes };
  }

  suite(`network: ${name}`, { timeout: 20_000 }, () => {
    test('brings what is watched, with its topic, its bytes and who brought it', async (t) => {
      const { far, near, arrivals, echoes } = await pair(t);
      assert.equal(far.publish(ELSEWHERE, Buffer.from('not watched')), true);
      assert.equal(far.publish(formatTopic(HERE, 3), Buffer.from([0, 255, 128])), true);
      assert.deepEqual(await arrivals.count(1), [
        { topic: `${HERE}/3`, bytes: Buffer.from([0, 255, 128]), via: arrivals.items[0]!.via },
      ]);
      const { via } = arrivals.items[0]!;
      assert.deepEqual([via.id, via.network], [medium.via('far'), near.name]);
      assert(via.payloadBytesMax <= near.payloadBytesMax && via.cost >= 0 && via.neighbour !== '');
      if (medium.echoes) await echoes.count(2);
      assert.equal(echoes.items.length, medium.echoes ? 2 : 0);
    });

    test('brings what is watched now, in place of what was', async (t) => {
      const { far, near, arrivals } = await pair(t, undefined, [...WATCH_HERE, 'qis/1/1/#']);
      near.watch?.(['qis/1/0/0a0a0a0a/0b0b0b0b/0e0e0e0e/+/#', 'qis/1/1/#']);
      if (!near.watch) return;
      // Nothing says when it is granted. Order is kept, so what was watched before would come before what is now.
      const isSwitched = async (round: number): Promise<boolean> => {
        far.publish(HERE, Buffer.from(`old ${round}`));
        far.publish(ELSEWHERE, Buffer.from(`new ${round}`));
        far.publish('qis/1/1/00000000', Buffer.from(`kept ${round}`));
        await arrivals.until(({ bytes }) => bytes.toString() === `kept ${round}`);
        return texts(arrivals).includes(`new ${round}`) && !texts(arrivals).includes(`old ${round}`);
      };
      let round = 0;
      while (!(await isSwitched(round))) round += 1;
      assert.equal(await isSwitched(round + 1), true);
    });

    test('keeps the order of one publisher', async (t) => {
      const { far, arrivals } = await pair(t);
      const sent = Array.from({ length: 100 }, (_, index) => `${index}`);
      for (const text of sent) far.publish(HERE, Buffer.from(text));
      await arrivals.count(sent.length);
      assert.deepEqual(texts(arrivals), sent);
    });

    test('any of several filters is enough', async (t) => {
      const { far, arrivals } = await pair(t, undefined, ['qis/1/1/#', ...WATCH_HERE]);
      far.publish(HERE, Buffer.from('a'));
      far.publish('qis/1/1/00000000', Buffer.from('b'));
      await arrivals.count(2);
      assert.deepEqual(texts(arrivals), ['a', 'b']);
    });

    test('brings what waits in order, and goes on after one that failed; whether others wait for it is its own affair', async (t) => {
      const settle = recorder<() => void>();
      const { far, arrivals } = await pair(
        t,
        () =>
          new Promise((resolve, reject) =>
            settle.add(settle.items.length === 0 ? () => reject(new Error('no')) : resolve),
          ),
      );
      for (const text of 'abc') far.publish(HERE, Buffer.from(text));
      for (const count of [1, 2, 3]) {
        await arrivals.count(count);
        (await settle.count(count))[count - 1]?.();
      }
      assert.deepEqual(texts(arrivals), ['a', 'b', 'c']);
    });

    test('what is sent back along the way of an arrival comes to its publisher, and to no other topic', async (t) => {
      const { far, near, arrivals, echoes } = await pair(t);
      far.publish(HERE, Buffer.from('there'));
      const { via } = (await arrivals.count(1))[0]!;
      assert.equal(near.send(ELSEWHERE, Buffer.from('back'), via), true);
      const { topic } = await echoes.until(({ bytes }) => bytes.toString() === 'back');
      assert.equal(topic, ELSEWHERE);
    });

    test('takes what has just the size it says, and refuses what is larger', async (t) => {
      const { far, near, arrivals } = await pair(t);
      const { payloadBytesMax } = far;
      // A packet is never larger than this, whatever the network takes.
      const packet = Buffer.alloc(Math.min(payloadBytesMax, packetBytesMax), 1);
      assert.equal(far.publish(HERE, Buffer.alloc(payloadBytesMax + 1)), false);
      assert.equal(far.publish(HERE, packet), true);
      const { bytes, via } = (await arrivals.count(1))[0]!;
      assert.deepEqual(bytes, packet);
      assert.equal(near.send(HERE, Buffer.alloc(via.payloadBytesMax + 1), via), false);
      assert.equal(near.send(HERE, packet, via), true);
    });

    test('a publisher whom nobody watches is not troubled', async (t) => {
      const { near } = await pair(t);
      assert.equal(near.publish(HERE, Buffer.from('x')), true);
    });

    if (medium.echoes)
      test('who shares a broker hears all on it, and passing on comes to an end', (t) => shared(t, factory));
    else
      test('in a ring a packet goes as far as the gateways pass it on, and no further', (t) =>
        ring(t, factory, medium.via));
  });
}

async function ring(t: TestContext, factory: NetworkFactory, way: Medium['via']): Promise<void> {
  const arrivals = recorder<string>();
  const names = ['a', 'b', 'c'];
  const networks: ReadonlyMap<string, Network> = await factory(
    t,
    names.map((own, index) => ({
      name: own,
      hears: [names[(index + 2) % 3]!],
      filters: WATCH_HERE,
      onPacket({ topic, bytes, via }) {
        const parsed = parseTopic(topic);
        assert(parsed);
        arrivals.add(`${own} ${via.id} ${parsed.hops} ${bytes}`);
        if (parsed.hops < 4)
          networks.get(own)?.publish(formatTopic(parsed.base, parsed.hops + 1), bytes, { except: [via] });
      },
    })),
  );
  networks.get('a')?.publish(HERE, Buffer.from('x'));
  await arrivals.count(5);
  networks.get('a')?.publish(formatTopic(HERE, 4), Buffer.from('last'));
  await arrivals.count(6);
  assert.deepEqual(arrivals.items, [
    `b ${way('a')} 0 x`,
    `c ${way('b')} 1 x`,
    `a ${way('c')} 2 x`,
    `b ${way('a')} 3 x`,
    `c ${way('b')} 4 x`,
    `b ${way('a')} 4 last`,
  ]);
}

/** Each passes on the first copy of what is not its own, as an agent does. */
async function shared(t: TestContext, factory: NetworkFactory): Promise<void> {
  const arrivals = recorder<{ readonly own: string; readonly hops: number; readonly text: string }>();
  const names = ['a', 'b', 'c'];
  const networks: ReadonlyMap<string, Network> = await factory(
    t,
    names.map((own, index) => ({
      name: own,
      hears: [names[(index + 2) % 3]!],
      filters: WATCH_HERE,
      onPacket({ topic, bytes, via }) {
        const { base, hops } = parseTopic(topic)!;
        const text = bytes.toString();
        const isNew = own !== 'a' && !arrivals.items.some((item) => item.own === own && item.text === text);
        arrivals.add({ own, hops, text });
        if (isNew) networks.get(own)?.publish(formatTopic(base, hops + 1), bytes, { except: [via] });
      },
    })),
  );
  for (const text of ['x', 'y']) {
    networks.get('a')?.publish(HERE, Buffer.from(text));
    await Promise.all(names.map((own) => arrivals.until((item) => item.own === own && item.text === text)));
  }
  assert(arrivals.items.every(({ hops }) => hops < names.length));
}
