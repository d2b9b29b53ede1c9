// Sensors over MQTT whose topic, broker or certificate is wrong: on real brokers, each is told once, with what to do.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { checkConfig } from '../../src/config/config.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { seenTopicsMax } from '../../src/core/silence-limits.ts';
import { openLive } from '../../src/gateway/sources.ts';
import { followTopics } from '../../src/sense/mqtt/unheard-topic.ts';
import { mosquitto } from '../mosquitto.ts';
import { requireProgram } from '../programs.ts';
import { recorder } from '../recorder.ts';
import { client, fixture, SENSOR } from '../route/mqtt/broker-fixture.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const READINGS = 'readings: [{key: pm25, quantity: pm2_5, unit: ug/m3}]';

/** Why each sensor is not heard, in the order in which it was told. */
async function opened(
  t: TestContext,
  sensor: string,
  subscribeLocal?: Parameters<typeof openLive>[1]['subscribeLocal'],
) {
  const { config, problems } = checkConfig(`name: here\nsensors:\n  - ${sensor}`, '/etc/qis.yaml');
  assert.deepEqual(problems, []);
  const events = recorder<AgentEvent>();
  const clock = { now: Date.now, quality: () => 2 as const };
  const emit = (event: AgentEvent) => events.add(event);
  const edges = { folder: '/', clock, emit, subscribeLocal };
  const [source] = await openLive(config!.sensors as Parameters<typeof openLive>[0], edges);
  t.after(() => source![Symbol.asyncDispose]());
  const downs = () => events.items.flatMap((event) => (event.type === 'source_down' ? [event] : []));
  return {
    source: source!,
    events,
    downs,
    why: async () => {
      await events.until(({ type }) => type === 'source_down');
      return downs()[0]!.reason;
    },
  };
}

suite('a sensor over MQTT that is not heard', { timeout: 20_000 }, () => {
  test('what was meant is named, or what is published there', async (t) => {
    const { broker } = await fixture(t);
    const publisher = await client(t, broker.port, SENSOR);
    const local = broker.subscribeLocal;
    const topic = (topic: string) => `{name: ${topic[0]}, mqtt: {topic: ${topic}}, silence_s: 0.4, ${READINGS}}`;
    const right = await opened(t, topic('zigbee2mqtt/+'), local);
    const misspelt = await opened(t, topic('zigbe2mqtt/balcony'), local);
    const other = await opened(t, topic('weather/#'), local);
    await publisher.publishAsync('zigbee2mqtt/balcony', '{"pm25": 3}', { qos: 1 });
    assert.equal(
      await misspelt.why(),
      'nothing came on zigbe2mqtt/balcony in 0.4 s on the own broker; did you mean "zigbee2mqtt/balcony"?',
    );
    assert.match(await other.why(), /on the own broker, but messages come on zigbee2mqtt\/balcony: compare the topic/);
    assert.deepEqual([right.downs(), misspelt.downs().length, other.downs().length], [[], 1, 1]);
  });

  test('a broker that nobody publishes at says so, and another one gives no hint', async (t) => {
    const { broker } = await fixture(t);
    const empty = await opened(t, '{device: zigbee2mqtt, mqtt: {}, silence_s: 0.1}', broker.subscribeLocal);
    assert.match(await empty.why(), /^nothing came on zigbee2mqtt\/.*, nor on any other topic: check that its device/);
    const login = `url: "mqtt://127.0.0.1:${broker.port}", username: ${SENSOR.name}, password: ${SENSOR.password}`;
    const far = await opened(t, `{name: far, mqtt: {topic: x, ${login}}, silence_s: 0.1, ${READINGS}}`);
    assert.match(await far.why(), /^nothing came on x in 0\.1 s on mqtt:.*: compare the topic with what its device/);
  });

  test('however many topics are published, few are remembered, and none once it is over', () => {
    let heard: (topic: string, payload: Buffer, account: string) => void = () => {};
    let following = 0;
    const local = (_filter: string, onMessage: typeof heard) => {
      [heard, following] = [onMessage, following + 1];
      return () => following--;
    };
    const seen = followTopics(local);
    for (let i = 0; i < 1_000; i++) heard(`a${i}/b/c`, Buffer.alloc(0), '');
    heard('x'.repeat(60_000), Buffer.alloc(0), '');
    assert.equal(seen.prefixes().length, seenTopicsMax);
    seen[Symbol.dispose]();
    assert.equal(following, 0);
  });

  test('TLS at a broker elsewhere: ca_file is asked for, and then it connects', async (t) => {
    const openssl = requireProgram(t, 'openssl', 'apt install openssl');
    if (!openssl) return;
    const folder = temporaryFolder(t);
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=hub', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key];
    execFileSync(openssl, ['req', '-x509', ...ec, '-out', cert, ...subject], { stdio: 'ignore' });
    const broker = await mosquitto(t, (port) => {
      return `listener ${port} 127.0.0.1\nallow_anonymous true\ncertfile ${cert}\nkeyfile ${key}\n`;
    });
    if (!broker) return;
    const sensor = (mqtt: string) => `{name: far, mqtt: {topic: x, ${mqtt}}, ${READINGS}}`;
    const url = `mqtts://127.0.0.1:${broker.port}`;
    const untrusted = await opened(t, sensor(`url: "${url}"`));
    assert.match(await untrusted.why(), /name the file of the one that did as ca_file \(self-signed certificate\)$/);
    const plain = await opened(t, sensor(`url: "mqtt://127.0.0.1:${broker.port}"`));
    assert.match(
      await plain.why(),
      /where it speaks TLS there, write mqtts:\/\/ in url \((?:the broker closed|read ECONNRESET)/,
    );
    const trusted = await opened(t, sensor(`url: "${url}", ca_file: ${cert}`));
    await trusted.events.until(({ type }) => type === 'source_up');
    writeFileSync(join(folder, 'none.pem'), 'nothing');
    await assert.rejects(
      opened(t, sensor(`url: "${url}", ca_file: ${join(folder, 'none.pem')}`)),
      /holds no certificate/,
    );
  });
});
