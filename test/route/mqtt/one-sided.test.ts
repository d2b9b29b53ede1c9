// A gateway with a broker of its own and a neighbour that does not dial it: packets go out on the link, and nobody gets two.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { checkConfig } from '../../../src/config/config.ts';
import { openNetworks } from '../../../src/gateway/network.ts';
import { temporaryIdentity } from '../../../src/packet/identity.ts';
import type { Arrival } from '../../../src/route/arrival.ts';
import { linkClientId } from '../../../src/route/mqtt/link.ts';
import type { United } from '../../../src/route/networks.ts';
import { recorder } from '../../recorder.ts';
import { way } from '../ways.ts';
import { client, fixture, type Message, NORTH, SOUTH, TOPIC } from './broker-fixture.ts';

const here = temporaryIdentity(Buffer.alloc(32, 1));
const there = temporaryIdentity(Buffer.alloc(32, 2));
const PACKET = Buffer.from('a packet, as far as brokers know');

/** Ours dials the neighbour's broker; @param watched what the neighbour is known to watch */
async function dialling(t: TestContext, watched: (topic: string) => boolean = () => true) {
  const neighbour = await fixture(t);
  const text = `name: north
broker: {port: 0, accounts: [{name: south, password: ${SOUTH.password}, role: gateway}]}
neighbours:
  - name: south
    url: mqtt://127.0.0.1:${neighbour.broker.port}
    username: north
    password: ${NORTH.password}
    key: ${there.publicKey.bytes.toString('hex')}
`;
  const { config } = checkConfig(text.replace('port: 0', 'port: 1'), '/nowhere/qis.yaml');
  assert(config?.broker);
  const arrivals = recorder<Arrival>();
  const up = Promise.withResolvers<void>();
  const stack = new AsyncDisposableStack();
  t.after(() => stack.disposeAsync());
  let network: United | undefined;
  const { broker } = await openNetworks(stack, {
    config: { ...config, broker: { ...config.broker, port: 0 } },
    identity: here,
    clock: {},
    emit: () => {},
    agent: { arrival: async (arrival) => void arrivals.add(arrival) },
    delivery: { introduce: () => up.resolve(), mayWatch: (_, topic) => watched(topic) },
    filters: ['qis/1/#'],
    wire: (united) => {
      network = united;
    },
  });
  await up.promise;
  return { neighbour, network: network!, port: broker!.port };
}

test('what is published arrives at once at a neighbour that does not dial back', async (t) => {
  const { neighbour, network } = await dialling(t);
  assert.equal(network.publish(TOPIC, PACKET), true);
  const [arrival] = await neighbour.arrivals.count(1);
  assert.deepEqual([arrival!.topic, arrival!.bytes, arrival!.via.id], [TOPIC, PACKET, 'client:north']);
});

test('one that dials back and subscribes gets it there, and not twice', async (t) => {
  const { neighbour, network, port } = await dialling(t);
  const back = await client(t, port, SOUTH, { clientId: linkClientId(there.publicKey.nodeId) });
  const heard = recorder<Message['topic']>();
  back.on('message', (topic) => heard.add(topic));
  await back.subscribeAsync('qis/1/0/0a0a0a0a/#', { qos: 1 });
  network.publish(TOPIC, PACKET);
  await heard.count(1);
  network.publish(TOPIC.replace('0a0a0a0a', '0e0e0e0e'), PACKET);
  const [first, ...more] = await neighbour.arrivals.count(1);
  assert.match(first!.topic, /0e0e0e0e/, 'what it did not subscribe to there goes by the link');
  assert.equal(more.length, 0);
  await back.endAsync();
  network.publish(TOPIC, PACKET);
  assert.equal((await neighbour.arrivals.count(2))[1]!.topic, TOPIC);
});

test('what it said it does not watch, and what came from it, stays here', async (t) => {
  const { neighbour, network } = await dialling(t, (topic) => topic === TOPIC);
  network.publish(TOPIC.replace('0a0a0a0a', '0e0e0e0e'), PACKET);
  network.publish(`${TOPIC}/1`, PACKET, { except: [way('link:south')] });
  network.publish(TOPIC, PACKET);
  assert.equal((await neighbour.arrivals.count(1))[0]!.topic, TOPIC);
});
