import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { findDevice } from '../../../devices/catalogue.ts';
import { QUALITY, type Reading } from '../../../src/core/reading.ts';
import type { DutyCycle } from '../../../src/sense/serial/poller.ts';
import type { SourceDevice } from '../../../src/sense/serial/serial-source.ts';
import { requireProgram } from '../../programs.ts';
import type { Recorder } from '../../recorder.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { emulatedMhZ19 } from './emulated/mh-z19.ts';
import { emulatedSps30 } from './emulated/sps30.ts';
import { pms5003 } from './plantower-bytes.ts';
import { type PseudoPort, pseudoPort } from './pseudo-port.ts';
import { drops, opened, serialServer, values } from './serial-fixture.ts';

interface Port extends PseudoPort {
  replug(): Promise<Port>;
}

/** A pseudo-terminal in a folder of its own; undefined when the test was skipped. */
async function port(t: TestContext, path = join(temporaryFolder(t), 'ttySensor')): Promise<Port | undefined> {
  const socat = requireProgram(t, 'socat', 'apt install socat');
  if (!socat) return undefined;
  return { ...(await pseudoPort(t, socat, path)), replug: async () => (await port(t, path))! };
}

/** As in the catalogue, but in a hurry. */
function hurried(name: string, changes: Partial<SourceDevice> = {}): SourceDevice {
  const { profile, model } = findDevice(name)!;
  const quick = model.poll ? { ...model, poll: { ...model.poll, timeoutS: 0.1 } } : model;
  return { sensor: 'roof', profile, model: quick, silenceS: 30, ...(model.poll && { everyS: 0.03 }), ...changes };
}

/** Resolves once these were told in this order, with whatever between them. */
async function until(told: Recorder<string>, ...wanted: string[]): Promise<void> {
  for (let count = 1, seen = 0; seen < wanted.length; count++) {
    const items = await told.count(count);
    if (items[count - 1] === wanted[seen]) seen++;
  }
}

suite('a polled device on a serial line', { timeout: 30_000 }, () => {
  test('started, polled, and stopped in the end', async (t) => {
    const line = await port(t);
    if (!line) return;
    const device = emulatedSps30(line);
    const { source, readings, events } = opened(t, line.path, { devices: [hurried('SPS30')] });
    await readings.count(3);
    assert.deepEqual(device.told.items.slice(0, 3), ['start', 'read', 'read']);
    assert.deepEqual(values(readings).slice(0, 3), [1, 2, 3]);
    await source[Symbol.asyncDispose]();
    assert.equal(device.told.items.at(-1), 'stop');
    assert.ok(!device.isMeasuring());
    assert.deepEqual(drops(events), []);
  });

  test('stopped over TCP as well', async (t) => {
    const { path, connections } = await serialServer(t);
    const { source, readings } = opened(t, path, { devices: [hurried('SPS30')] });
    const [socket] = await connections.count(1);
    const device = emulatedSps30({ write: (b) => void socket!.write(b), listen: (on) => void socket!.on('data', on) });
    await readings.count(1);
    await source[Symbol.asyncDispose]();
    await device.told.until((what) => what === 'stop');
  });

  test('an abort signal means now: nothing more is sent', async (t) => {
    const line = await port(t);
    if (!line) return;
    const device = emulatedSps30(line);
    const now = new AbortController();
    const { readings, ended } = opened(t, line.path, { devices: [hurried('SPS30')], signal: now.signal });
    await readings.count(1);
    now.abort();
    await ended;
    assert.ok(device.isMeasuring() && !device.told.items.includes('stop'));
  });

  test('a device that lost its power refuses, is opened anew and started again', async (t) => {
    const line = await port(t);
    if (!line) return;
    const device = emulatedSps30(line);
    const { readings, events, up, down } = opened(t, line.path, { devices: [hurried('SPS30', { silenceS: 0.2 })] });
    await readings.count(2);
    device.losePower();
    await down(/^\d+ answers came in 0.2 s, and refuse what it is asked: check `model`$/);
    await up(2);
    const count = readings.items.length;
    await readings.count(count + 2);
    assert.ok(drops(events).includes('refused'));
    assert.equal(device.told.items.filter((what) => what === 'start').length, 2);
  });

  test('one that is off is waited for', async (t) => {
    const line = await port(t);
    if (!line) return;
    const device = emulatedSps30(line);
    device.power(false);
    const { readings, up } = opened(t, line.path, { devices: [hurried('SPS30', { silenceS: 0.2 })] });
    await up(2);
    device.power(true);
    await readings.count(2);
    assert.deepEqual(values(readings).slice(0, 2), [1, 2]);
  });

  test('unplugged while it is asked, and plugged in again', async (t) => {
    const line = await port(t);
    if (!line) return;
    emulatedSps30(line);
    const { source, readings, up, down } = opened(t, line.path, { devices: [hurried('SPS30')] });
    await readings.count(2);
    await line.unplug();
    await down(/^unplugged/);
    const again = await line.replug();
    const device = emulatedSps30(again, 100);
    await up(2);
    await readings.until(({ value }) => value >= 100);
    assert.equal(device.told.items[0], 'start');
    await again.unplug();
    // Nobody is there to be stopped, and nobody is waited for.
    await source[Symbol.asyncDispose]();
  });

  test('settings are sent when the operator asks for them, once; nothing else ever is', async (t) => {
    const line = await port(t);
    if (!line) return;
    const told = emulatedMhZ19(line, 612);
    const devices = [hurried('MH-Z19B', { onOpen: ['abc_off'] })];
    const { source, readings } = opened(t, line.path, { devices, quantity: 'co2' });
    await readings.count(3);
    await source[Symbol.asyncDispose]();
    assert.deepEqual(told.items.slice(0, 3), ['79', '86', '86']);
    assert.deepEqual([...new Set(told.items)], ['79', '86']);
    assert.deepEqual([...new Set(values(readings))], [612]);
  });

  test('a device that sends by itself is sent nothing, whatever happens', async (t) => {
    const line = await port(t);
    if (!line) return;
    let received = 0;
    line.listen((bytes) => {
      received += bytes.length;
    });
    const { source, readings, up } = opened(t, line.path, { silenceS: 0.1 });
    await up(3);
    line.write(pms5003(7));
    await readings.count(1);
    await source[Symbol.asyncDispose]();
    assert.equal(received, 0);
  });
});

suite('a duty cycle', { timeout: 30_000 }, () => {
  const duty: DutyCycle = { periodS: 0.8, onS: 0.2 };

  test('asleep it is silent by right, awake it warms up anew', async (t) => {
    const line = await port(t);
    if (!line) return;
    const device = emulatedSps30(line);
    const sps30 = hurried('SPS30', { duty, silenceS: 0.4 });
    // Warm for the last tenth of a second that it is awake.
    const devices = [{ ...sps30, profile: { ...sps30.profile, warmUpS: 0.1 } }];
    const { source, readings, events } = opened(t, line.path, { devices });
    await until(device.told, 'start', 'read', 'stop', 'start', 'read', 'stop', 'start', 'read', 'stop');
    const marks = readings.items.map(({ quality }: Reading) => (quality & QUALITY.warming_up ? 'warming' : 'warm'));
    const changes = marks.filter((mark, i) => mark !== marks[i - 1]);
    assert.deepEqual(changes.slice(0, 4), ['warming', 'warm', 'warming', 'warm']);
    assert.ok(!events.items.some(({ type }) => type === 'source_down'));
    await source[Symbol.asyncDispose]();
    assert.ok(!device.isMeasuring());
  });

  test('a dead one is noticed though it is never awake for as long as a silence', async (t) => {
    const line = await port(t);
    if (!line) return;
    const device = emulatedSps30(line);
    device.power(false);
    const { down } = opened(t, line.path, { devices: [hurried('SPS30', { duty, silenceS: 0.5 })] });
    await down(/^no byte came in 0.5 s, though it was asked/);
  });

  test('one that sends by itself is left awake', async (t) => {
    const line = await port(t);
    if (!line) return;
    const wanted = ['424de400010174', '424de400000173'].map((hex) => Buffer.from(hex, 'hex'));
    let received = Buffer.alloc(0);
    const asleep = Promise.withResolvers<void>();
    line.listen((bytes) => {
      received = Buffer.concat([received, bytes]);
      if (received.length === 14) asleep.resolve();
      else line.write(pms5003(3));
    });
    const { source, readings } = opened(t, line.path, {
      devices: [hurried('PMS5003', { duty: { periodS: 60, onS: 0.1 } })],
    });
    await readings.count(1);
    await asleep.promise;
    line.write(Buffer.from('424d0004e4000177', 'hex'));
    const disposed = source[Symbol.asyncDispose]();
    await line.read(21);
    line.write(pms5003(3));
    await disposed;
    assert.deepEqual(received, Buffer.concat([wanted[0]!, wanted[1]!, wanted[0]!]));
  });
});

test('10 MB of noise: memory stays flat, and the next good frame is read', { timeout: 60_000 }, async (t) => {
  const { path, connections } = await serialServer(t);
  const { readings, events, up } = opened(t, path);
  await up(1);
  const [socket] = await connections.count(1);
  const noise = Buffer.alloc(65_536, 'BM\x00\x1c42 noise \xff\x7e');
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 160; i++) if (!socket!.write(noise)) await once(socket!, 'drain');
  socket!.write(Buffer.concat([Buffer.alloc(64), pms5003(8)]));
  await readings.count(1);
  assert.deepEqual(values(readings), [8]);
  assert.ok(drops(events).length > 0);
  assert.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024);
});
