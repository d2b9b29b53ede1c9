import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import type { AgentEvent } from '../../../src/core/events.ts';
import type { Reading } from '../../../src/core/reading.ts';
import { COMMANDS } from '../../../src/sense/bridge/bridge-frame.ts';
import { BRIDGE_LINE, openBridgeSource } from '../../../src/sense/bridge/bridge-source.ts';
import { buildExample, requireAvr } from '../../firmware-bridge/c-library.ts';
import { requireProgram } from '../../programs.ts';
import { type Recorder, recorder } from '../../recorder.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { serialServer } from '../serial/serial-fixture.ts';
import { emulatedBoard } from './emulated-board.ts';
import { fakeBoard } from './fake-board.ts';

function opened(t: TestContext, path: string, silenceS = 10) {
  // Short waits: 2 % of the ceiling.
  t.mock.method(Math, 'random', () => 0.02);
  const events = recorder<AgentEvent>();
  const readings = recorder<Reading>();
  const source = openBridgeSource({
    sensor: 'roof',
    sensorClass: 40,
    path,
    line: BRIDGE_LINE,
    silenceS,
    clock: { now: Date.now, quality: () => 2 },
    emit: (event) => events.add(event),
  });
  t.after(() => source[Symbol.asyncDispose]());
  void (async () => {
    for await (const reading of source) readings.add(reading);
  })();
  return { source, events, readings };
}

const ups = (events: Recorder<AgentEvent>) =>
  events.items.flatMap((event) => (event.type === 'source_up' ? [event.detail.split(' on ')[0]] : []));

/** The firmware of the example, in an emulator; undefined when the test was skipped. */
function emulator(t: TestContext) {
  if (!requireAvr(t)) return undefined;
  const qemu = requireProgram(t, 'qemu-system-avr', 'apt install qemu-system-misc');
  if (!qemu) return undefined;
  const folder = temporaryFolder(t);
  const link = join(folder, 'ttyBoard');
  return {
    link,
    run: (name: 'weather-node' | 'room-node') =>
      emulatedBoard(t, { qemu, elf: buildExample(folder, name), folder, link }),
  };
}

suite('bridge source and the example firmware', { timeout: 40_000 }, () => {
  test('reads it through a reset, an unplug and a reflash', async (t) => {
    const machine = emulator(t);
    if (!machine) return;
    const board = await machine.run('weather-node');
    const { source, events, readings } = opened(t, machine.link);
    const startMs = Date.now();
    await readings.count(6);
    const [first] = readings.items;
    assert.deepEqual([first!.sensor, first!.sensorClass, first!.quality, first!.clock], ['roof', 40, 0, 2]);
    const kinds = (all: readonly Reading[]) =>
      new Set(all.map(({ quantity, unit, channel }) => `${quantity} ${unit} ${channel}`));
    assert.deepEqual(kinds(readings.items), new Set(['temperature degC ', 'relative_humidity % ', 'pm2_5 ug/m3 ']));
    for (const { quantity, value, timeMs } of readings.items) {
      const [from, to] = { temperature: [-1.5, 2.25], relative_humidity: [40, 55], pm2_5: [8, 9.5] }[
        quantity as 'pm2_5'
      ]!;
      assert.ok(value >= from! && value <= to!, `${quantity} ${value}`);
      assert.ok(timeMs > startMs - 5000 && timeMs <= Date.now());
    }
    // The sensor had no valid PM2.5 in its first sample.
    assert.ok(events.items.some((event) => event.type === 'reading_dropped' && event.reason === 'invalid'));

    assert.equal(await source.command({ code: COMMANDS.set_period, id: 0, argument: 250 }), 0);
    assert.equal(await source.command({ code: COMMANDS.set_period, id: 3, argument: 250 }), 2);
    assert.equal(await source.command({ code: 99 }), 1);
    const before = readings.items.length;
    await readings.count(before + 12);
    const fast = readings.items.slice(before).filter(({ quantity }) => quantity === 'temperature');
    assert.ok(fast.length >= 5, `${fast.length} of 12`);

    await board.reset();
    await readings.count((await countAfter(readings, () => ups(events).length === 2)) + 3);
    await board.unplug();
    await events.until((event) => event.type === 'source_down' && /unplugged|no such port/.test(event.reason));
    await machine.run('room-node');
    await readings.until(({ channel }) => channel === 'indoor');
    assert.deepEqual(ups(events), [
      'weather-node 1.0.0 (weather-node)',
      'weather-node 1.0.0 (weather-node)',
      'room-node 2.0.0 (room-node)',
    ]);
    const gaps = events.items.filter((event) => event.type === 'reading_dropped' && event.reason === 'sequence_gap');
    assert.deepEqual(gaps, []);
  });
});

/** How many readings there were when it had become so. */
async function countAfter(readings: Recorder<Reading>, isSo: () => boolean): Promise<number> {
  await readings.until(() => isSo());
  return readings.items.length;
}

suite('bridge source on a serial server', { timeout: 20_000 }, () => {
  test('a silent board is opened anew, and goes on where it was', async (t) => {
    const server = await serialServer(t);
    const { source, events, readings } = opened(t, server.path, 0.6);
    const board = fakeBoard();
    const [first] = await server.connections.count(1);
    first!.on('data', (bytes) => first!.write(board.receive(bytes)));
    first!.write(Buffer.concat([board.hello(), board.reading(0, 100)]));
    await events.until(({ type }) => type === 'source_up');
    first!.write(board.heartbeat());
    await readings.count(1);
    await events.until(({ type }) => type === 'source_down');
    const why =
      'no byte came in 0.6 s, though it was asked: check its power, whether TX and RX are swapped, and the baud rate at the serial server';
    const downs = events.items.filter(({ type }) => type === 'source_down');
    assert.deepEqual(downs, [{ type: 'source_down', sensor: 'roof', reason: why, retryMs: 10, silent: true }]);
    board.reading(0, 200);
    const [, second] = await server.connections.count(2);
    second!.on('data', (bytes) => second!.write(board.receive(bytes)));
    second!.write(Buffer.concat([board.hello(), board.heartbeat()]));
    await readings.count(2);
    assert.deepEqual(
      readings.items.map(({ value }) => value),
      [1, 2],
    );
    assert.deepEqual(ups(events), Array(2).fill('weather-node 1.0.0 (1A2B3C4D)'));
    await source[Symbol.asyncDispose]();
    const online = events.items.flatMap((event) => (event.type === 'sensor_online' ? [event.online] : []));
    assert.deepEqual(online, [true, false, true, false]);
  });

  test('a board that is not understood is told, and the line stays open', async (t) => {
    const server = await serialServer(t);
    const { events } = opened(t, server.path);
    const [socket] = await server.connections.count(1);
    socket!.write(fakeBoard({ major: 3 }).hello());
    const warning = await events.until(({ type }) => type === 'warning');
    assert.match(
      (warning as { message: string }).message,
      /^roof: the board on tcp:.* is not used, it speaks another major/,
    );
  });
});
