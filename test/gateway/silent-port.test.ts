// A serial sensor that is wired or configured wrongly, on real pseudo-terminals: the log of a gateway names one cause.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { checkConfig } from '../../src/config/config.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { openLive } from '../../src/gateway/sources.ts';
import { createLog } from '../../src/observe/log-line.ts';
import { requireProgram } from '../programs.ts';
import { type Recorder, recorder } from '../recorder.ts';
import { hex, pms5003 } from '../sense/serial/plantower-bytes.ts';
import { pseudoPort } from '../sense/serial/pseudo-port.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const SDS011 = hex('aac0d4043a0aa1601dab');

interface Wired {
  readonly events: Recorder<AgentEvent>;
  /** What stands in the log at its usual level, `reading ...` left out. */
  warnings(): string[];
  silent(): Promise<unknown>;
}

/** A sensor on a port of its own that says this again and again; undefined when the test was skipped. */
async function wired(t: TestContext, config: string, says: () => Buffer): Promise<Wired | undefined> {
  const socat = requireProgram(t, 'socat', 'apt install socat');
  if (!socat) return undefined;
  const port = await pseudoPort(t, socat, join(temporaryFolder(t), 'ttySensor'));
  const { config: checked, problems } = checkConfig(
    `name: here\nsensors:\n  - {name: roof, port: ${port.path}, ${config}}`,
    '/etc/qis.yaml',
  );
  assert.deepEqual(problems, []);
  const events = recorder<AgentEvent>();
  const emit = (event: AgentEvent) => events.add(event);
  const clock = { now: Date.now, quality: () => 2 as const };
  const edges = { folder: '/', clock, emit, subscribeLocal: undefined };
  for (const source of await openLive(checked!.sensors as Parameters<typeof openLive>[0], edges)) {
    t.after(() => source[Symbol.asyncDispose]());
  }
  const speaking = setInterval(() => port.write(says()), 20);
  t.after(() => clearInterval(speaking));
  return {
    events,
    warnings() {
      const lines: string[] = [];
      const log = createLog('info', (line) => lines.push(line.replace(/^\S+ /, '')));
      for (const [timeMs, event] of events.items.entries()) log({ ...event, timeMs });
      return lines.filter((line) => !line.startsWith('roof: reading'));
    },
    silent: () => events.until((event) => event.type === 'source_down'),
  };
}

suite('a serial sensor that is wired or configured wrongly', { timeout: 20_000 }, () => {
  test('at another baud rate one warning says so, and none what was dropped', async (t) => {
    let sent = 0;
    const babble = () => Buffer.alloc(7 + (sent++ % 5), 0xf8);
    const line = await wired(t, 'device: PMS5003, silence_s: 0.3', babble);
    if (!line) return;
    await line.silent();
    const [warning, ...others] = line.warnings();
    assert.match(
      warning!,
      /^WARN roof: \d+ bytes came in 0\.3 s, none is a PMS5003: check `baud` \(9600 now\) and `model`$/,
    );
    assert.deepEqual(others, []);
    const dropped = line.events.items.filter(({ type }) => type === 'frame_dropped');
    assert.ok(dropped.length > 0 && dropped.every((event) => 'early' in event), 'they are counted');
  });

  test('another model that is known is named', async (t) => {
    const line = await wired(t, 'device: PMS5003, silence_s: 0.3', () => SDS011);
    if (!line) return;
    await line.silent();
    assert.match(line.warnings().join(), /none is a PMS5003, but they look like frames of Nova SDS/);
  });

  test('a board that is none, but a sensor', async (t) => {
    const line = await wired(t, 'device: firmware-bridge, silence_s: 0.3', () => pms5003(3));
    if (!line) return;
    await line.silent();
    const [warning] = line.warnings();
    assert.match(
      warning!,
      /^WARN roof: \d+ bytes came in 0\.3 s, none is a firmware-bridge, but they look like frames of Honeywell .*; or of Plantower /,
    );
  });

  test('what is dropped after a good frame is told as before', async (t) => {
    let isGood = true;
    const damaged = pms5003(3);
    damaged[9] = 99;
    const line = await wired(t, 'device: PMS5003', () => (isGood ? pms5003(3) : damaged));
    if (!line) return;
    await line.events.until(({ type }) => type === 'source_up');
    await new Promise((resolve) => setTimeout(resolve, 100));
    isGood = false;
    await line.events.until((event) => event.type === 'frame_dropped' && !event.early);
    assert.deepEqual(line.warnings(), ['WARN roof: 1 dropped (checksum)']);
  });
});
