// A whole gateway, as `qis run` opens it, with an emulated board at a pseudo-terminal as its sensor.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkConfig } from '../../src/config/config.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { openGateway } from '../../src/gateway/gateway.ts';
import { requireProgram } from '../programs.ts';
import { recorder } from '../recorder.ts';
import { emulatedBoard } from '../sense/bridge/emulated-board.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { buildExample, requireAvr } from './c-library.ts';

test('a gateway reads a board, and another firmware on it', { timeout: 60_000 }, async (t) => {
  if (!requireAvr(t)) return;
  const qemu = requireProgram(t, 'qemu-system-avr', 'apt install qemu-system-misc');
  if (!qemu) return;
  const folder = temporaryFolder(t);
  const link = join(folder, 'ttyBoard');
  const run = (name: 'weather-node' | 'room-node') =>
    emulatedBoard(t, { qemu, elf: buildExample(folder, name), folder, link });
  const board = await run('weather-node');

  const text = `{name: roof, data: ./data, broker: off, sensors: [{name: board, device: firmware-bridge, port: ${link}}]}`;
  const { config, problems } = checkConfig(text, join(folder, 'qis.yaml'));
  assert.deepEqual(problems, []);
  const { identity, store } = await openDataFolder(config!.data);
  const events = recorder<AgentEvent>();
  const clock = { now: Date.now, quality: () => 2 as const };
  const emit = (event: AgentEvent) => events.add(event);
  const gateway = await openGateway({ config: config!, identity, store, clock, emit, tickMs: 100 });
  t.after(async () => {
    await gateway[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });
  const introduced = (firmware: string) =>
    events.until((event) => event.type === 'source_up' && event.detail.startsWith(firmware));
  /** The channels that are watched for anomalies, and whether their board is there. */
  const channels = () => gateway.snapshot().channels.map(({ key, online }) => `${key} ${online}`);

  await introduced('weather-node 1.0.0');
  while (channels().length === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(channels(), ['board/pm2_5 true']);

  await board.unplug();
  await events.until(({ type }) => type === 'source_down');
  assert.deepEqual(channels(), ['board/pm2_5 false']);
  await run('room-node');
  await introduced('room-node 2.0.0');
  assert.deepEqual(channels(), ['board/pm2_5 true']);
});
