// A gateway on a clock that runs faster dials its neighbours as often as its clock says.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { checkConfig } from '../../src/config/config.ts';
import { acceleratedClock } from '../../src/core/clock.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { openGateway } from '../../src/gateway/gateway.ts';
import { freePorts } from '../mosquitto.ts';
import { recorder } from '../recorder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Their ceilings add up to over eight minutes. */
const ATTEMPTS = 12;

test('reconnections run on the clock of the gateway', { timeout: 10_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const { identity, store } = await openDataFolder(join(folder, 'data'));
  const [port] = await freePorts(1);
  const neighbours = [{ name: 'gone', url: `mqtt://127.0.0.1:${port}` }];
  const text = stringify({ name: 'here', data: join(folder, 'data'), broker: 'off', neighbours });
  const { config, problems } = checkConfig(text, join(folder, 'qis.yaml'));
  assert(config, JSON.stringify(problems));
  const events = recorder<AgentEvent>();
  const nowMs = Date.now();
  const clock = acceleratedClock({ wallMs: nowMs, shownMs: nowMs, factor: 10_000 });
  const emit = (event: AgentEvent) => events.add(event);
  const gateway = await openGateway({ config, identity, store, clock, emit, tickMs: 50 });
  t.after(async () => {
    await gateway[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });
  await events.count(ATTEMPTS);
  assert(events.items.every(({ type }) => type === 'link_down'));
});
