import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { memoryNetwork } from '../../src/route/memory-network.ts';
import type { Network } from '../../src/route/network.ts';
import { type NetworkFactory, networkConformance } from '../conformance/network.ts';

/** What is published or sent is delivered by itself. */
function memoryFactory(options: Parameters<typeof memoryNetwork>[0]): NetworkFactory {
  return async (_t, plans) => {
    const net = memoryNetwork(options);
    const networks = new Map(plans.map((plan) => [plan.name, net.join(plan)]));
    for (const { name, hears } of plans) for (const publisher of hears) net.connect(name, publisher);
    let delivered = Promise.resolve();
    const delivering = (isTaken: boolean): boolean => {
      delivered = delivered.then(() => net.settle());
      return isTaken;
    };
    const publishing = ({ publish, send, ...rest }: Network): Network => ({
      ...rest,
      publish: (...args) => delivering(publish(...args)),
      send: (...args) => delivering(send(...args)),
    });
    return new Map([...networks].map(([name, network]) => [name, publishing(network)]));
  };
}

networkConformance('in memory', memoryFactory({}));
networkConformance('in memory, narrow', memoryFactory({ name: 'radio', payloadBytesMax: 140 }), {
  echoes: false,
  via: (publisher) => `radio-link:${publisher}`,
});

suite('memory network', () => {
  test('delivers one arrival a step, oldest first, and only while it is connected', async () => {
    const net = memoryNetwork();
    const heard: string[] = [];
    const a = net.join({ name: 'a', filters: [], onPacket: () => {} });
    for (const name of ['b', 'c']) {
      net.join({ name, filters: ['qis/1/#'], onPacket: ({ bytes }) => void heard.push(`${name} ${bytes}`) });
      net.connect(name, 'a');
    }
    a.publish('qis/1/0/00000000', Buffer.from('1'));
    net.disconnect('b', 'a');
    a.publish('qis/1/0/00000000', Buffer.from('2'));
    assert.equal(await net.step(), true);
    assert.deepEqual(heard, ['b 1']);
    await net.settle();
    assert.deepEqual(heard, ['b 1', 'c 1', 'c 2']);
    assert.equal(await net.step(), false);
  });

  test('an arrival keeps its bytes when the publisher reuses the buffer', async () => {
    const net = memoryNetwork();
    const heard: Buffer[] = [];
    const a = net.join({ name: 'a', filters: [], onPacket: () => {} });
    net.join({ name: 'b', filters: ['qis/1/#'], onPacket: ({ bytes }) => void heard.push(bytes) });
    net.connect('b', 'a');
    const bytes = Buffer.from('x');
    a.publish('qis/1/0/00000000', bytes);
    bytes.fill(0);
    await net.settle();
    assert.deepEqual(heard, [Buffer.from('x')]);
  });
});
