// What every Network has to keep, over whatever carries it. A file next to the implementation calls this with a factory.
//
// That something does not arrive is shown by something later that does: a network keeps the order of one publisher.
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
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

/** Resolves with a network per gateway, by name, once all are connected. What is published arrives by itself. */
export type NetworkFactory = (t: TestContext, plans: readonly GatewayPlan[]) => Promise<ReadonlyMap<string, Network>>;

const HERE = 'qis/1/0/0a0a0a0a/0b0b0b0b/0c0c0c0c/0d0d0d0d';
const ELSEWHERE = 'qis/1/0/0a0a0a0a/0b0b0b0b/0e0e0e0e/0d0d0d0d';
const WATCH_HERE = ['qis/1/0/0a0a0a0a/0b0b0b0b/0c0c0c0c/#'];

const texts = ({ items }: Recorder<Arrival>): string[] => items.map(({ bytes }) => bytes.toString());

export function networkConformance(name: string, factory: NetworkFactory): void {
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
      const { far, arrivals, echoes } = await pair(t);
      assert.equal(far.publish(ELSEWHERE, Buffer.from('not watched')), true);
      assert.equal(far.publish(formatTopic(HERE, 3), Buffer.from([0, 255, 128])), true);
      assert.deepEqual(await arrivals.count(1), [
        { topic: `${HERE}/3`, bytes: Buffer.from([0, 255, 128]), via: 'link:far' },
      ]);
      assert.equal(echoes.items.length, 0);
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

    test('waits for the handler before it brings the next, and goes on after one that failed', async (t) => {
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
        assert.equal(arrivals.items.length, count);
        (await settle.count(count))[count - 1]?.();
      }
      assert.deepEqual(texts(arrivals), ['a', 'b', 'c']);
    });

    test('a publisher whom nobody watches is not troubled', async (t) => {
      const { near } = await pair(t);
      assert.equal(near.publish(HERE, Buffer.from('x')), true);
    });

    test('in a ring a packet goes as far as the gateways pass it on, and no further', async (t) => {
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
            arrivals.add(`${own} ${via} ${parsed.hops} ${bytes}`);
            if (parsed.hops < 4)
              networks.get(own)?.publish(formatTopic(parsed.base, parsed.hops + 1), bytes, { except: via });
          },
        })),
      );
      networks.get('a')?.publish(HERE, Buffer.from('x'));
      await arrivals.count(5);
      networks.get('a')?.publish(formatTopic(HERE, 4), Buffer.from('last'));
      await arrivals.count(6);
      assert.deepEqual(arrivals.items, [
        'b link:a 0 x',
        'c link:b 1 x',
        'a link:c 2 x',
        'b link:a 3 x',
        'c link:b 4 x',
        'b link:a 4 last',
      ]);
    });
  });
}
