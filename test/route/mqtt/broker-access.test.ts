import assert from 'node:assert/strict';
import { once } from 'node:events';
import { suite, type TestContext, test } from 'node:test';
import { brokerFramesBurstMax } from '../../../src/core/broker-limits.ts';
import {
  type Account,
  credentialsOf,
  mayPublish,
  maySee,
  maySubscribe,
  type Role,
} from '../../../src/route/mqtt/access.ts';
import { ACCOUNTS, client, fixture, NORTH, SENSOR, SOUTH, subscriber, TOPIC } from './broker-fixture.ts';
import { connectFrame, frame, publishFrame, rawClient, rawSocket } from './raw-client.ts';

const KID = '0123456789abcdef';
const ASKED = 'qis-local/1/deposit/lamp/7';
/** Of them an account of the name lamp may publish on the first alone. */
const LOCAL = [
  ...[ASKED, 'qis-local/1/query/other/7', 'qis-local/1/answer/lamp/7', 'qis-local/1/verdict/roof', 'qis-local'],
  ...['qis-local/2/query/lamp/7', 'qis-local/1/status/lamp/7', 'qis-local/1/query/lamp', 'qis-local/1/query/lamp/7/8'],
  ...['qis-local/1/query/lamp/a b', `qis-local/1/query/lamp/${'x'.repeat(33)}`, 'qis-local/1/toString/lamp/7'],
];

/** Publishes and expects to be thrown out, with the reason recorded. */
async function thrownOut(t: TestContext, account: Account, bytes: Buffer, reason: RegExp): Promise<void> {
  const { broker, events, arrivals } = await fixture(t);
  const socket = await rawClient(broker.port, { account });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.resume();
  socket.write(bytes);
  await closed;
  const event = await events.until(({ type }) => type === 'client_evicted');
  assert(event.type === 'client_evicted');
  assert.equal(event.client, `${account.name}/raw`);
  assert.match(`${event.reason} ${event.detail}`, reason);
  assert.equal(arrivals.items.length, 0);
}

suite('broker access', { timeout: 20_000 }, () => {
  test('the rules', () => {
    const topics = [TOPIC, `q1/${KID}`, 'home/pm', 'qis/2/x', 'q1/x', 'qis', '$SYS/x', '$share/g/home/pm', ...LOCAL];
    const allowed = (role: Role) => topics.filter((topic) => mayPublish({ role, name: 'lamp' }, topic));
    const [gateway, sensor] = [
      { role: 'gateway', name: 'north' },
      { role: 'sensor', name: 'sensor' },
    ] as const;
    assert.deepEqual(allowed('gateway'), [TOPIC, `q1/${KID}`]);
    assert.deepEqual(allowed('sensor'), ['home/pm']);
    assert.deepEqual(allowed('program'), [ASKED]);
    assert.deepEqual(allowed('anyone'), [TOPIC, `q1/${KID}`, 'home/pm', ASKED, 'qis-local/1/query/other/7']);
    assert(maySubscribe(gateway, 'qis/1/0/+/#') && !maySubscribe(gateway, '#') && !maySubscribe(gateway, 'q1/+'));
    assert(maySubscribe(sensor, '#') && !maySee(sensor, TOPIC) && !maySubscribe(sensor, 'qis/1/#'));
  });

  test('credentials', () => {
    const identify = credentialsOf(ACCOUNTS);
    assert.deepEqual(identify('north', Buffer.from(NORTH.password)), { name: 'north', role: 'gateway' });
    assert.equal(identify('north', Buffer.from(SOUTH.password)), undefined);
    assert.equal(identify('nobody', Buffer.from('')), undefined);
    assert.equal(identify(undefined, undefined), undefined);
    for (const bad of [
      { ...NORTH, name: 'a/b' },
      { ...NORTH, password: '' },
      { ...SENSOR, name: 'north' },
    ]) {
      assert.throws(() => credentialsOf([NORTH, bad]), { code: 'config_invalid' });
    }
  });

  test('a wrong password is refused with return code 4 and counted', async (t) => {
    const { broker, events } = await fixture(t);
    await assert.rejects(client(t, broker.port, { ...NORTH, password: 'guess' }), { code: 4 });
    await assert.rejects(client(t, broker.port, { ...NORTH, name: 'stranger' }), { code: 4 });
    const anonymous = await rawSocket(broker.port);
    t.after(() => anonymous.destroy());
    anonymous.write(connectFrame('x'));
    assert.deepEqual((await once(anonymous, 'data'))[0], Buffer.from([0x20, 2, 0, 4]));
    const refused = (await events.count(4)).filter(({ type }) => type === 'client_refused');
    const told = refused.map((event) =>
      event.type === 'client_refused' ? `${event.client}: ${event.reason}` : event.type,
    );
    assert.match(told[0]!, /^north\/.*: wrong password; compare it/);
    assert.match(told[1]!, /^stranger\/.*: no account has this name; enter it/);
    assert.match(told[2]!, /^127\.0\.0\.1\/x: it sends no user name; enter one/);
    assert.equal(broker.stats().clients, 0);
  });

  test('a gateway may not publish as a sensor', (t) =>
    thrownOut(t, NORTH, publishFrame('home/pm', Buffer.from('1')), /may not publish to this topic home\/pm/));
  test('a sensor may not publish packets', (t) =>
    thrownOut(t, SENSOR, publishFrame(TOPIC, Buffer.from('x')), /may not/));
  test('nobody may publish in $SYS', (t) =>
    thrownOut(t, SENSOR, publishFrame('$SYS/x', Buffer.from('x'), { id: 1 }), /may not publish to this topic \$SYS/));
  test('QoS 2 is not served', (t) => {
    const atQos1 = publishFrame('home/pm', Buffer.from('1'), { id: 1 });
    return thrownOut(t, SENSOR, Buffer.concat([Buffer.from([0x34]), atQos1.subarray(1)]), /QoS 2/);
  });
  test('a topic with too many levels', (t) =>
    thrownOut(t, SENSOR, publishFrame('a/'.repeat(50), Buffer.from('x')), /too many levels/));
  test('an endless PUBLISH is cut off at its length, and others are still served', async (t) => {
    const { broker, events } = await fixture(t);
    const watching = await subscriber(t, broker.port, SOUTH, 'qis/1/#');
    const socket = await rawClient(broker.port, { account: NORTH });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(frame(0x30, Buffer.alloc(200_000)).subarray(0, 5_000));
    await closed;
    const event = await events.until(({ type }) => type === 'client_evicted');
    assert.match(JSON.stringify(event), /a frame of 200004 bytes/);
    broker.publish(TOPIC, Buffer.from('x'));
    await watching.count(1);
  });

  test('filters that are not allowed are refused with 128, the others granted', async (t) => {
    const { broker, events } = await fixture(t);
    const sensor = await client(t, broker.port, SENSOR);
    for (const filter of ['qis/1/#', `q1/${KID}`, '$SYS/#', '$share/g/home/+']) {
      await assert.rejects(sensor.subscribeAsync(filter, { qos: 1 }), /Subscribe error/);
    }
    const north = await client(t, broker.port, NORTH);
    await assert.rejects(north.subscribeAsync('home/#', { qos: 1 }), /Subscribe error/);
    await north.subscribeAsync([`q1/${KID}`, 'qis/1/0/+/#'], { qos: 1 });
    const refused = events.items.filter(({ type }) => type === 'client_refused');
    assert.equal(refused.length, 2, 'once for each client: a frame may hold thousands of filters');
    assert.match(JSON.stringify(refused[0]), /may not subscribe to this filter.*qis\/1/);
  });

  test('the same client id under another account is another client', async (t) => {
    const { broker } = await fixture(t);
    const north = await client(t, broker.port, NORTH, { clientId: 'same' });
    const lost = new Promise<void>((resolve) => north.once('close', () => resolve()));
    await client(t, broker.port, SOUTH, { clientId: 'same' });
    assert.equal(broker.stats().clients, 2);
    assert(north.connected);
    // Under its own account it takes over, so that a client that lost its network can come back.
    await client(t, broker.port, NORTH, { clientId: 'same' });
    await lost;
  });

  test('a wrong password does not end the connection whose id it names', async (t) => {
    const { broker } = await fixture(t);
    const north = await client(t, broker.port, NORTH, { clientId: 'same' });
    await assert.rejects(client(t, broker.port, { ...NORTH, password: 'guess' }, { clientId: 'same' }));
    assert(north.connected);
    assert.equal(broker.stats().clients, 1);
  });

  test('a last will follows the same rules', async (t) => {
    const { broker, arrivals } = await fixture(t);
    const looking = await subscriber(t, broker.port, SENSOR, '#');
    const will = (topic: string) => ({ will: { topic, payload: Buffer.from('gone'), qos: 1 as const, retain: false } });
    (await client(t, broker.port, SENSOR, will(TOPIC))).stream.destroy();
    (await client(t, broker.port, NORTH, will('home/north'))).stream.destroy();
    (await client(t, broker.port, SENSOR, will('home/sensor'))).stream.destroy();
    assert.equal((await looking.count(1))[0]?.topic, 'home/sensor');
    assert.deepEqual([looking.items.length, arrivals.items.length], [1, 0]);
  });

  test('no session outlives its connection', async (t) => {
    const { broker } = await fixture(t);
    const first = await client(t, broker.port, NORTH, { clientId: 'n', clean: false });
    await first.subscribeAsync('qis/1/#', { qos: 1 });
    await first.endAsync();
    broker.publish(TOPIC, Buffer.from('while away'));
    const second = await client(t, broker.port, NORTH, { clientId: 'n', clean: false });
    const messages: string[] = [];
    second.on('message', (_topic, payload) => messages.push(payload.toString()));
    await second.subscribeAsync('qis/1/#', { qos: 1 });
    const last = once(second as never, 'message');
    broker.publish(TOPIC, Buffer.from('now'));
    await last;
    assert.deepEqual(messages, ['now']);
  });

  test('a stalled subscriber is evicted, and the others get everything', async (t) => {
    const { broker, events } = await fixture(t);
    const watching = await subscriber(t, broker.port, SOUTH, 'qis/1/#');
    const stalled = await rawClient(broker.port, { account: NORTH, filter: 'qis/1/#' });
    stalled.pause();
    t.after(() => stalled.destroy());
    let sent = 0;
    const evicted = events.until(({ type }) => type === 'client_evicted');
    let isEvicted = false;
    void evicted.then(() => {
      isEvicted = true;
    });
    while (!isEvicted) {
      for (let index = 0; index < 20; index += 1) broker.publish(TOPIC, Buffer.alloc(8_000));
      sent += 20;
      await watching.count(sent);
    }
    assert.match(JSON.stringify(await evicted), /"north\/raw".*bytes are waiting/);
    broker.publish(TOPIC, Buffer.from('still here'));
    assert.equal((await watching.count(sent + 1)).at(-1)?.payload, 'still here');
    assert.equal(watching.items.length, sent + 1);
  });

  test('a client that floods is slowed down and loses nothing', async (t) => {
    const { broker, arrivals } = await fixture(t);
    const socket = await rawClient(broker.port, { account: NORTH });
    t.after(() => socket.destroy());
    const frames = brokerFramesBurstMax + 10;
    socket.write(Buffer.concat(Array.from({ length: frames }, () => publishFrame(TOPIC, Buffer.from('x')))));
    await arrivals.count(frames);
  });
});
