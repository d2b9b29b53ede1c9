import assert from 'node:assert/strict';
import { readdirSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { QUALITY, type Reading } from '../../../src/core/reading.ts';
import { requireProgram } from '../../programs.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { plantowerBytes, pms5003 } from './plantower-bytes.ts';
import { type PseudoPort, pseudoPort } from './pseudo-port.ts';
import { drops, opened, values } from './serial-fixture.ts';

/** A pseudo-terminal in a folder of its own; undefined when the test was skipped. */
async function port(t: TestContext): Promise<(PseudoPort & { replug(): Promise<PseudoPort> }) | undefined> {
  const socat = requireProgram(t, 'socat', 'apt install socat');
  if (!socat) return undefined;
  const path = join(temporaryFolder(t), 'ttySensor');
  return { ...(await pseudoPort(t, socat, path)), replug: () => pseudoPort(t, socat, path) };
}

suite('serial source on a terminal', { timeout: 20_000 }, () => {
  test('bytes become readings, however they arrive', async (t) => {
    const line = await port(t);
    if (!line) return;
    const { readings, events, up } = opened(t, line.path);
    await up(1);
    const bytes = Buffer.concat([pms5003(12), Buffer.from('noise'), pms5003(13), pms5003(14).subarray(0, 20)]);
    for (const byte of bytes) line.write(Buffer.from([byte]));
    line.write(pms5003(15));
    await readings.count(3);
    assert.deepEqual(values(readings), [12, 13, 15]);
    assert.deepEqual([...new Set(drops(events))].sort(), ['checksum', 'noise']);
    const [{ sensor, unit, clock, quality }] = readings.items as [Reading];
    assert.deepEqual([sensor, unit, clock, quality], ['roof', 'ug/m3', 2, QUALITY.warming_up]);
  });

  test('every value of a byte passes the terminal unchanged', async (t) => {
    const line = await port(t);
    if (!line) return;
    const { readings, up } = opened(t, line.path);
    await up(1);
    const words = Array.from({ length: 128 }, (_, i) => 2 * i * 256 + 2 * i + 1);
    const frames = words.map((word) => plantowerBytes(word, word, word, word, word, word, 1, 1, 1, 1, 1, 1, word));
    // In two parts: the queue holds fewer readings than these are.
    for (const part of [frames.slice(0, 64), frames.slice(64)]) {
      const count = readings.items.length + part.length;
      line.write(Buffer.concat(part));
      await readings.count(count);
    }
    assert.deepEqual(values(readings), words);
  });

  test('unplugged and plugged in again at the same place', async (t) => {
    const line = await port(t);
    if (!line) return;
    const { readings, events, up, down } = opened(t, line.path);
    await up(1);
    line.write(Buffer.concat([pms5003(1), pms5003(2).subarray(0, 30)]));
    await readings.count(1);
    await line.unplug();
    await down(/^unplugged/);
    await down(/no such port; check the cable/);
    const again = await line.replug();
    await up(2);
    // The tail of a frame of the last session is no part of this one.
    again.write(Buffer.concat([pms5003(2).subarray(30), pms5003(3)]));
    await readings.count(2);
    assert.deepEqual(values(readings), [1, 3]);
    assert.ok(events.items.every(({ type }) => ['source_up', 'source_down', 'frame_dropped'].includes(type)));
  });

  test('unplugged many times: nothing is left open', async (t) => {
    let line: PseudoPort | undefined = await port(t);
    const socat = line && requireProgram(t, 'socat', 'apt install socat');
    if (!line || !socat) return;
    const { source, readings, up } = opened(t, line.path);
    for (let i = 1; i <= 3; i++) {
      await up(i);
      line.write(pms5003(i));
      await readings.count(i);
      await line.unplug();
      line = await pseudoPort(t, socat, line.path);
    }
    await up(4);
    assert.equal(terminalsOpen(), 1);
    await source[Symbol.asyncDispose]();
    assert.equal(terminalsOpen(), 0);
  });

  test('a name that leads to another device now is followed, though the old one says nothing of it', async (t) => {
    const socat = requireProgram(t, 'socat', 'apt install socat');
    if (!socat) return;
    const folder = temporaryFolder(t);
    const [name, next] = [join(folder, 'by-id'), join(folder, 'next')];
    const [first, second] = [
      await pseudoPort(t, socat, join(folder, 'ttyA')),
      await pseudoPort(t, socat, join(folder, 'ttyB')),
    ];
    symlinkSync(first.path, name);
    const { readings, up, down } = opened(t, name);
    await up(1);
    symlinkSync(second.path, next);
    renameSync(next, name);
    await down(/^unplugged$/);
    await up(2);
    first.write(pms5003(1));
    second.write(pms5003(2));
    await readings.count(1);
    assert.deepEqual(values(readings), [2]);
  });

  test('a line that is silent is opened anew', async (t) => {
    const line = await port(t);
    if (!line) return;
    const { readings, up, down } = opened(t, line.path, { silenceS: 0.2 });
    await down(/^no byte came in 0.2 s: check its power/);
    await up(2);
    line.write(pms5003(4));
    await readings.count(1);
    // Silent again after a frame.
    await up(3);
    assert.deepEqual(values(readings), [4]);
  });

  test('garbage is silence too, and is counted', async (t) => {
    const line = await port(t);
    if (!line) return;
    const { events, readings, up } = opened(t, line.path, { silenceS: 0.3 });
    await up(1);
    const babble = setInterval(() => line.write(Buffer.from('\x42\x4d\x00\x1cU\x00U\xffhello')), 5);
    t.after(() => clearInterval(babble));
    await up(2);
    assert.deepEqual(readings.items, []);
    assert.notDeepEqual(drops(events), []);
  });

  test('a port that another program has open is waited for', async (t) => {
    const line = await port(t);
    if (!line) return;
    const first = opened(t, line.path);
    await first.up(1);
    const second = opened(t, line.path, { sensor: 'second' });
    await second.down(/another program has it open; stop that program/);
    await first.source[Symbol.asyncDispose]();
    await second.up(1);
    line.write(pms5003(5));
    await second.readings.count(1);
    assert.deepEqual(values(first.readings), []);
  });

  test('a port that is not there yet is waited for', async (t) => {
    const socat = requireProgram(t, 'socat', 'apt install socat');
    if (!socat) return;
    const path = join(temporaryFolder(t), 'ttyLater');
    const { readings, up, down } = opened(t, path);
    await down(/ttyLater: no such port; check the cable, the power of its hub, and ls \/dev\/serial\/by-id/);
    const line = await pseudoPort(t, socat, path);
    await up(1);
    line.write(pms5003(6));
    await readings.count(1);
  });

  test('a file that is no port is told, and nothing breaks', async (t) => {
    const { down, source } = opened(t, new URL(import.meta.url).pathname);
    await down(/not a serial port/);
    await source[Symbol.asyncDispose]();
  });
});

/** Terminals this process has open. */
function terminalsOpen(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('/dev/pts/');
    } catch {
      return false;
    }
  }).length;
}
