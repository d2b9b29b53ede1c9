import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { suite, test } from 'node:test';
import { brokerFiltersPerClientMax, brokerUnprovenClientsMax } from '../../../src/core/broker-limits.ts';
import { packetBytesMax } from '../../../src/core/limits.ts';
import { openBroker } from '../../../src/route/mqtt/broker.ts';
import { mqttWay } from '../../../src/route/mqtt/mqtt-way.ts';
import { recorder } from '../../recorder.ts';
import { client, fixture, NORTH, SENSOR, SOUTH, subscriber, TOPIC } from './broker-fixture.ts';
import { connectFrame, publishFrame, rawClient, rawSocket } from './raw-client.ts';

const ignore = { onPacket: () => {}, emit: () => {} };

suite('broker', { timeout: 20_000 }, () => {
  test('what the gateway publishes reaches the neighbour that watches it, and no other', async (t) => {
    const { broker } = await fixture(t);
    const watching = await subscriber(t, broker.port, NORTH, 'qis/1/0/0a0a0a0a/+/0c0c0c0c/#');
    const elsewhere = await subscriber(t, broker.port, SOUTH, 'qis/1/0/0a0a0a0a/+/0e0e0e0e/#');
    broker.publish(TOPIC, Buffer.from('one'));
    broker.publish('qis/1/0/0a0a0a0a/0b0b0b0b/0e0e0e0e', Buffer.from('two'));
    await elsewhere.count(1);
    assert.deepEqual(await watching.count(1), [{ topic: TOPIC, payload: 'one', retain: false }]);
    assert.deepEqual(elsewhere.items[0]?.payload, 'two');
  });

  test('two clients of one name that push each other out are told once, one that comes back is not', async (t) => {
    const { broker, events } = await fixture(t);
    const told = () => events.items.filter(({ type }) => type === 'client_evicted');
    const takeTurns = async (times: number, clientId: string) => {
      for (let n = 0; n < times; n++) await client(t, broker.port, SENSOR, { clientId });
    };
    await takeTurns(5, 'bridge');
    await takeTurns(5, 'board');
    assert.deepEqual(told(), []);
    await takeTurns(1, 'bridge');
    const [one, ...others] = told();
    assert.deepEqual(others, []);
    assert.ok(one?.type === 'client_evicted' && one.client === 'sensor/bridge');
    assert.match(one.reason, /copied card.*client id; stop one/);
  });

  test('who is left out gets nothing of that publishing, and all of the next', async (t) => {
    const { broker } = await fixture(t);
    const [left, other] = [
      await client(t, broker.port, NORTH, { clientId: 'q01' }),
      await client(t, broker.port, SOUTH),
    ];
    const heard = [left, other].map(() => recorder<string>());
    for (const [index, one] of [left, other].entries()) {
      one.on('message', (_, payload) => heard[index]!.add(payload.toString()));
      await one.subscribeAsync('qis/1/#', { qos: 1 });
    }
    const bytes = Buffer.from('the same bytes');
    broker.publish(TOPIC, bytes, new Set(['q01']));
    broker.publish(TOPIC, bytes);
    await heard[1]!.count(2);
    broker.publish(TOPIC, Buffer.from('last'));
    await heard[0]!.until((text) => text === 'last');
    assert.deepEqual(heard[0]!.items, ['the same bytes', 'last']);
  });

  test('a packet of a client goes to the agent only, and PUBACK waits for the agent', async (t) => {
    const order: string[] = [];
    let settle = () => {};
    const { broker, arrivals } = await fixture(t, {
      onPacket: () =>
        new Promise<void>((resolve) => {
          settle = () => {
            order.push('settled');
            resolve();
          };
        }),
    });
    const watching = await subscriber(t, broker.port, NORTH, 'qis/1/#');
    const south = await client(t, broker.port, SOUTH);
    const acknowledged = south
      .publishAsync(TOPIC, Buffer.from('unverified'), { qos: 1, retain: true })
      .then(() => order.push('PUBACK'));
    const { charge, ...arrival } = await arrivals.until(() => true);
    assert.equal(typeof charge, 'function', 'its account pays for the time it takes');
    assert.deepEqual(arrival, { topic: TOPIC, bytes: Buffer.from('unverified'), via: mqttWay('client', 'south') });
    // A ping answered after the packet: the PUBACK is not merely on its way.
    const pong = new Promise<void>((resolve) => {
      south.on('packetreceive', ({ cmd }) => cmd === 'pingresp' && resolve());
    });
    south.sendPing();
    await pong;
    assert.deepEqual(order, []);
    settle();
    await acknowledged;
    assert.deepEqual(order, ['settled', 'PUBACK']);
    broker.publish(TOPIC, Buffer.from('verified'));
    await watching.count(1);
    assert.deepEqual(
      watching.items.map(({ payload }) => payload),
      ['verified'],
    );
  });

  test('a packet the agent could not commit is not acknowledged', async (t) => {
    const { broker, events } = await fixture(t, { onPacket: () => Promise.reject(new Error('disk full')) });
    const south = await client(t, broker.port, SOUTH);
    const closed = new Promise<void>((resolve) => south.once('close', () => resolve()));
    let acknowledged = false;
    south.publish(TOPIC, Buffer.from('x'), { qos: 1 }, (error) => {
      acknowledged = !error;
    });
    await closed;
    assert.equal(acknowledged, false);
    const event = await events.until(({ type }) => type === 'client_evicted');
    assert.match(JSON.stringify(event), /disk full/);
  });

  test('a payload larger than any packet is counted and goes no further', async (t) => {
    const { broker, events, arrivals } = await fixture(t);
    const south = await client(t, broker.port, SOUTH);
    await south.publishAsync(TOPIC, Buffer.alloc(packetBytesMax + 1), { qos: 1 });
    await south.publishAsync(TOPIC, Buffer.alloc(packetBytesMax), { qos: 1 });
    assert.equal(arrivals.items.length, 1);
    assert.deepEqual(
      events.items.filter(({ type }) => type === 'packet_dropped'),
      [{ type: 'packet_dropped', reason: 'too_large', via: 'client:south', bytes: packetBytesMax + 1 }],
    );
  });

  test('the message of a sensor reaches subscribers and the local intake, with its retained copy', async (t) => {
    const { broker } = await fixture(t);
    const local: string[] = [];
    const stop = broker.subscribeLocal('home/#', (topic, payload) => local.push(`${topic} ${payload}`));
    const looking = await subscriber(t, broker.port, SENSOR, '#');
    const sensor = await client(t, broker.port, SENSOR);
    await sensor.publishAsync('home/pm', '12', { qos: 1, retain: true });
    await looking.count(1);
    stop();
    await sensor.publishAsync('home/pm', '13', { qos: 1, retain: true });
    await looking.count(2);
    assert.deepEqual(local, ['home/pm 12']);
    const late = await subscriber(t, broker.port, SENSOR, 'home/+');
    assert.deepEqual(await late.count(1), [{ topic: 'home/pm', payload: '13', retain: true }]);
  });

  test('a subscription of a sensor to everything does not show packets', async (t) => {
    const { broker } = await fixture(t);
    const looking = await subscriber(t, broker.port, SENSOR, '#');
    const sensor = await client(t, broker.port, SENSOR);
    broker.publish(TOPIC, Buffer.from('x'));
    await sensor.publishAsync('home/pm', '12', { qos: 1 });
    assert.equal((await looking.count(1))[0]?.topic, 'home/pm');
  });

  test('bytes and clients are counted', async (t) => {
    const { broker } = await fixture(t);
    assert.deepEqual(broker.stats(), { clients: 0, bytesIn: 0, bytesOut: 0 });
    const north = await client(t, broker.port, NORTH);
    const { clients, bytesIn, bytesOut } = broker.stats();
    assert.equal(clients, 1);
    assert(bytesIn > 30 && bytesOut === 4, `${bytesIn} ${bytesOut}`);
    await north.endAsync();
    assert(broker.stats().bytesIn >= bytesIn);
  });

  test('a taken port is an operating error that says so', async (t) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.after(() => other.close());
    const address = other.address();
    assert(address !== null && typeof address === 'object');
    const { port } = address;
    await assert.rejects(openBroker({ host: '127.0.0.1', port, accounts: [NORTH], ...ignore }), {
      code: 'broker_unavailable',
      message: new RegExp(`127\\.0\\.0\\.1:${port} .*another program`),
    });
  });

  test('without accounts it listens to this machine only', async (t) => {
    await assert.rejects(openBroker({ host: '0.0.0.0', port: 0, accounts: [], ...ignore }), { code: 'config_invalid' });
    const { broker, arrivals } = await fixture(t, { accounts: [] });
    const socket = await rawClient(broker.port);
    t.after(() => socket.destroy());
    socket.write(publishFrame(TOPIC, Buffer.from('x')));
    assert.equal((await arrivals.count(1))[0]?.via.id, 'client:anonymous');
  });

  test('many connections without credentials do not keep a neighbour out', async (t) => {
    const { broker, events } = await fixture(t);
    const idle = await Promise.all(Array.from({ length: brokerUnprovenClientsMax }, () => rawSocket(broker.port)));
    t.after(() => idle.map((socket) => socket.destroy()));
    await client(t, broker.port, NORTH);
    await events.until((event) => event.type === 'client_refused' && /too many/.test(event.reason));
  });

  test('a client has a limited number of filters', async (t) => {
    const { broker } = await fixture(t);
    const north = await client(t, broker.port, NORTH);
    const filters = Array.from({ length: brokerFiltersPerClientMax }, (_, index) => `qis/1/${index}/#`);
    await north.subscribeAsync(filters, { qos: 1 });
    await assert.rejects(north.subscribeAsync('qis/1/one-more/#', { qos: 1 }));
    await north.unsubscribeAsync('qis/1/0/#');
    await north.subscribeAsync('qis/1/one-more/#', { qos: 1 });
  });

  test('noise of every kind leaves it serving', async (t) => {
    const { broker } = await fixture(t);
    const hostile = [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x7f]),
      Buffer.alloc(4_000, 0),
      Buffer.alloc(4_000, 0xff),
      publishFrame('a', Buffer.from('before CONNECT')),
      Buffer.concat([connectFrame('x', NORTH), connectFrame('x', NORTH)]),
      connectFrame('x'.repeat(200), NORTH),
    ];
    for (const bytes of hostile) {
      const socket = await rawSocket(broker.port);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.resume();
      socket.end(bytes);
      await closed;
    }
    await client(t, broker.port, NORTH);
  });

  test('disposing sends what was published and closes every connection', async (t) => {
    const { broker } = await fixture(t);
    const watching = await subscriber(t, broker.port, NORTH, 'qis/1/#');
    const idle = await rawSocket(broker.port);
    const closed = new Promise((resolve) => idle.once('close', resolve));
    idle.resume();
    broker.publish(TOPIC, Buffer.from('last'));
    await broker[Symbol.asyncDispose]();
    await closed;
    assert.equal((await watching.count(1))[0]?.payload, 'last');
    await assert.rejects(client(t, broker.port, NORTH));
  });
});
