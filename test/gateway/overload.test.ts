// A real gateway whose neighbour sends more at once than can wait: all of it is taken or counted, sensors go on, it stops.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { stringify } from 'yaml';
import { checkConfig } from '../../src/config/config.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { intakeBytesMax, intakeEntryBytes } from '../../src/core/load-limits.ts';
import { openGateway } from '../../src/gateway/gateway.ts';
import { createGauges } from '../../src/observe/gauges.ts';
import { topicOf } from '../../src/packet/fingerprint.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { openBroker } from '../../src/route/mqtt/broker.ts';
import { openStore } from '../../src/store/store.ts';
import { freePorts } from '../mosquitto.ts';
import { recorder } from '../recorder.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { smoke } from '../vectors/smoke.ts';

/** More than can wait, and less than the neighbour keeps for a link before it cuts it off. */
const SENT = 2.2 * (intakeBytesMax / intakeEntryBytes);
/** The place and the time of `smoke`. */
const HERE = { latitude: 42.6, longitude: -73.7 };
const NOW_MS = smoke.issued * 1000;

suite('overload', { timeout: 30_000 }, () => {
  test('what is too much is shed and counted, readings are not, and a stop does not wait for the rest', async (t) => {
    const [own, there] = (await freePorts(2)) as [number, number];
    const quiet = { accounts: [], onPacket: () => {}, emit: () => {} };
    await using hub = await openBroker({ host: '127.0.0.1', port: there, ...quiet });
    const settings = {
      name: 'roof',
      location: HERE,
      broker: { port: own },
      sensors: [{ name: 's', mqtt: { topic: 's' }, readings: [{ key: 'v', quantity: 'pm2_5', unit: 'ug/m3' }] }],
      neighbours: [{ name: 'hub', url: `mqtt://127.0.0.1:${there}` }],
    };
    const { config, problems } = checkConfig(stringify(settings), join(temporaryFolder(t), 'qis.yaml'));
    assert(config, JSON.stringify(problems));
    await using store = openStore(':memory:', { now: () => NOW_MS });
    const events = recorder<AgentEvent>();
    const gauges = createGauges();
    const clock = { now: () => NOW_MS, quality: () => 2 as const };
    const emit = (event: AgentEvent) => void events.add(event);
    const parts = { config, identity: temporaryIdentity(), store, clock, emit, gauges };
    const gateway = await openGateway({ ...parts, tickMs: 1_000 });
    await events.until(({ type }) => type === 'link_up');
    const sensor = await connectAsync(`mqtt://127.0.0.1:${own}`, { reconnectPeriod: 0 });
    t.after(() => sensor.endAsync(true));

    const flood = () => {
      for (let i = 0; i < Math.floor(SENT); i++) hub.publish(topicOf(smoke), Buffer.from(`no packet ${i}`));
    };
    flood();
    for (let i = 0; i < 5; i++) await sensor.publishAsync('s', '{"v": 8}', { qos: 1 });
    const dropped = (reason: string) =>
      events.items.filter((event) => event.type === 'packet_dropped' && event.reason === reason).length;
    const all = () => dropped('malformed') + dropped('overload');
    await until(() => all() >= Math.floor(SENT));
    assert(dropped('overload') > 0, 'more than can wait');
    assert(dropped('malformed') > 0, 'and yet some is looked at');
    const { readings, intake_arrivals: waiting, intake_bytes: bytes } = gauges.snapshot();
    assert.deepEqual({ readings, waiting, bytes }, { readings: 5, waiting: 0, bytes: 0 });
    assert(events.items.every(({ type }) => type !== 'link_down'));

    flood();
    const seen = dropped('malformed');
    await until(() => dropped('malformed') > seen);
    await gateway[Symbol.asyncDispose]();
    assert(all() < 2 * SENT, 'the rest was left to the neighbour');
  });
});

async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns++) {
    assert(turns < 2_000, 'it does not come');
    await sleep(5);
  }
}
