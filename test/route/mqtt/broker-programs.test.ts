// Programs at the own broker: what they may ask, whom the answers reach, and when a request is acknowledged.
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { IPublishPacket } from 'mqtt';
import { credentialsOf } from '../../../src/route/mqtt/access.ts';
import { type LocalRequest, type RequestHandler, verdictTopic } from '../../../src/route/mqtt/local-topic.ts';
import { recorder } from '../../recorder.ts';
import { ACCOUNTS, client, fixture, LAMP, NORTH, SENSOR, subscriber, TOPIC, TUNER } from './broker-fixture.ts';

const ALL = [...ACCOUNTS, LAMP, TUNER];
const ANSWER = Buffer.from('{"ok":true,"answer":[]}');

/** A broker whose requests are recorded, and answered at once. */
async function asked(t: TestContext, onRequest: RequestHandler = async () => ANSWER, accounts = ALL) {
  const requests = recorder<LocalRequest>();
  const opened = await fixture(t, {
    accounts,
    onRequest(request) {
      requests.add(request);
      return onRequest(request);
    },
  });
  return { ...opened, requests, port: opened.broker.port };
}

suite('programs at the broker', { timeout: 20_000 }, () => {
  test('a request reaches the gateway alone, and its answer the program that asked, once, at QoS 1, not retained', async (t) => {
    const { port, requests, broker } = await asked(t);
    const lamp = recorder<Pick<IPublishPacket, 'topic' | 'payload' | 'retain' | 'qos'>>();
    const hearing = await client(t, port, LAMP);
    hearing.on('message', (topic, payload, { retain, qos }) =>
      lamp.add({ topic, payload: payload.toString(), retain, qos }),
    );
    await hearing.subscribeAsync('qis-local/1/answer/lamp/#', { qos: 1 });
    const tuner = await subscriber(t, port, TUNER, 'qis-local/1/answer/tuner/+');
    const local: string[] = [];
    broker.subscribeLocal('#', (topic) => local.push(topic));
    const sensor = await subscriber(t, port, SENSOR, '#');
    const nosy = await subscriber(t, port, SENSOR, '+/1/answer/lamp/+');
    const asking = await client(t, port, LAMP);
    await asking.publishAsync('qis-local/1/query/lamp/a-7', '{"domain":"air"}', { qos: 1, retain: true });
    const answer = { topic: 'qis-local/1/answer/lamp/a-7', payload: ANSWER.toString(), retain: false, qos: 1 };
    assert.deepEqual(await lamp.count(1), [answer]);
    const { payload, ...rest } = requests.items[0]!;
    assert.deepEqual(rest, { verb: 'query', client: 'lamp', id: 'a-7', account: 'lamp' });
    assert.equal(payload.toString(), '{"domain":"air"}');
    // What comes behind the answer on each connection shows that nothing came before it.
    const feeder = await client(t, port, SENSOR);
    await feeder.publishAsync('home/pm', '1', { qos: 1 });
    assert.deepEqual(
      (await sensor.count(1)).map(({ topic }) => topic),
      ['home/pm'],
    );
    broker.publish(verdictTopic('roof'), Buffer.from('{}'));
    assert.deepEqual([tuner.items.length, nosy.items.length, lamp.items.length, requests.items.length], [0, 0, 1, 1]);
    assert.deepEqual(local, ['home/pm']);
    const late = await subscriber(t, port, LAMP, 'qis-local/1/answer/lamp/#');
    assert.equal(late.items.length, 0, 'nothing is retained');
  });

  test('verdicts reach programs, and neither sensors nor gateways', async (t) => {
    const { port, broker } = await asked(t);
    const lamp = await subscriber(t, port, LAMP, 'qis-local/1/verdict/#');
    const tuner = await subscriber(t, port, TUNER, 'qis-local/1/verdict/zigbee/+');
    const sensor = await subscriber(t, port, SENSOR, '#');
    broker.publish(verdictTopic('roof'), Buffer.from('1'));
    broker.publish(verdictTopic('zigbee/po+rch\u0007'), Buffer.from('2'));
    broker.publish(verdictTopic(undefined), Buffer.from('3'));
    const topics = ['qis-local/1/verdict/roof', 'qis-local/1/verdict/zigbee/po_rch_', 'qis-local/1/verdict/-'];
    assert.deepEqual(
      (await lamp.count(3)).map(({ topic }) => topic),
      topics,
    );
    assert.deepEqual(
      (await tuner.count(1)).map(({ payload }) => payload),
      ['2'],
    );
    await (await client(t, port, SENSOR)).publishAsync('home/pm', '1', { qos: 1 });
    assert.deepEqual(
      (await sensor.count(1)).map(({ topic }) => topic),
      ['home/pm'],
    );
  });

  test('whoever publishes elsewhere is thrown out, and nothing of it reaches anybody', async (t) => {
    const { port, events, requests, arrivals } = await asked(t);
    const lamp = await subscriber(t, port, LAMP, 'qis-local/1/answer/lamp/#');
    const tries = [
      ...['qis-local/1/query/tuner/7', 'qis-local/1/answer/lamp/7', 'qis-local/1/verdict/roof', TOPIC].map((topic) => ({
        who: LAMP,
        topic,
      })),
      ...['home/pm', 'q1/0123456789abcdef', 'qis-local/1/status/lamp/7', 'qis-local/1/query/lamp/a.b', '$SYS/x'].map(
        (topic) => ({ who: LAMP, topic }),
      ),
      ...[SENSOR, NORTH].flatMap((who) => [
        { who, topic: `qis-local/1/query/${who.name}/7` },
        { who, topic: 'qis-local/1/answer/lamp/7' },
      ]),
    ];
    for (const [n, { who, topic }] of tries.entries()) {
      const trying = await client(t, port, who);
      const closed = new Promise<void>((resolve) => trying.once('close', () => resolve()));
      trying.publish(topic, '{}', { qos: 1 }, () => {});
      await closed;
      const evicted = (await events.count(1)).filter(({ type }) => type === 'client_evicted');
      assert.equal(evicted.length, n + 1, topic);
    }
    assert.deepEqual([requests.items.length, arrivals.items.length, lamp.items.length], [0, 0, 0]);
  });

  test('a program subscribes to its own answers and to verdicts, and to nothing else', async (t) => {
    const { port } = await asked(t);
    const lamp = await client(t, port, LAMP);
    const refused = ['#', '+/#', 'qis/1/#', 'q1/0123456789abcdef', 'home/#', 'qis-local/#', 'qis-local/1/answer/#'];
    for (const filter of [
      ...refused,
      'qis-local/1/answer/+/7',
      'qis-local/1/answer/tuner/#',
      'qis-local/1/+/lamp/7',
      '$SYS/#',
    ])
      await assert.rejects(lamp.subscribeAsync(filter, { qos: 1 }), /Subscribe error/, filter);
    await lamp.subscribeAsync(['qis-local/1/answer/lamp/#', 'qis-local/1/verdict/+'], { qos: 1 });
    const other = await client(t, port, SENSOR);
    for (const filter of ['qis-local/#', 'qis-local/1/verdict/#', 'qis-local'])
      await assert.rejects(other.subscribeAsync(filter, { qos: 1 }), /Subscribe error/, filter);
    const hub = await client(t, port, NORTH);
    await assert.rejects(hub.subscribeAsync('qis-local/1/verdict/#', { qos: 1 }), /Subscribe error/);
  });

  test('what was written is acknowledged only once it was settled, a question at once', async (t) => {
    const settling = Promise.withResolvers<Buffer>();
    const { port, requests } = await asked(t, () => settling.promise);
    const lamp = await client(t, port, LAMP);
    const other = await client(t, port, LAMP);
    const acknowledged: string[] = [];
    const send = (verb: string, through = lamp) =>
      through.publishAsync(`qis-local/1/${verb}/lamp/7`, '{}', { qos: 1 }).then(() => acknowledged.push(verb));
    await send('query', other);
    const written = [send('deposit'), send('report', other)];
    await requests.count(3);
    await other.publishAsync('qis-local/1/advise/lamp/8', '{}', { qos: 1 }).then(() => acknowledged.push('advise'));
    await turn();
    assert.deepEqual(acknowledged, ['query', 'advise']);
    settling.resolve(ANSWER);
    await Promise.all(written);
    assert.equal(acknowledged.length, 4);
  });

  test('without accounts anyone on this machine may ask, and nobody may answer in the place of the gateway', async (t) => {
    const { port, requests, events } = await asked(t, async () => ANSWER, []);
    const anyone = { name: '', password: '', role: 'sensor' } as const;
    const lamp = await subscriber(t, port, anyone, 'qis-local/1/answer/lamp/#');
    const nosy = await subscriber(t, port, anyone, '#');
    const asking = await client(t, port, anyone);
    await asking.publishAsync('qis-local/1/advise/lamp/7', '{}', { qos: 1 });
    assert.equal((await lamp.count(1))[0]?.payload, ANSWER.toString());
    assert.equal(requests.items[0]?.account, 'anonymous');
    await asking.publishAsync('home/pm', '1', { qos: 1 });
    await nosy.until(({ topic }) => topic === 'home/pm');
    const seen = nosy.items.map(({ topic }) => topic);
    assert.deepEqual(seen, ['qis-local/1/answer/lamp/7', 'home/pm']);
    asking.publish('qis-local/1/answer/lamp/7', '{}', { qos: 1 }, () => {});
    await events.until(({ type }) => type === 'client_evicted');
    assert.equal(lamp.items.length, 1);
  });

  test('the name of a program stands in topics', () => {
    for (const name of ['#', 'a+b'])
      assert.throws(() => credentialsOf([{ ...LAMP, name }]), /stands in topics; use a name without/);
    assert.doesNotThrow(() => credentialsOf([{ ...SENSOR, name: '#' }]));
  });
});
