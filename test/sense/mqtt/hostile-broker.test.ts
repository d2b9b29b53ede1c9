// Brokers elsewhere, and those who publish there, that want the gateway cut off: a real Mosquitto, and scripts.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { connectAsync } from 'mqtt';
import type { AgentEvent } from '../../../src/core/events.ts';
import type { Convention } from '../../../src/sense/convention/convention.ts';
import { openMqttSource } from '../../../src/sense/mqtt/mqtt-source.ts';
import { mosquitto } from '../../mosquitto.ts';
import { type Recorder, recorder } from '../../recorder.ts';
import { frame, publishFrame } from '../../route/mqtt/raw-client.ts';

/** `config/<device>` names the topic where its temperature will be. */
const naming: Convention = {
  accept({ topic, payload }, sink) {
    sink.frame(topic);
    if (topic.startsWith('config/')) sink.topic(`${payload}`);
    else sink.value({ quantity: 'temperature', value: Number(payload), unit: 'degC', channel: '', quality: 0 });
  },
};

function opened(t: TestContext, port: number) {
  t.mock.method(Math, 'random', () => 0.02);
  const events = recorder<AgentEvent>();
  const values = recorder<number>();
  const source = openMqttSource({
    sensor: 'roof',
    sensorClass: 0,
    filters: ['config/#'],
    convention: naming,
    from: { url: `mqtt://127.0.0.1:${port}` },
    clock: { now: () => 5_000, quality: () => 1 },
    emit: (event) => events.add(event),
  });
  t.after(() => source[Symbol.asyncDispose]());
  void (async () => {
    for await (const { value } of source) values.add(value);
  })();
  return { events, values };
}

/** A broker that grants a filter unless it is told to refuse it or to hang up over it; then it sends what it retains. */
async function scripted(t: TestContext, how: { refuse?: string; hangUpOver?: string; retains: readonly string[] }) {
  const asked = recorder<string>();
  const sockets: Socket[] = [];
  const answer = (socket: Socket, subscribe: Buffer) => {
    const filter = subscribe.subarray(6, -1).toString();
    asked.add(filter);
    if (filter === how.hangUpOver) return socket.destroy();
    socket.write(frame(0x90, Buffer.concat([subscribe.subarray(2, 4), Buffer.of(filter === how.refuse ? 128 : 0)])));
    if (filter !== 'config/#') return socket.write(publishFrame(filter, Buffer.from('21')));
    for (const [n, named] of how.retains.entries())
      socket.write(publishFrame(`config/${n}`, Buffer.from(named), { retain: true }));
    return undefined;
  };
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      if (bytes[0] === 0x10) socket.write(Buffer.from([0x20, 2, 0, 0]));
      for (let at = 0; bytes[at] === 0x82; at += 2 + bytes[at + 1]!)
        answer(socket, bytes.subarray(at, at + 2 + bytes[at + 1]!));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as { port: number }).port, asked, sockets };
}

const forgotten = (events: Recorder<AgentEvent>) =>
  events.until((event) => event.type === 'warning' && /no longer subscribes/.test(event.message));

suite('a broker elsewhere that means harm', { timeout: 20_000 }, () => {
  test('descriptions that Mosquitto would hang up over keep nobody from being read', async (t) => {
    const broker = await mosquitto(t);
    if (!broker) return;
    const other = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
    t.after(() => other.endAsync(true));
    const poison = ['a\u0001b', Array.from({ length: 240 }, () => 'a').join('/'), '$SYS/#'];
    for (const [n, filter] of [...poison, 'state/honest'].entries())
      await other.publishAsync(`config/${n}`, filter, { qos: 1, retain: true });
    const { events, values } = opened(t, broker.port);
    await events.until(({ type }) => type === 'source_up');
    await other.publishAsync('config/last', 'state/last', { qos: 1 });
    const tell = setInterval(() => other.publish('state/last', '21'), 20);
    t.after(() => clearInterval(tell));
    assert.equal((await values.count(1))[0], 21);
    assert.deepEqual(
      events.items.filter(({ type }) => type === 'source_down'),
      [],
    );
    const malformed = events.items.filter((event) => event.type === 'reading_dropped' && event.reason === 'malformed');
    assert.equal(malformed.length, poison.length);
  });

  test('a learned filter that is refused is forgotten, and the session goes on', async (t) => {
    const { port, sockets } = await scripted(t, { refuse: 'secret', retains: ['secret', 'state'] });
    const { events, values } = opened(t, port);
    await values.count(1);
    const told = await forgotten(events);
    assert.match(JSON.stringify(told), /secret.*refused/);
    assert.equal(sockets.length, 1);
  });

  test('a learned filter that a broker hangs up over is asked for last, and three times', async (t) => {
    const { port, asked, sockets } = await scripted(t, { hangUpOver: 'poison', retains: ['poison', 'state'] });
    const { events, values } = opened(t, port);
    assert.match(JSON.stringify(await forgotten(events)), /poison.*hung up/);
    await values.count(3);
    await asked.until(() => sockets.length === 4 && asked.items.at(-1) === 'state');
    assert.equal(asked.items.filter((filter) => filter === 'poison').length, 3);
  });

  test('a message at QoS 2 ends the connection: it would be stored until it is released', async (t) => {
    const { port, sockets } = await scripted(t, { retains: ['state'] });
    const { events } = opened(t, port);
    await events.until(({ type }) => type === 'source_up');
    const atQos1 = publishFrame('config/x', Buffer.alloc(100), { id: 7 });
    sockets[0]!.write(Buffer.concat([Buffer.of(0x34), atQos1.subarray(1)]));
    await events.until((event) => event.type === 'source_down' && /QoS 2/.test(event.reason));
  });
});
