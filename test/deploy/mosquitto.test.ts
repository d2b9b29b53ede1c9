import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { connectAsync, type MqttClient } from 'mqtt';
import type { AgentEvent } from '../../src/core/events.ts';
import type { Arrival } from '../../src/route/arrival.ts';
import { type LinkAddress, openLink } from '../../src/route/mqtt/link.ts';
import { mqttWay } from '../../src/route/mqtt/mqtt-way.ts';
import { WireMeter } from '../../src/route/mqtt/wire-meter.ts';
import { linkTopic } from '../../src/route/topic.ts';
import { freePorts, mosquitto } from '../mosquitto.ts';
import { requireProgram } from '../programs.ts';
import { recorder } from '../recorder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const HERE = new URL('../../deploy/mosquitto/', import.meta.url).pathname;
const TOPIC = 'qis/1/0/0a0a0a0a/0b0b0b0b/0c0c0c0c';
/** As in the ACL. */
const KIDS: Record<string, string> = { 'roof-1': '0011223344556677', 'roof-2': '8899aabbccddeeff' };

interface Site {
  readonly tlsPort: number;
  readonly localPort: number;
  readonly ca: string;
}

/** The shipped configuration, with its certificates and passwords made as the README says. */
async function site(t: TestContext, options: { acl?: string; accounts?: string[] } = {}): Promise<Site | undefined> {
  const openssl = requireProgram(t, 'openssl', 'apt install openssl');
  const passwd = requireProgram(t, 'mosquitto_passwd', 'apt install mosquitto');
  if (!openssl || !passwd) return undefined;
  const { acl = 'acl', accounts = ['roof-1', 'roof-2', 'zigbee2mqtt'] } = options;
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'certs'));
  execFileSync('sh', ['-ec', certificateCommands()], { cwd: folder, stdio: 'ignore' });
  for (const name of ['server.crt', 'server.key']) renameSync(join(folder, name), join(folder, 'certs', name));
  const passwords = join(folder, 'qis.passwords');
  writeFileSync(passwords, '', { mode: 0o600 });
  for (const name of accounts) execFileSync(passwd, ['-b', passwords, name, `${name} secret`], { stdio: 'ignore' });
  writeFileSync(join(folder, 'qis.acl'), readFileSync(join(HERE, acl)), { mode: 0o600 });
  const [localPort] = (await freePorts(1)) as [number];
  const broker = await mosquitto(t, (port) =>
    readFileSync(join(HERE, 'qis.conf'), 'utf8')
      .replace(/^listener 8883$/m, `listener ${port} 127.0.0.1`)
      .replace(/^listener 1883 127\.0\.0\.1$/m, `listener ${localPort} 127.0.0.1`)
      .replaceAll('/etc/mosquitto/', `${folder}/`),
  );
  return broker && { tlsPort: broker.port, localPort, ca: readFileSync(join(folder, 'ca.crt'), 'utf8') };
}

function certificateCommands(): string {
  const [, commands] = /## Certificates\n.*?```sh\n(.*?)```/s.exec(readFileSync(join(HERE, 'README.md'), 'utf8'))!;
  return commands!.replace('broker.example.org', 'localhost');
}

/** A link over TLS, as a gateway opens it. */
async function linked(t: TestContext, { tlsPort, ca }: Site, name: string, change: Partial<LinkAddress> = {}) {
  const arrivals = recorder<Arrival>();
  const link = await openLink({
    address: {
      name: 'hub',
      url: `mqtts://localhost:${tlsPort}`,
      username: name,
      password: `${name} secret`,
      ca,
      ...change,
    },
    clientId: 'q01',
    // Its own frames, and those of everybody else.
    filters: ['qis/1/#', 'q1/+'],
    onPacket: (arrival) => arrivals.add(arrival),
    emit: (_: AgentEvent) => {},
    meter: new WireMeter(),
  });
  t.after(() => link[Symbol.asyncDispose]());
  return { link, arrivals };
}

/** On the listener of this machine. */
async function local(t: TestContext, { localPort }: Site, name: string, password = `${name} secret`) {
  const heard = recorder<string>();
  const options = { username: name, password, reconnectPeriod: 0 };
  const client: MqttClient = await connectAsync(`mqtt://127.0.0.1:${localPort}`, options, false);
  t.after(() => client.endAsync(true));
  client.on('message', (topic, payload) => heard.add(`${topic} ${payload.length}`));
  await client.subscribeAsync('#', { qos: 1 });
  return { client, heard };
}

suite('shared Mosquitto as shipped', { timeout: 30_000 }, () => {
  test('gateways meet over TLS, and check whose broker it is', async (t) => {
    const at = await site(t);
    if (!at) return;
    const one = await linked(t, at, 'roof-1');
    const two = await linked(t, at, 'roof-2');
    one.link.publish(TOPIC, Buffer.from('over there'));
    const expected = { topic: TOPIC, bytes: Buffer.from('over there'), via: mqttWay('link', 'hub') };
    assert.deepEqual(await two.arrivals.count(1), [expected]);
    await assert.rejects(linked(t, at, 'roof-1', { ca: '' }), /certificate/);
    await assert.rejects(linked(t, at, 'roof-1', { url: `mqtts://127.0.0.1:${at.tlsPort}` }), /altnames/);
  });

  test('a wrong password, a name nobody has and no name at all are refused', async (t) => {
    const at = await site(t);
    if (!at) return;
    await assert.rejects(linked(t, at, 'roof-1', { password: 'guess' }), /Not authorized/);
    await assert.rejects(linked(t, at, 'roof-3'), /Not authorized/);
    await assert.rejects(local(t, at, 'roof-1', 'guess'), /Not authorized/);
    await assert.rejects(
      connectAsync(`mqtt://127.0.0.1:${at.localPort}`, { reconnectPeriod: 0 }, false),
      /Not authorized/,
    );
  });

  for (const [acl, names] of [
    ['acl', ['roof-1', 'roof-2']],
    ['acl.by-kid', Object.values(KIDS)],
  ] as const) {
    test(`${acl}: a gateway reads its own link frames and nobody else's`, async (t) => {
      const at = await site(t, { acl, accounts: [...names] });
      if (!at) return;
      const [one, two] = await Promise.all(names.map((name) => linked(t, at, name)));
      assert(one && two);
      two.link.publish(linkTopic(KIDS['roof-2']!), Buffer.from('to itself'));
      two.link.publish(linkTopic(KIDS['roof-1']!), Buffer.from('to one'));
      one.link.publish(linkTopic(KIDS['roof-2']!), Buffer.from('to two'));
      one.link.publish(TOPIC, Buffer.from('to all'));
      const said = (arrivals: readonly Arrival[]) => arrivals.map(({ bytes }) => bytes.toString()).sort();
      assert.deepEqual(said(await one.arrivals.count(2)), ['to all', 'to one']);
      assert.deepEqual(said(await two.arrivals.count(3)), ['to all', 'to itself', 'to two']);
    });
  }

  test('sensors and gateways do not hear or disturb each other', async (t) => {
    const at = await site(t);
    if (!at) return;
    const sensor = await local(t, at, 'zigbee2mqtt');
    const { link, arrivals } = await linked(t, at, 'roof-1');
    await sensor.client.publishAsync(TOPIC, 'forged', { qos: 1 });
    link.publish('zigbee2mqtt/roof', Buffer.from('forged'));
    link.publish(TOPIC, Buffer.from('real'));
    assert.equal((await arrivals.count(1))[0]?.bytes.toString(), 'real');
    await sensor.client.publishAsync('zigbee2mqtt/roof', '{}', { qos: 1 });
    assert.deepEqual(await sensor.heard.count(1), ['zigbee2mqtt/roof 2']);
  });

  test('what is too large is dropped, and who sends a frame that is much too large is disconnected', async (t) => {
    const at = await site(t);
    if (!at) return;
    const sender = await local(t, at, 'roof-1');
    const { heard } = await local(t, at, 'roof-2');
    await sender.client.publishAsync(TOPIC, Buffer.alloc(8_193), { qos: 1 });
    await sender.client.publishAsync(TOPIC, Buffer.alloc(8_192), { qos: 1 });
    assert.deepEqual(await heard.count(1), [`${TOPIC} 8192`]);
    const closed = new Promise<void>((resolve) => sender.client.once('close', () => resolve()));
    sender.client.publish(TOPIC, Buffer.alloc(20_000), { qos: 0 });
    await closed;
    assert.equal(heard.items.length, 1);
  });

  test('an account cannot end the connection of another by its client id', async (t) => {
    const at = await site(t);
    if (!at) return;
    const one = await linked(t, at, 'roof-1');
    // Both say q01.
    const two = await linked(t, at, 'roof-2');
    two.link.publish(TOPIC, Buffer.from('still there?'));
    await one.arrivals.count(1);
    // Its own next connection takes over.
    await linked(t, at, 'roof-1');
    assert.match(await one.link.closed, /closed/);
  });
});
