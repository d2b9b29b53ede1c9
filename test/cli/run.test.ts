// `qis run --json` in a process of its own, whose standard output nobody reads.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TimedEvent } from '../../src/core/events.ts';
import { queuedEventsMax } from '../../src/core/limits.ts';
import { controlPath } from '../../src/observe/control-address.ts';
import { readStatus } from '../../src/observe/control-client.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
/** More than queue, pipe and stream hold together. */
const LINES = 4 * queuedEventsMax;
/** In one chunk of the socket. */
const BATCH = 256;

interface Flooded {
  readonly child: ChildProcess;
  /** What the running gateway says of itself, once it has seen every line. */
  readonly status: { readonly gauges: Record<string, number>; readonly counters: Record<string, number> };
}

/** A gateway on a sensor that writes nothing but lines without meaning, each of which is an event. */
async function flooded(t: TestContext): Promise<Flooded> {
  const folder = temporaryFolder(t);
  const server = createServer((socket) => {
    socket.on('error', () => {});
    void write(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sensor = { name: 'roof', device: 'csv-lines', port, readings: [{ key: 1, quantity: 'co2', unit: 'ppm' }] };
  writeFileSync(join(folder, 'qis.yaml'), JSON.stringify({ name: 'here', broker: 'off', sensors: [sensor] }));
  const { RUNTIME_DIRECTORY: _, ...env } = process.env;
  const child = spawn(process.execPath, [MAIN, 'run', '--json'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => {
    child.kill('SIGKILL');
    server.close();
  });
  const path = controlPath(join(folder, 'data'), {});
  while (true) {
    const status = (await readStatus(path)) as Flooded['status'] | undefined;
    if (status && droppedIn(status.counters) === LINES) return { child, status };
    await sleep(50);
  }
}

async function write(socket: { write(text: string): unknown; readonly destroyed: boolean }): Promise<void> {
  for (let n = 0; n < LINES && !socket.destroyed; n += BATCH) {
    socket.write('x,y\n'.repeat(BATCH));
    await sleep(1);
  }
}

const droppedIn = (counters: Record<string, number>) =>
  Object.entries(counters).reduce((sum, [name, count]) => sum + (name.startsWith('frame_dropped.') ? count : 0), 0);

suite('standard output that nobody reads', { concurrency: true, timeout: 120_000 }, () => {
  test('the gateway goes on, what waits is capped, and the reader learns how much is missing', async (t) => {
    const { child, status } = await flooded(t);
    const { events_waiting, events_missed } = status.gauges;
    assert.ok(events_waiting! <= queuedEventsMax && events_missed! > 0, JSON.stringify(status.gauges));
    const types: string[] = [];
    let [dropped, missed] = [0, 0];
    const lines = createInterface({ input: child.stdout! }).on('line', (line) => {
      const event = JSON.parse(line) as TimedEvent;
      types.push(event.type);
      if (event.type === 'frame_dropped') dropped += event.count;
      if (event.type === 'events_missed') missed += event.count;
      if (event.type === 'frame_dropped' && dropped + missed === LINES) child.kill('SIGTERM');
    });
    const [[code]] = await Promise.all([once(child, 'exit'), once(lines, 'close')]);
    assert.deepEqual([code, types[0], types.at(-1)], [0, 'started', 'stopped']);
    assert.ok(missed >= events_missed!);
    assert.equal(dropped + missed, LINES);
  });

  test('it stops when it is told to, without waiting for the reader', async (t) => {
    const { child } = await flooded(t);
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
  });
});
