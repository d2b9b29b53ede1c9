// What one account, one address or one guesser may take from the others; real sockets against the embedded broker.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import {
  accountFiltersMax,
  addressConnectsBurst,
  brokerClientsMax,
  brokerFiltersPerClientMax,
  brokerFramesBurstMax,
  brokerFramesPerSMax,
  brokerUnprovenClientsMax,
  retainedMessagesMax,
  sensorFramesPerSMax,
} from '../../../src/core/broker-limits.ts';
import type { Account } from '../../../src/route/mqtt/access.ts';
import { recorder } from '../../recorder.ts';
import { client, fixture, NORTH, SENSOR, SOUTH, subscriber, TOPIC } from './broker-fixture.ts';
import { connectFrame, publishFrame, rawClient, rawSocket } from './raw-client.ts';

/** A bare connection from an address of this machine. */
async function from(t: TestContext, address: string, port: number): Promise<Socket> {
  const socket = await rawSocket(port, address);
  t.after(() => socket.destroy());
  return socket;
}

/** The return code of a CONNECT from an address; undefined when it was cut without one. */
async function login(t: TestContext, port: number, how: { account: Account; address: string; id?: string }) {
  const socket = await from(t, how.address, port);
  socket.write(connectFrame(how.id ?? 'x', how.account));
  const [answer] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
  return Buffer.isBuffer(answer) ? answer[3] : undefined;
}

suite('what one may take from the others', { timeout: 30_000 }, () => {
  test('an account that opens all the connections it can leaves places for the others', async (t) => {
    const { broker } = await fixture(t);
    for (let n = 0; n < brokerClientsMax; n++) {
      const socket = await rawClient(broker.port, { account: SENSOR, id: `${n}`, address: '127.0.0.2' });
      t.after(() => socket.destroy());
    }
    assert(broker.stats().clients < brokerClientsMax);
    await client(t, broker.port, NORTH);
    const south = await client(t, broker.port, SOUTH, { clientId: 'south' });
    assert(south.connected);
  });

  test('an account that is full can still take over a connection of its own', async (t) => {
    const { broker } = await fixture(t);
    for (let n = 0; n < brokerClientsMax; n++) {
      const socket = await rawClient(broker.port, { account: SENSOR, id: `${n}`, address: '127.0.0.2' });
      t.after(() => socket.destroy());
    }
    await assert.rejects(client(t, broker.port, SENSOR, { clientId: 'new' }), { code: 3 });
    await client(t, broker.port, SENSOR, { clientId: '7' });
  });

  test('frames are counted over all connections of an account', async (t) => {
    const { broker, arrivals } = await fixture(t);
    const each = 60;
    for (let n = 0; n < 20; n++) {
      const socket = await rawClient(broker.port, { account: SOUTH, id: `${n}` });
      t.after(() => socket.destroy());
      socket.write(Buffer.concat(Array.from({ length: each }, () => publishFrame(TOPIC, Buffer.from('x')))));
    }
    const north = await client(t, broker.port, NORTH);
    for (let n = 0; n < 20; n++) await north.publishAsync(TOPIC, 'honest', { qos: 1 });
    const ofSouth = arrivals.items.filter(({ via }) => via.neighbour === 'south').length;
    assert(ofSouth <= brokerFramesBurstMax + 100, `${ofSouth} frames of one account came first`);
  });

  test('bare connections from one address do not push out a slow client of another', async (t) => {
    const { broker } = await fixture(t);
    const slow = await from(t, '127.0.0.2', broker.port);
    let isCut = false;
    slow.once('close', () => {
      isCut = true;
    });
    for (let n = 0; n < 2 * brokerUnprovenClientsMax; n++) await from(t, '127.0.0.3', broker.port);
    assert.equal(isCut, false);
    slow.write(connectFrame('slow', NORTH));
    assert.deepEqual((await once(slow, 'data'))[0], Buffer.from([0x20, 2, 0, 0]));
  });

  test('bare connections of one address that never end are refused before anything is made of them', async (t) => {
    const { broker, events } = await fixture(t);
    for (let n = 0; n < addressConnectsBurst + 20; n++) {
      const socket = connect({ host: '127.0.0.1', port: broker.port, localAddress: '127.0.0.3' });
      socket.on('error', () => {});
      t.after(() => socket.destroy());
    }
    const refused = await events.until((event) => event.type === 'client_refused' && /address/.test(event.reason));
    assert(refused);
    assert.equal(await login(t, broker.port, { account: NORTH, address: '127.0.0.2' }), 0);
  });

  test('whoever guesses passwords is slowed down, and does not lock out the owner', async (t) => {
    const { broker } = await fixture(t);
    const guess = { ...NORTH, password: 'guess' };
    assert.equal(await login(t, broker.port, { account: NORTH, address: '127.0.0.3', id: 'known' }), 0);
    const answers: unknown[] = [];
    for (let n = 0; n < 12; n++) answers.push(await login(t, broker.port, { account: guess, address: '127.0.0.3' }));
    assert.deepEqual([answers[0], answers.at(-1)], [4, 3]);
    assert.equal(await login(t, broker.port, { account: NORTH, address: '127.0.0.3' }), 3, 'not even looked at');
    assert.equal(await login(t, broker.port, { account: NORTH, address: '127.0.0.2' }), 0, 'the owner, elsewhere');
    const known = { account: NORTH, address: '127.0.0.3', id: 'known' };
    assert.equal(await login(t, broker.port, known), 0, 'the owner beside the guesser, as the client that was here');
    assert.equal(await login(t, broker.port, { account: SOUTH, address: '127.0.0.3' }), 0, 'another account');
  });

  test('a client that is read more slowly is told of, once', async (t) => {
    const { broker, arrivals, events } = await fixture(t);
    const socket = await rawClient(broker.port, { account: SOUTH });
    t.after(() => socket.destroy());
    const frames = Array.from({ length: brokerFramesBurstMax + 10 }, () => publishFrame(TOPIC, Buffer.from('x')));
    socket.write(Buffer.concat(frames));
    await arrivals.count(frames.length);
    const told = events.items.filter(({ type }) => type === 'client_throttled');
    assert.deepEqual(told, [{ type: 'client_throttled', client: 'south', perS: brokerFramesPerSMax }]);
  });

  test('a sensor account may send far more than a gateway', async (t) => {
    const { broker, events } = await fixture(t);
    const heard = recorder<string>();
    broker.subscribeLocal('home/#', (topic, _payload, account) => heard.add(`${account} ${topic}`));
    const socket = await rawClient(broker.port, { account: SENSOR });
    t.after(() => socket.destroy());
    const frames = 4 * brokerFramesBurstMax;
    socket.write(Buffer.concat(Array.from({ length: frames }, () => publishFrame('home/pm', Buffer.from('1')))));
    assert.equal((await heard.count(frames))[0], 'sensor home/pm');
    assert.equal(events.items.filter(({ type }) => type === 'client_throttled').length, 0);
  });

  test('filters against retained messages are paid for', async (t) => {
    const { broker, events } = await fixture(t);
    const writer = await rawClient(broker.port, { account: SENSOR, id: 'writer' });
    t.after(() => writer.destroy());
    const watching = await subscriber(t, broker.port, SENSOR, 'home/#');
    const topics = Array.from({ length: retainedMessagesMax - 100 }, (_, n) => `home/${n}`);
    writer.write(Buffer.concat(topics.map((topic) => publishFrame(topic, Buffer.from('1'), { retain: true }))));
    await watching.count(topics.length);
    const filters = Array.from({ length: brokerFiltersPerClientMax - 1 }, (_, n) => `+/+/none${n}`);
    // Four frames, which without the filters in them would cost four tokens.
    for (let n = 0; n < 4; n++) await (await client(t, broker.port, SENSOR)).subscribeAsync(filters);
    writer.write(publishFrame('home/0', Buffer.from('2')));
    const told = await events.until(({ type }) => type === 'client_throttled');
    assert.deepEqual(told, { type: 'client_throttled', client: 'sensor', perS: sensorFramesPerSMax });
  });

  test('the filters of an account have a cap over all its connections', async (t) => {
    const { broker } = await fixture(t);
    const filters = Array.from({ length: brokerFiltersPerClientMax }, (_, n) => `home/${n}`);
    for (let n = 0; n < accountFiltersMax / filters.length; n++)
      await (await client(t, broker.port, SENSOR)).subscribeAsync(filters);
    const late = await client(t, broker.port, SENSOR);
    await assert.rejects(late.subscribeAsync('home/one-more'), /Subscribe error/);
  });

  test('an account with topics publishes and sees what is under them, and nothing else', async (t) => {
    const roof: Account = { ...SENSOR, name: 'roof', topics: ['home/roof', 'homeassistant'] };
    const { broker, events } = await fixture(t, { accounts: [SENSOR, roof] });
    const seen = await subscriber(t, broker.port, roof, '#');
    const other = await client(t, broker.port, SENSOR);
    const own = await client(t, broker.port, roof);
    for (const topic of ['home/roofing', 'home/cellar', 'home/roof/pm', 'home/roof'])
      await other.publishAsync(topic, '1', { qos: 1 });
    await own.publishAsync('homeassistant/sensor/a/config', '1', { qos: 1 });
    const topics = (await seen.count(3)).map(({ topic }) => topic);
    assert.deepEqual(topics, ['home/roof/pm', 'home/roof', 'homeassistant/sensor/a/config']);
    own.publish('home/cellar', '1', { qos: 1 });
    const evicted = await events.until(({ type }) => type === 'client_evicted');
    assert(evicted.type === 'client_evicted' && evicted.detail === 'home/cellar');
  });
});
