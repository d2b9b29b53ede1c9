import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import type { AgentEvent } from '../../../src/core/events.ts';
import { sourceFrameBytesMax } from '../../../src/core/limits.ts';
import type { Reading } from '../../../src/core/reading.ts';
import type { Convention } from '../../../src/sense/convention/convention.ts';
import { createMapping } from '../../../src/sense/mqtt/mapping.ts';
import { type MqttSourceOptions, openMqttSource } from '../../../src/sense/mqtt/mqtt-source.ts';
import { type Recorder, recorder } from '../../recorder.ts';
import { client, fixture, SENSOR } from '../../route/mqtt/broker-fixture.ts';
import { frame, publishFrame } from '../../route/mqtt/raw-client.ts';

const TOPIC = 'zigbee2mqtt/balcony';

const PM25 = createMapping([{ key: 'pm25', quantity: 'pm2_5', unit: 'ug/m3' }]);

function opened(t: TestContext, from: MqttSourceOptions['from'], topic = TOPIC, convention: Convention = PM25) {
  t.mock.method(Math, 'random', () => 0.02);
  const events = recorder<AgentEvent>();
  const readings = recorder<Reading>();
  const source = openMqttSource({
    sensor: 'balcony',
    sensorClass: 0,
    filters: [topic],
    convention,
    from,
    clock: { now: () => 5_000, quality: () => 1 },
    emit: (event) => events.add(event),
  });
  t.after(() => source[Symbol.asyncDispose]());
  const ended = (async () => {
    for await (const reading of source) readings.add(reading);
  })();
  const down = (reason: RegExp) => events.until((event) => event.type === 'source_down' && reason.test(event.reason));
  return { source, events, readings, ended, down };
}

/** `config/<device>` names the topic where its temperature will be. */
const naming: Convention = {
  accept({ topic, payload }, sink) {
    const [kind, device] = topic.split('/');
    sink.frame(device);
    if (kind === 'state')
      return sink.value({ quantity: 'temperature', value: Number(payload), unit: 'degC', channel: '', quality: 0 });
    sink.topic(`${payload}`);
    sink.online(true);
  },
};

const url = (port: number) => ({
  url: `mqtt://127.0.0.1:${port}`,
  username: SENSOR.name,
  password: `${SENSOR.password}`,
});
const up = (events: Recorder<AgentEvent>) => events.until(({ type }) => type === 'source_up');
const values = (readings: Recorder<Reading>) => readings.items.map(({ value }) => value);
const drops = (events: Recorder<AgentEvent>) =>
  events.items.flatMap((event) => (event.type === 'reading_dropped' ? [event.reason] : []));

/** mqtt.js draws its ids with Math.random, which is not random here. */
const publisher = (t: TestContext, port: number) => client(t, port, SENSOR, { clientId: 'publisher' });

/** A broker that is only a script: takes the subscription, then says what it is told to. */
async function scripted(t: TestContext, { connack = Buffer.from([0x20, 2, 0, 0]) } = {}) {
  const subscribed = recorder<Socket>();
  const dialled = recorder<Socket>();
  const server = createServer((socket) => {
    dialled.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      if (bytes[0] === 0x10) socket.write(connack);
      if (bytes[0] !== 0x82) return;
      socket.write(frame(0x90, Buffer.concat([bytes.subarray(2, 4), Buffer.from([0])])));
      subscribed.add(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of dialled.items) socket.destroy();
  });
  return { port: (server.address() as { port: number }).port, subscribed, dialled };
}

suite('readings from the own broker', { timeout: 20_000 }, () => {
  test('messages become readings, other topics do not', async (t) => {
    const { broker } = await fixture(t);
    const { readings, events } = opened(t, { local: broker.subscribeLocal });
    assert.deepEqual(events.items, [{ type: 'source_up', sensor: 'balcony', detail: `${TOPIC} on the own broker` }]);
    const sensor = await publisher(t, broker.port);
    await sensor.publishAsync('zigbee2mqtt/other', '{"pm25":99}', { qos: 1 });
    await sensor.publishAsync(TOPIC, '{"pm25":12,"linkquality":80}', { qos: 1 });
    const [reading] = await readings.count(1);
    assert.deepEqual(reading, {
      sensor: 'balcony',
      quantity: 'pm2_5',
      channel: '',
      value: 12,
      unit: 'ug/m3',
      timeMs: 5_000,
      clock: 1,
      quality: 0,
      sensorClass: 0,
    });
  });

  test('what cannot be used is counted, and the next message is read', async (t) => {
    const { broker } = await fixture(t);
    const { readings, events } = opened(t, { local: broker.subscribeLocal });
    const sensor = await publisher(t, broker.port);
    for (const payload of ['online', '{"pm25":"?"}', `{"pm25":1}${' '.repeat(9_000)}`, '{"pm25":null}', '{"pm25":3}']) {
      await sensor.publishAsync(TOPIC, payload, { qos: 1 });
    }
    await readings.count(1);
    assert.deepEqual(values(readings), [3]);
    assert.deepEqual(drops(events), ['not_json', 'not_a_number', 'payload_too_large']);
  });

  test('dispose ends the subscription and the source', async (t) => {
    const { broker } = await fixture(t);
    const heard = recorder<string>();
    const local: typeof broker.subscribeLocal = (filter, receive) =>
      broker.subscribeLocal(filter, (topic, payload, account) => {
        heard.add(topic);
        receive(topic, payload, account);
      });
    const { source, ended } = opened(t, { local });
    await source[Symbol.asyncDispose]();
    await ended;
    const others = recorder<string>();
    broker.subscribeLocal(TOPIC, (topic) => others.add(topic));
    const sensor = await publisher(t, broker.port);
    await sensor.publishAsync(TOPIC, '{"pm25":12}', { qos: 1 });
    await others.count(1);
    assert.deepEqual(heard.items, []);
  });
});

suite('readings from another broker', { timeout: 20_000 }, () => {
  test('messages become readings, before and after the broker was started again', async (t) => {
    const first = await fixture(t);
    const { port } = first.broker;
    const { readings, events, down } = opened(t, url(port));
    await up(events);
    await (await publisher(t, port)).publishAsync(TOPIC, '{"pm25":12}', { qos: 1 });
    await readings.count(1);
    await first.broker[Symbol.asyncDispose]();
    await down(/^connection closed$/);
    await down(/127\.0\.0\.1.*ECONNREFUSED/);
    const before = events.items.length;
    const second = await fixture(t, { port });
    await events.until((event) => event.type === 'source_up' && events.items.indexOf(event) >= before);
    await (await publisher(t, second.broker.port)).publishAsync(TOPIC, '{"pm25":13}', { qos: 1 });
    await readings.count(2);
    assert.deepEqual(values(readings), [12, 13]);
  });

  test('a retained message is of another time: it is counted, and what comes live is read', async (t) => {
    const { broker } = await fixture(t);
    const sensor = await publisher(t, broker.port);
    await sensor.publishAsync(TOPIC, '{"pm25":300}', { qos: 1, retain: true });
    const { readings, events } = opened(t, url(broker.port));
    await events.until((event) => event.type === 'reading_dropped' && event.reason === 'retained');
    await sensor.publishAsync(TOPIC, '{"pm25":12}', { qos: 1, retain: true });
    await readings.count(1);
    assert.deepEqual(values(readings), [12]);
  });

  test('a retained description is used, a topic it names is subscribed to, each device has its name', async (t) => {
    const { broker } = await fixture(t);
    const sensor = await publisher(t, broker.port);
    await sensor.publishAsync('config/porch', 'state/porch', { qos: 1, retain: true });
    const { readings, events } = opened(t, url(broker.port), 'config/#', naming);
    await events.until((event) => event.type === 'sensor_online' && event.sensor === 'balcony/porch');
    for (const value of ['21', '22']) await sensor.publishAsync('state/porch', value, { qos: 1 });
    await readings.count(2);
    assert.deepEqual(
      readings.items.map(({ sensor, value }) => [sensor, value]),
      [21, 22].map((value) => ['balcony/porch', value]),
    );
  });

  test('a retained value that carries its own time is read', async (t) => {
    const { broker } = await fixture(t);
    const sensor = await publisher(t, broker.port);
    await sensor.publishAsync('state/porch', '20', { qos: 1, retain: true });
    const timed: Convention = {
      accept: (message, sink) => naming.accept(message, { ...sink, value: (o) => sink.value({ ...o, timeMs: 1_234 }) }),
    };
    const { readings } = opened(t, url(broker.port), 'state/#', timed);
    const [reading] = await readings.count(1);
    assert.deepEqual([reading!.value, reading!.timeMs], [20, 1_234]);
  });

  test('a time that is still to come is not believed', async (t) => {
    const { broker } = await fixture(t);
    const sensor = await publisher(t, broker.port);
    const ahead: Convention = {
      accept: (message, sink) => naming.accept(message, { ...sink, value: (o) => sink.value({ ...o, timeMs: 1e12 }) }),
    };
    const { readings, events } = opened(t, url(broker.port), 'state/#', ahead);
    await up(events);
    await sensor.publishAsync('state/porch', '20', { qos: 1 });
    const [reading] = await readings.count(1);
    assert.deepEqual([reading!.value, reading!.timeMs], [20, 5_000]);
  });

  test('wrong credentials and a refused subscription are told', async (t) => {
    const { broker } = await fixture(t);
    const stranger = opened(t, { ...url(broker.port), password: 'wrong' });
    await stranger.down(/127\.0\.0\.1.*Bad username or password/);
    await stranger.source[Symbol.asyncDispose]();
    const curious = opened(t, url(broker.port), 'qis/1/#');
    await curious.down(/cannot subscribe to qis\/1\/#/);
    assert.deepEqual(
      [stranger, curious].flatMap(({ events }) => events.items.filter(({ type }) => type === 'source_up')),
      [],
    );
  });

  test('a broker that hangs up before it has answered is dialled again', async (t) => {
    const { port, dialled } = await scripted(t, { connack: Buffer.alloc(0) });
    const { down } = opened(t, url(port));
    (await dialled.count(1))[0]!.destroy();
    await down(/connection closed/);
    await dialled.count(2);
  });

  test('dispose does not wait for a broker that does not answer', { timeout: 5_000 }, async (t) => {
    const { port, dialled } = await scripted(t, { connack: Buffer.alloc(0) });
    const { source, ended, events } = opened(t, url(port));
    const [socket] = await dialled.count(1);
    const hungUp = once(socket!, 'close');
    await source[Symbol.asyncDispose]();
    await ended;
    await hungUp;
    assert.deepEqual(events.items, []);
  });

  test('dispose hangs up', async (t) => {
    const { port, subscribed } = await scripted(t);
    const { source, ended, events } = opened(t, url(port));
    await up(events);
    const [socket] = await subscribed.count(1);
    const hungUp = once(socket!, 'close');
    await source[Symbol.asyncDispose]();
    await ended;
    await hungUp;
  });

  test('a message without end is cut off, many small ones are not', async (t) => {
    const { port, subscribed } = await scripted(t);
    const { readings, events, down } = opened(t, url(port));
    await up(events);
    const [socket] = await subscribed.count(1);
    const padding = ' '.repeat(4_000);
    const small = publishFrame(TOPIC, Buffer.from(`{"pm25":7}${padding}`));
    socket!.write(Buffer.concat(Array<Buffer>(200).fill(small)));
    await readings.count(200);
    assert.ok(200 * small.length > sourceFrameBytesMax);
    // 200 MB are announced, and sent until the far end has had enough.
    socket!.write(Buffer.from([0x30, 0x80, 0xc2, 0xd7, 0x5f, 0, TOPIC.length, ...Buffer.from(TOPIC)]));
    const chunk = Buffer.alloc(65_536, 0x20);
    const pour = setInterval(() => socket!.write(chunk), 1);
    t.after(() => clearInterval(pour));
    await down(/a message that is too large/);
    assert.ok(socket!.bytesWritten < 50_000_000);
  });
});
