import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { findDevice } from '../../devices/catalogue.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { QUALITY, type Reading } from '../../src/core/reading.ts';
import type { Source } from '../../src/sense/reading-queue.ts';
import { openSerialSource, type SerialSourceOptions } from '../../src/sense/serial-source.ts';
import { requireProgram } from '../programs.ts';
import { type Recorder, recorder } from '../recorder.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { plantowerBytes, pms5003 } from './plantower-bytes.ts';
import { type PseudoPort, pseudoPort } from './pseudo-port.ts';

const { profile, model } = findDevice('PMS5003')!;
const wallClock: Clock = { now: Date.now, quality: () => 2 };

interface Opened {
  readonly source: Source;
  readonly events: Recorder<AgentEvent>;
  /** The PM2.5 of each frame. */
  readonly readings: Recorder<Reading>;
  /** Settles when the source has ended. */
  readonly ended: Promise<void>;
  up(times: number): Promise<unknown>;
  down(reason: RegExp): Promise<unknown>;
}

function opened(t: TestContext, path: string, changes: Partial<SerialSourceOptions> = {}): Opened {
  // Short waits: 2 % of the ceiling.
  if (!('mock' in Math.random)) t.mock.method(Math, 'random', () => 0.02);
  const events = recorder<AgentEvent>();
  const readings = recorder<Reading>();
  const emit = (event: AgentEvent) => events.add(event);
  const source = openSerialSource({
    sensor: 'roof',
    path,
    profile,
    model,
    line: profile.line,
    silenceS: 60,
    clock: wallClock,
    emit,
    ...changes,
  });
  t.after(() => source[Symbol.asyncDispose]());
  const ended = (async () => {
    for await (const reading of source) {
      if (reading.quantity === 'pm2_5' && reading.channel === '') readings.add(reading);
    }
  })();
  return {
    source,
    events,
    readings,
    ended,
    up: (times) => {
      let seen = 0;
      return recorderCount(events, (event) => event.type === 'source_up' && ++seen >= times);
    },
    down: (reason) => events.until((event) => event.type === 'source_down' && reason.test(event.reason)),
  };
}

/** Looks at each event once, from the first. */
function recorderCount(events: Recorder<AgentEvent>, fits: (event: AgentEvent) => boolean): Promise<unknown> {
  const looked = new Set<AgentEvent>();
  return events.until((event) => {
    if (looked.has(event)) return false;
    looked.add(event);
    return fits(event);
  });
}

const values = (readings: Recorder<Reading>) => readings.items.map(({ value }) => value);
const drops = (events: Recorder<AgentEvent>) =>
  events.items.flatMap((event) => (event.type === 'frame_dropped' ? [event.reason] : []));

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

  test('a line that is silent is opened anew', async (t) => {
    const line = await port(t);
    if (!line) return;
    const { readings, up, down } = opened(t, line.path, { silenceS: 0.2 });
    await down(/^no good frame for 0.2 s$/);
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
    assert.ok(drops(events).includes('noise'));
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
    await down(/ttyLater: no such port; check the cable and ls \/dev\/serial\/by-id/);
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

suite('serial source over TCP', { timeout: 20_000 }, () => {
  test('readings from a serial server, which may go and come back', async (t) => {
    const { server, path, connections } = await serialServer(t);
    const { readings, up, down } = opened(t, path);
    await up(1);
    const [first] = await connections.count(1);
    first!.write(Buffer.concat([pms5003(1), pms5003(2).subarray(0, 7)]));
    await readings.count(1);
    const { port: tcpPort } = server.address() as { port: number };
    server.close();
    first!.destroy();
    await down(/^connection closed$/);
    await down(/ECONNREFUSED/);
    server.listen(tcpPort, '127.0.0.1');
    await up(2);
    (await connections.count(2))[1]!.write(pms5003(3));
    await readings.count(2);
    assert.deepEqual(values(readings), [1, 3]);
  });

  test('a server that says nothing is dialled anew', async (t) => {
    const { path, connections } = await serialServer(t);
    const { up, down } = opened(t, path, { silenceS: 0.1 });
    await down(/no good frame for 0.1 s/);
    await up(2);
    assert.ok(connections.items.length >= 2);
  });

  test('dispose does not wait for a host that does not answer', async (t) => {
    const asked = Promise.withResolvers<void>();
    t.mock.method(dns, 'lookup', () => asked.resolve());
    const { source, ended, events } = opened(t, 'tcp://serial-server.invalid:4001');
    await asked.promise;
    await source[Symbol.asyncDispose]();
    await ended;
    assert.deepEqual(events.items, []);
  });

  test('dispose hands out what is queued, ends the source, and may come twice', async (t) => {
    const { path, connections } = await serialServer(t);
    const { source, readings, ended, up } = opened(t, path);
    await up(1);
    (await connections.count(1))[0]!.write(pms5003(1));
    await readings.count(1);
    await source[Symbol.asyncDispose]();
    await source[Symbol.asyncDispose]();
    await ended;
    assert.deepEqual(values(readings), [1]);
  });

  test('a clock that is set back does not keep the sensor warming up', async (t) => {
    const { path, connections } = await serialServer(t);
    let nowMs = 10_000_000;
    const { readings, up } = opened(t, path, { clock: { now: () => nowMs, quality: () => 1 } });
    await up(1);
    const [socket] = await connections.count(1);
    const qualityAfter = async (moveMs: number) => {
      nowMs += moveMs;
      const count = readings.items.length + 1;
      socket!.write(pms5003(1));
      return (await readings.count(count))[count - 1]!.quality;
    };
    assert.equal(await qualityAfter(29_000), QUALITY.warming_up);
    assert.equal(await qualityAfter(1_000), 0);
    assert.equal(await qualityAfter(-5_000_000), QUALITY.warming_up);
    assert.equal(await qualityAfter(30_000), 0);
  });
});

test('a process that disposed its sources ends by itself', { timeout: 20_000 }, async (t) => {
  const { path } = await serialServer(t);
  const socat = requireProgram(t, 'socat', 'apt install socat');
  if (!socat) return;
  const terminal = await pseudoPort(t, socat, join(temporaryFolder(t), 'ttySensor'));
  const program = `
    const { openSerialSource } = await import('${new URL('../../src/sense/serial-source.ts', import.meta.url)}');
    const { findDevice } = await import('${new URL('../../devices/catalogue.ts', import.meta.url)}');
    const { profile, model } = findDevice('PMS5003');
    for (const path of process.argv.slice(1)) {
      const seen = Promise.withResolvers();
      const clock = { now: Date.now, quality: () => 2 };
      const emit = ({ type }) => seen.resolve(type);
      const source = openSerialSource({ sensor: 'x', path, profile, model, line: profile.line, silenceS: 60, clock, emit });
      console.log(await seen.promise);
      await source[Symbol.asyncDispose]();
    }`;
  const args = ['--input-type=module', '--eval', program, '--', path, terminal.path, '/nowhere/tty'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [output, [code]] = await Promise.all([child.stdout.toArray(), once(child, 'exit')]);
  assert.equal(Buffer.concat(output).toString(), 'source_up\nsource_up\nsource_down\n');
  assert.equal(code, 0);
});

/** What ser2net and the like are: bytes on a TCP port. */
async function serialServer(t: TestContext) {
  const connections = recorder<Socket>();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    connections.add(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of connections.items) socket.destroy();
  });
  const { port: tcpPort } = server.address() as { port: number };
  return { server, connections, path: `tcp://127.0.0.1:${tcpPort}` };
}

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
