import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import type { AgentEvent } from '../../../src/core/events.ts';
import { packetBytesMax } from '../../../src/core/limits.ts';
import type { Arrival, ArrivalHandler } from '../../../src/route/arrival.ts';
import { type Link, type LinkOptions, linkClientId, openLink } from '../../../src/route/mqtt/link.ts';
import { mqttWay } from '../../../src/route/mqtt/mqtt-way.ts';
import { WireMeter } from '../../../src/route/mqtt/wire-meter.ts';
import { recorder } from '../../recorder.ts';
import { fixture, NORTH, SENSOR, TOPIC } from './broker-fixture.ts';
import { frame, publishFrame } from './raw-client.ts';

type Changes = Partial<Omit<LinkOptions, 'address' | 'onPacket'>> & { onPacket?: ArrivalHandler; url?: string };

/** A link to a port, as north, with what it hears recorded. */
async function linked(t: TestContext, port: number, changes: Changes = {}) {
  const arrivals = recorder<Arrival>();
  const events = recorder<AgentEvent>();
  const meter = new WireMeter();
  const { url = `mqtt://127.0.0.1:${port}`, onPacket, ...rest } = changes;
  const link: Link = await openLink({
    address: { name: 'hill', url, username: NORTH.name, password: NORTH.password },
    clientId: linkClientId(Buffer.alloc(16, 0xab)),
    filters: ['qis/1/#'],
    onPacket(arrival) {
      arrivals.add(arrival);
      return onPacket?.(arrival);
    },
    emit: (event) => events.add(event),
    meter,
    ...rest,
  });
  t.after(() => link[Symbol.asyncDispose]());
  return { link, arrivals, events, meter };
}

/** The granted codes, then whatever else. */
interface Answer {
  readonly granted: readonly number[];
  readonly after?: Buffer;
}

/** A broker that is only a script: CONNACK to a CONNECT, this to a SUBSCRIBE, then silence. */
async function scripted(t: TestContext, answer?: Answer): Promise<{ port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      if (!answer) return;
      if (bytes[0] === 0x10) socket.write(Buffer.from([0x20, 2, 0, 0]));
      if (bytes[0] !== 0x82) return;
      const { granted, after = Buffer.alloc(0) } = answer;
      socket.write(Buffer.concat([frame(0x90, Buffer.concat([bytes.subarray(2, 4), Buffer.from(granted)])), after]));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  return { port: address.port, sockets };
}

suite('link', { timeout: 20_000 }, () => {
  test('the client id comes from the key and has at most 23 characters', () => {
    assert.equal(linkClientId(Buffer.alloc(16, 0xab)), `q${'ab'.repeat(10)}`);
  });

  test('hears what the neighbour publishes, and is heard', async (t) => {
    const { broker, arrivals: there } = await fixture(t);
    const { link, arrivals, meter } = await linked(t, broker.port);
    broker.publish(TOPIC, Buffer.from('from the hill'));
    assert.deepEqual((await arrivals.count(1))[0], {
      topic: TOPIC,
      bytes: Buffer.from('from the hill'),
      via: mqttWay('link', 'hill'),
    });
    assert.equal(link.publish(TOPIC, Buffer.from('to the hill')), true);
    assert.equal((await there.count(1))[0]?.bytes.toString(), 'to the hill');
    assert.deepEqual([meter.bytesIn, meter.bytesOut], [broker.stats().bytesOut, broker.stats().bytesIn]);
  });

  test('hands over what waits at once, and acknowledges in the order of arrival what was taken', async (t) => {
    const { port, sockets } = await scripted(t, {
      granted: [1],
      after: Buffer.concat([7, 8, 9].map((id) => publishFrame(TOPIC, Buffer.from(`${id}`), { id }))),
    });
    const settle = recorder<() => void>();
    const { arrivals } = await linked(t, port, {
      onPacket: ({ bytes }) =>
        new Promise((resolve, reject) =>
          settle.add(bytes[0] === 0x38 ? () => reject(new Error('disk full')) : resolve),
        ),
    });
    const received = recorder<Buffer>();
    sockets[0]?.on('data', (bytes) => received.add(bytes));
    // Three at once: they share a commit, where each of them alone would cost one.
    await arrivals.count(3);
    const [seven, eight, nine] = await settle.count(3);
    nine!();
    eight!();
    await new Promise(setImmediate);
    assert.equal(received.items.length, 0, 'nothing before the first one is settled');
    seven!();
    await received.until(() => Buffer.concat([...received.items]).length === 8);
    assert.deepEqual(Buffer.concat([...received.items]), Buffer.from([0x40, 2, 0, 7, 0x40, 2, 0, 9]));
  });

  test('an oversize payload is counted and dropped, an oversize frame ends the link', async (t) => {
    const large = publishFrame(TOPIC, Buffer.alloc(packetBytesMax + 1));
    const endless = frame(0x30, Buffer.alloc(100_000)).subarray(0, 4);
    const good = publishFrame(TOPIC, Buffer.from('good'));
    const { port, sockets } = await scripted(t, { granted: [1], after: Buffer.concat([large, good]) });
    const { link, events, arrivals } = await linked(t, port);
    await arrivals.count(1);
    sockets[0]?.write(endless);
    assert.match(await link.closed, /a frame of 100004 bytes/);
    assert.deepEqual(events.items, [
      { type: 'packet_dropped', reason: 'too_large', via: 'link:hill', bytes: packetBytesMax + 1 },
    ]);
    assert.deepEqual(
      arrivals.items.map(({ bytes }) => bytes.toString()),
      ['good'],
    );
  });

  test('a message at QoS 2 ends the link', async (t) => {
    const atQos1 = publishFrame(TOPIC, Buffer.from('x'), { id: 1 });
    const atQos2 = Buffer.concat([Buffer.from([0x34]), atQos1.subarray(1)]);
    const { port, sockets } = await scripted(t, { granted: [1] });
    const { link, arrivals } = await linked(t, port);
    sockets[0]?.write(atQos2);
    assert.match(await link.closed, /QoS 2/);
    assert.equal(arrivals.items.length, 0);
  });

  test('fails with a reason: wrong password, refused filter, nobody there, not an address', async (t) => {
    const { broker } = await fixture(t);
    const refused = { code: 'broker_unavailable' };
    await assert.rejects(linked(t, broker.port, { filters: ['home/#'] }), {
      ...refused,
      message: /^mqtt:.*subscription/,
    });
    await assert.rejects(
      openLink({
        address: { name: 'hill', url: `mqtt://127.0.0.1:${broker.port}`, username: NORTH.name, password: 'guess' },
        clientId: 'q',
        filters: [],
        onPacket: () => {},
        emit: () => {},
        meter: new WireMeter(),
      }),
      { ...refused, message: /Bad username or password/ },
    );
    await broker[Symbol.asyncDispose]();
    await assert.rejects(linked(t, broker.port), { ...refused, message: /ECONNREFUSED/ });
    await assert.rejects(linked(t, 0, { url: `mqtts://127.0.0.1:${broker.port}` }), {
      ...refused,
      message: /ECONNREFUSED/,
    });
    for (const url of ['hill:1883', 'http://hill', 'mqtt://', `mqtt://${SENSOR.name}:x@hill`]) {
      await assert.rejects(linked(t, 0, { url }), { code: 'config_invalid' });
    }
  });

  test('a filter refused with 128 among others fails the link', async (t) => {
    const { port } = await scripted(t, { granted: [1, 128] });
    await assert.rejects(linked(t, port, { filters: ['qis/1/0/#', 'qis/1/1/#'] }), { code: 'broker_unavailable' });
  });

  test('a neighbour that goes away closes it with a reason, and nothing is sent any more', async (t) => {
    const { broker } = await fixture(t);
    const { link } = await linked(t, broker.port);
    await broker[Symbol.asyncDispose]();
    assert.match(await link.closed, /closed|ECONNRESET/);
    assert.equal(link.publish(TOPIC, Buffer.from('x')), false);
  });

  test('a neighbour that says nothing any more is noticed by the keep-alive', async (t) => {
    const { port } = await scripted(t, { granted: [1] });
    const { link } = await linked(t, port, { keepaliveS: 1 });
    assert.match(await link.closed, /Keepalive timeout/);
  });

  test('stops waiting for a neighbour that does not answer', async (t) => {
    const { port } = await scripted(t);
    const stopping = new AbortController();
    const opening = linked(t, port, { signal: stopping.signal });
    stopping.abort();
    await assert.rejects(opening, { message: /stopped|aborted/ });
  });

  test('sends no more than a limit before it is acknowledged', async (t) => {
    const { port } = await scripted(t, { granted: [1] });
    const { link } = await linked(t, port);
    let taken = 0;
    while (link.publish(TOPIC, Buffer.alloc(packetBytesMax))) taken += 1;
    assert.equal(taken, 256);
  });
});
