import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import type { AgentEvent } from '../../../src/core/events.ts';
import type { Arrival } from '../../../src/route/arrival.ts';
import { openBroker } from '../../../src/route/mqtt/broker.ts';
import type { LinkAddress } from '../../../src/route/mqtt/link.ts';
import { type Mesh, type MeshOptions, openMesh } from '../../../src/route/mqtt/mesh.ts';
import { mqttWay } from '../../../src/route/mqtt/mqtt-way.ts';
import { networkConformance } from '../../conformance/network.ts';
import { requireProgram } from '../../programs.ts';
import { type Recorder, recorder } from '../../recorder.ts';
import { fixture, NORTH, SOUTH, TOPIC } from './broker-fixture.ts';

const address = (name: string, port: number, account = NORTH): LinkAddress => ({
  name,
  url: `mqtt://127.0.0.1:${port}`,
  username: account.name,
  password: account.password,
});

interface Opened {
  readonly mesh: Mesh;
  readonly events: Recorder<AgentEvent>;
  readonly arrivals: Recorder<Arrival>;
}

/** A mesh that retries at once; resolves without waiting for its links. */
function meshed(t: TestContext, options: Partial<MeshOptions> & Pick<MeshOptions, 'links'>): Opened {
  const events = recorder<AgentEvent>();
  const arrivals = recorder<Arrival>();
  const mesh = openMesh({
    clientId: 'q00',
    filters: ['qis/1/#'],
    onPacket: (arrival) => arrivals.add(arrival),
    emit: (event) => events.add(event),
    random: () => 0,
    ...options,
  });
  t.after(() => mesh[Symbol.asyncDispose]());
  return { mesh, events, arrivals };
}

const ups = (events: Recorder<AgentEvent>, count: number) =>
  events.until(() => events.items.filter(({ type }) => type === 'link_up').length === count);

networkConformance('brokers and links', async (t, plans) => {
  const brokers = new Map<string, Awaited<ReturnType<typeof openBroker>>>();
  const accounts = plans.map(({ name }) => ({ name, password: `${name} secret`, role: 'gateway' as const }));
  for (const { name, onPacket } of plans) {
    const broker = await openBroker({ host: '127.0.0.1', port: 0, accounts, onPacket, emit: () => {} });
    t.after(() => broker[Symbol.asyncDispose]());
    brokers.set(name, broker);
  }
  const networks = new Map<string, Mesh>();
  for (const { name, hears, filters, onPacket } of plans) {
    const account = accounts.find((one) => one.name === name)!;
    const links = hears.map((publisher) => address(publisher, brokers.get(publisher)!.port, account));
    // The suite says who hears whom, one way; a link carries both ways where the neighbour may want it.
    const isWanted = () => false;
    const { mesh, events } = meshed(t, { broker: brokers.get(name)!, links, filters, onPacket, isWanted });
    if (links.length > 0) await ups(events, links.length);
    networks.set(name, mesh);
  }
  return networks;
});

suite('mesh', { timeout: 30_000 }, () => {
  test('two machines with one key push each other out, and both count it', async (t) => {
    const { broker } = await fixture(t);
    const twins = [1, 2].map(() => meshed(t, { links: [address('hill', broker.port)] }));
    await Promise.all(twins.map(({ events }) => ups(events, 5)));
    const stats = twins.flatMap(({ mesh }) => mesh.stats().links);
    assert.ok(stats.every(({ cuts }) => cuts >= 4));
  });

  test('a link comes back after its broker was restarted, and its counters run on', async (t) => {
    const first = await fixture(t);
    const { port } = first.broker;
    const { mesh, events, arrivals } = meshed(t, { links: [address('hill', port)] });
    await ups(events, 1);
    first.broker.publish(TOPIC, Buffer.from('before'));
    await arrivals.count(1);
    const before = mesh.stats().links[0]!;
    assert.deepEqual(
      { ...before, bytesIn: 0, bytesOut: 0 },
      {
        name: 'hill',
        up: true,
        bytesIn: 0,
        bytesOut: 0,
        reconnects: 0,
        unsent: 0,
        reason: null,
        cuts: 0,
      },
    );
    await first.broker[Symbol.asyncDispose]();
    const down = await events.until(({ type }) => type === 'link_down');
    assert(down.type === 'link_down' && down.retryMs === 0 && down.reason.length > 0);
    const second = await fixture(t, { port });
    await ups(events, 2);
    second.broker.publish(TOPIC, Buffer.from('after'));
    assert.equal((await arrivals.count(2))[1]?.bytes.toString(), 'after');
    const after = mesh.stats().links[0]!;
    assert(after.up && after.reconnects === 1);
    assert(after.bytesIn > before.bytesIn && after.bytesOut > before.bytesOut);
  });

  test('without a broker it publishes on its links, but not where the packet came from', async (t) => {
    const [hill, lake] = [await fixture(t), await fixture(t)];
    const links = [address('hill', hill.broker.port), address('lake', lake.broker.port)];
    const { mesh, events } = meshed(t, { links });
    await ups(events, 2);
    assert.equal(mesh.publish(TOPIC, Buffer.from('1'), { except: [mqttWay('link', 'hill')] }), true);
    assert.equal(mesh.publish(TOPIC, Buffer.from('2')), true);
    await hill.arrivals.count(1);
    await lake.arrivals.count(2);
    assert.deepEqual(
      hill.arrivals.items.map(({ bytes }) => bytes.toString()),
      ['2'],
    );
    assert.deepEqual(
      lake.arrivals.items.map(({ bytes }) => bytes.toString()),
      ['1', '2'],
    );
  });

  test('nothing waits for a link that is down: the caller is told', async (t) => {
    const { broker } = await fixture(t);
    await broker[Symbol.asyncDispose]();
    const { mesh, events } = meshed(t, { links: [address('hill', broker.port)] });
    await events.until((event) => event.type === 'link_down' && /ECONNREFUSED/.test(event.reason));
    assert.equal(mesh.publish(TOPIC, Buffer.from('x')), false);
    const [stats] = mesh.stats().links;
    assert.equal(stats?.up, false);
    assert.equal(stats?.unsent, 1);
  });

  test('a refused subscription is told as the reason', async (t) => {
    const { broker } = await fixture(t);
    const { events } = meshed(t, { links: [address('hill', broker.port)], filters: ['home/#'] });
    await events.until((event) => event.type === 'link_down' && /subscription/.test(event.reason));
  });

  test('disposing ends at once, also while connecting', async (t) => {
    const { broker } = await fixture(t);
    const { mesh, events } = meshed(t, { links: [address('hill', broker.port)] });
    await mesh[Symbol.asyncDispose]();
    assert.equal(events.items.length, 0);
    assert.equal(mesh.stats().links[0]?.up, false);
  });

  test('two gateways meet at a Mosquitto', async (t) => {
    const program = requireProgram(t, 'mosquitto', 'apt install mosquitto');
    if (!program) return;
    const port = await mosquitto(t, program);
    const north = meshed(t, { links: [address('town', port)], clientId: 'q01' });
    const south = meshed(t, { links: [address('town', port, SOUTH)], clientId: 'q02' });
    await Promise.all([ups(north.events, 1), ups(south.events, 1)]);
    north.mesh.publish(TOPIC, Buffer.from('over there'));
    assert.deepEqual((await south.arrivals.count(1))[0], {
      topic: TOPIC,
      bytes: Buffer.from('over there'),
      via: mqttWay('link', 'town'),
    });
    // Its own packet comes back as well: the agent knows its own.
    await north.arrivals.count(1);
  });

  test('a link over TLS checks the certificate and counts what is on the wire', async (t) => {
    const program = requireProgram(t, 'openssl', 'apt install openssl');
    if (!program) return;
    const { broker } = await fixture(t);
    const { port, cert } = await tlsInFrontOf(t, program, broker.port);
    const url = `mqtts://127.0.0.1:${port}`;
    const trusting = meshed(t, { links: [{ ...address('hill', 0), url, ca: cert }], clientId: 'q01' });
    const wary = meshed(t, { links: [{ ...address('hill', 0), url }], clientId: 'q02' });
    await ups(trusting.events, 1);
    await wary.events.until((event) => event.type === 'link_down' && /self-signed certificate/.test(event.reason));
    broker.publish(TOPIC, Buffer.from('x'));
    await trusting.arrivals.count(1);
    const [stats] = trusting.mesh.stats().links;
    assert(stats && stats.bytesIn > broker.stats().bytesOut + 500, 'the handshake counts');
  });
});

async function mosquitto(t: TestContext, program: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'qis-mosquitto-'));
  t.after(() => rmSync(folder, { recursive: true }));
  // Mosquitto cannot choose a port itself: take one that was free a moment ago.
  const probe = await openBroker({ host: '127.0.0.1', port: 0, accounts: [], onPacket: () => {}, emit: () => {} });
  await probe[Symbol.asyncDispose]();
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(config, `listener ${probe.port} 127.0.0.1\nallow_anonymous true\n`);
  const child = spawn(program, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(async () => {
    const exited = once(child, 'exit');
    child.kill();
    await exited;
  });
  let log = '';
  while (!log.includes('running')) log += (await once(child.stderr, 'data'))[0];
  return probe.port;
}

/** A TLS server that passes everything on to a port, with a certificate made for this test. */
async function tlsInFrontOf(t: TestContext, openssl: string, behind: number): Promise<{ port: number; cert: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'qis-tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=hill', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  execFileSync(openssl, ['req', '-x509', ...key, '-out', certFile, ...subject], { stdio: 'ignore' });
  const cert = readFileSync(certFile, 'utf8');
  const server = createTlsServer({ key: readFileSync(keyFile), cert }, (near) => {
    const far = connect({ host: '127.0.0.1', port: behind });
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const bound = server.address();
  assert(bound !== null && typeof bound === 'object');
  return { port: bound.port, cert };
}
