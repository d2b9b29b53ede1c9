import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { type LineOptions, openLine } from '../../../src/sense/serial/serial-line.ts';
import { requireProgram } from '../../programs.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { pseudoPort } from './pseudo-port.ts';
import { serialServer } from './serial-fixture.ts';

const SETTINGS: LineOptions['line'] = { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 };
const COMMAND = Buffer.from('424de20000017100ff1113', 'hex');

async function line(t: TestContext, path: string, options: Partial<LineOptions> = {}) {
  const opened = await openLine({ path, line: SETTINGS, onData: () => {}, ...options });
  t.after(() => opened[Symbol.asyncDispose]());
  return opened;
}

const refused = (message: RegExp) => ({ name: 'OperatingError', code: 'port_unavailable', message });

suite('serial line', { timeout: 10_000 }, () => {
  test('commands reach a device on a terminal; after the end they are dropped', async (t) => {
    const socat = requireProgram(t, 'socat', 'apt install socat');
    if (!socat) return;
    const device = await pseudoPort(t, socat, join(temporaryFolder(t), 'ttySensor'));
    const opened = await line(t, device.path);
    opened.write(COMMAND);
    assert.deepEqual(await device.read(COMMAND.length), COMMAND);
    await opened[Symbol.asyncDispose]();
    assert.equal(await opened.closed, 'closed');
    opened.write(Buffer.from('too late'));
    const again = await line(t, device.path);
    again.write(Buffer.from('!'));
    assert.deepEqual(await device.read(COMMAND.length + 1), Buffer.concat([COMMAND, Buffer.from('!')]));
  });

  test('a terminal takes the settings of every line we know', async (t) => {
    const socat = requireProgram(t, 'socat', 'apt install socat');
    if (!socat) return;
    const device = await pseudoPort(t, socat, join(temporaryFolder(t), 'ttySensor'));
    const all: LineOptions['line'][] = [
      { baud: 4800, dataBits: 8, parity: 'none', stopBits: 2 },
      { baud: 115_200, dataBits: 8, parity: 'even', stopBits: 1 },
      { baud: 250_000, dataBits: 7, parity: 'odd', stopBits: 1 },
    ];
    for (const settings of all) {
      const opened = await line(t, device.path, { line: settings });
      await opened[Symbol.asyncDispose]();
    }
  });

  test('commands reach a device behind a serial server', async (t) => {
    const { path, connections } = await serialServer(t);
    const opened = await line(t, path);
    const [far] = await connections.count(1);
    opened.write(COMMAND);
    const [bytes] = await once(far!, 'data');
    assert.deepEqual(bytes, COMMAND);
    await opened[Symbol.asyncDispose]();
    assert.equal(await opened.closed, 'connection closed');
    opened.write(Buffer.from('too late'));
  });

  test('what cannot be opened says what to do', async (t) => {
    const file = join(temporaryFolder(t), 'file');
    writeFileSync(file, '');
    await assert.rejects(
      line(t, `${file}-absent`),
      refused(/file-absent: no such port; check the cable, the power of its hub, and ls/),
    );
    await assert.rejects(line(t, file), refused(/not a serial port/));
    const { server, path } = await serialServer(t);
    server.close();
    await assert.rejects(line(t, path), refused(/cannot open tcp:.*ECONNREFUSED/));
    // Root may read anything.
    if (process.getuid?.() === 0) return;
    chmodSync(file, 0);
    await assert.rejects(line(t, file), refused(/add the user to the group dialout/));
  });

  test('a signal ends an attempt', async (t) => {
    const { path } = await serialServer(t);
    await assert.rejects(line(t, path, { signal: AbortSignal.abort() }), refused(/abort/i));
  });

  test('an address in brackets is an IPv6 address', async (t) => {
    const { server } = await serialServer(t);
    const { port } = server.address() as { port: number };
    server.close();
    await assert.rejects(line(t, `tcp://[::1]:${port}`), refused(/::1/));
  });
});
