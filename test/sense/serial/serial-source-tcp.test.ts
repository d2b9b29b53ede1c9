import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { QUALITY } from '../../../src/core/reading.ts';
import { requireProgram } from '../../programs.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { pms5003 } from './plantower-bytes.ts';
import { pseudoPort } from './pseudo-port.ts';
import { opened, serialServer, values } from './serial-fixture.ts';

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
    await down(/^no byte came in 0.1 s: check its power/);
    await up(2);
    assert.ok(connections.items.length >= 2);
  });

  test('dispose does not wait for a host that does not answer', { timeout: 5_000 }, async (t) => {
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
    const { openSerialSources } = await import('${new URL('../../../src/sense/serial/serial-source.ts', import.meta.url)}');
    const { findDevice } = await import('${new URL('../../../devices/catalogue.ts', import.meta.url)}');
    const { profile, model } = findDevice('PMS5003');
    for (const path of process.argv.slice(1)) {
      const seen = Promise.withResolvers();
      const clock = { now: Date.now, quality: () => 2 };
      const emit = ({ type }) => seen.resolve(type);
      const devices = [{ sensor: 'x', profile, model, silenceS: 60 }];
      const source = openSerialSources({ path, line: profile.line, devices, clock, emit });
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
