// What docs/protocol.md tells a stranger of logging in, subscribing and publishing, held to a real broker and to the limits.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { connect } from 'mqtt';
import {
  brokerConnectMsMax,
  brokerFiltersPerClientMax,
  brokerFrameBytesMax,
  brokerFramesBurstMax,
  brokerFramesPerSMax,
} from '../../../src/core/broker-limits.ts';
import { linkFrameBytesMax, linkKeepaliveS, packetBytesMax, topicLevelsMax } from '../../../src/core/limits.ts';
import { linkVectorsUrl } from '../../vectors/link.ts';
import { client, fixture, NORTH } from './broker-fixture.ts';

const vectors = JSON.parse(readFileSync(linkVectorsUrl, 'utf8')) as {
  subscriptions: { filter: string; granted: boolean }[];
  publishes: { topic: string; allowed: boolean }[];
};

test('a broker grants a gateway the filters of the vectors, and refuses the others with 128', async (t) => {
  const { broker } = await fixture(t);
  const opened = await client(t, broker.port, NORTH, { clean: false, clientId: 'q0123' });
  for (const { filter, granted } of vectors.subscriptions) {
    const answer = await opened.subscribeAsync(filter, { qos: 1 }).then(
      ([grant]) => grant?.qos,
      () => 128,
    );
    assert.equal(answer, granted ? 1 : 128, filter);
  }
  assert.equal(opened.connected, true);
  await opened.endAsync(true);
  const { name: username, password } = NORTH;
  const again = connect(`mqtt://127.0.0.1:${broker.port}`, { username, password, clean: false, clientId: 'q0123' });
  t.after(() => again.endAsync(true));
  const connack = await new Promise<{ sessionPresent: boolean }>((resolve) => again.once('connect', resolve));
  assert.equal(connack.sessionPresent, false, 'a session is clean whatever is asked for');
});

test('a publish is acknowledged on topics of the vectors, elsewhere it ends the connection', async (t) => {
  const { broker, arrivals } = await fixture(t);
  for (const { topic, allowed } of vectors.publishes) {
    const opened = await client(t, broker.port, NORTH);
    const closed = new Promise<boolean>((resolve) => opened.once('close', () => resolve(false)));
    const acknowledged = opened.publishAsync(topic, 'x', { qos: 1, retain: true }).then(
      () => true,
      () => false,
    );
    assert.equal(await Promise.race([acknowledged, closed]), allowed, topic);
    await opened.endAsync(true);
  }
  assert.deepEqual(
    arrivals.items.map(({ topic }) => topic),
    vectors.publishes.flatMap(({ topic, allowed }) => (allowed ? [topic] : [])),
  );
  const late = await client(t, broker.port, NORTH);
  late.on('message', (topic) => assert.fail(`${topic} was retained`));
  await late.subscribeAsync('qis/1/#', { qos: 1 });
});

test('the numbers of the document are those of the code', () => {
  const text = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');
  const number = (value: number) => value.toLocaleString('en-US');
  for (const words of [
    `a keep-alive of ${linkKeepaliveS} s`,
    `no credentials after ${brokerConnectMsMax / 1000} s`,
    `of any kid, written out: at most ${brokerFiltersPerClientMax}`,
    `more than ${topicLevelsMax + 1} topic levels or a frame over ${number(brokerFrameBytesMax)} bytes`,
    `a payload over ${packetBytesMax} bytes, over ${number(linkFrameBytesMax)} in a frame`,
    `limited to ${brokerFramesPerSMax} a second for each account, ${brokerFramesBurstMax} at once`,
  ]) {
    assert.ok(text.includes(words), words);
  }
});
