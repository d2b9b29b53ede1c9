// What an operator sees of sensors that one subscription brings, and what a restart leaves of them.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connectAsync } from 'mqtt';
import { type Config, checkConfig } from '../../src/config/config.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { openGateway } from '../../src/gateway/gateway.ts';
import { freePorts } from '../mosquitto.ts';
import { recorder } from '../recorder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const DAY_MS = 86_400_000;

async function running(t: TestContext, config: Config, clock: Clock) {
  const { identity, store } = await openDataFolder(config.data);
  const events = recorder<AgentEvent>();
  const emit = (event: AgentEvent) => events.add(event);
  const gateway = await openGateway({ config, identity, store, clock, emit, tickMs: 1_000 });
  let stopped: Promise<void> | undefined;
  const close = async () => {
    await gateway[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  };
  const stop = () => {
    stopped ??= close();
    return stopped;
  };
  t.after(stop);
  return { gateway, events, stop };
}

test('devices behind a convention are shown whatever they measure, and what was learned of them is kept', {
  timeout: 60_000,
}, async (t) => {
  const [port] = (await freePorts(1)) as [number];
  const text = `name: here
sensors: [{name: zigbee, device: zigbee2mqtt, mqtt: {}}]
broker: {port: ${port}}
`;
  const config = checkConfig(text, join(temporaryFolder(t), 'qis.yaml')).config!;
  const clock: Clock = { now: Date.now, quality: () => 2 };
  const first = await running(t, config, clock);
  const device = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    will: { topic: 'zigbee2mqtt/my room/a.b/availability', payload: Buffer.from('offline'), qos: 1, retain: true },
  });
  device.on('error', () => {});
  t.after(() => device.endAsync(true));
  await device.publishAsync('zigbee2mqtt/my room/a.b/availability', 'online', { qos: 1 });
  await device.publishAsync('zigbee2mqtt/my room/a.b', '{"temperature":70.5,"pm25":12}', { qos: 1 });
  await first.events.until((event) => event.type === 'sensor_online' && event.online);
  device.stream.destroy();
  await first.events.until((event) => event.type === 'sensor_online' && !event.online);
  const { readings, channels } = first.gateway.snapshot();
  assert.deepEqual(
    readings.map(({ channel, value, unit, online }) => [channel, value, unit, online]),
    [
      ['zigbee/my room/a.b/temperature', 70.5, 'degC', false],
      ['zigbee/my room/a.b/pm2_5', 12, 'ug/m3', false],
    ],
  );
  assert.deepEqual(
    channels.map(({ key, online }) => [key, online]),
    [['zigbee/my room/a.b/pm2_5', false]],
  );
  await first.stop();

  const second = await running(t, config, clock);
  const again = second.gateway.snapshot().channels;
  assert.deepEqual(
    again.map(({ key, samples }) => [key, samples]),
    [['zigbee/my room/a.b/pm2_5', 1]],
  );
  await second.stop();
  const later = await running(t, config, { ...clock, now: () => Date.now() + 2 * DAY_MS });
  assert.deepEqual(later.gateway.snapshot().channels, [], 'one that was gone for a day is not missed for ever');
});
