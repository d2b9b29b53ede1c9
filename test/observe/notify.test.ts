import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { type NotifyOptions, openNotify } from '../../src/observe/notify.ts';
import { notifySocket } from '../notify-socket.ts';
import { recorder } from '../recorder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const PING_MS = 20;

async function opened(t: TestContext, options: Partial<NotifyOptions> & Pick<NotifyOptions, 'env'>) {
  const warnings = recorder<string>();
  const notify = openNotify({
    healthy: () => true,
    status: () => 'all well',
    warn: (message) => warnings.add(message),
    ...options,
    env: { ...process.env, ...options.env },
  });
  t.after(() => notify[Symbol.asyncDispose]());
  return { notify, warnings };
}

suite('notify', { timeout: 20_000 }, () => {
  test('says it is ready, pings while it is well, and says that it stops', async (t) => {
    const socket = await notifySocket(t);
    if (!socket) return;
    const env = { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: `${PING_MS * 2_000}`, WATCHDOG_PID: `${process.pid}` };
    const { notify, warnings } = await opened(t, { env, status: () => 'two\nlines' });
    await socket.says('WATCHDOG=1');
    assert(socket.lines.items.indexOf('READY=1') < socket.lines.items.indexOf('WATCHDOG=1'));
    assert(socket.lines.items.includes('STATUS=two lines'));
    await notify[Symbol.asyncDispose]();
    await socket.says('STOPPING=1');
    assert.deepEqual(warnings.items, []);
  });

  test('what is not well sends no ping', async (t) => {
    const socket = await notifySocket(t);
    if (!socket) return;
    let asked = 0;
    const { notify } = await opened(t, {
      env: { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: `${PING_MS * 2_000}` },
      healthy: () => ++asked >= 4,
      status: () => `asked ${asked}`,
    });
    await socket.says('WATCHDOG=1');
    assert.equal(socket.lines.items.filter((line) => /^STATUS=asked [123]$/.test(line)).length, 0);
    await notify[Symbol.asyncDispose]();
  });

  test('who gives no answer sends no ping; a status that cannot be told holds none back', async (t) => {
    const socket = await notifySocket(t);
    if (!socket) return;
    let asked = 0;
    const { notify } = await opened(t, {
      env: { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: `${PING_MS * 2_000}` },
      healthy: () => (++asked < 4 ? new Promise(() => {}) : Promise.resolve(asked >= 4)),
      status: () => {
        throw new Error('disk I/O error');
      },
    });
    await socket.says('WATCHDOG=1');
    assert(asked >= 4);
    await notify[Symbol.asyncDispose]();
  });

  test('without a watchdog, or with one for another process, it only says ready and stopping', async (t) => {
    for (const watchdog of [{}, { WATCHDOG_USEC: '2000', WATCHDOG_PID: '1' }]) {
      const socket = await notifySocket(t);
      if (!socket) return;
      const healthy = () => assert.fail('nobody waits for a ping');
      const { notify } = await opened(t, { env: { NOTIFY_SOCKET: socket.path, ...watchdog }, healthy });
      await notify[Symbol.asyncDispose]();
      await socket.says('STOPPING=1');
      assert.deepEqual(
        socket.lines.items.filter((line) => /^(READY|WATCHDOG|STOPPING)=/.test(line)),
        ['READY=1', 'STOPPING=1'],
      );
    }
  });

  test('outside systemd nothing is sent', async (t) => {
    const { warnings, notify } = await opened(t, {
      env: { NOTIFY_SOCKET: undefined, PATH: '', WATCHDOG_USEC: '2000' },
    });
    await notify[Symbol.asyncDispose]();
    assert.deepEqual(warnings.items, []);
  });

  test('it pings twice in each period of the watchdog', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    let asked = 0;
    const healthy = () => {
      asked++;
      return false;
    };
    const env = { NOTIFY_SOCKET: join(temporaryFolder(t), 'none'), PATH: '', WATCHDOG_USEC: '60000000' };
    await opened(t, { env, healthy });
    t.mock.timers.tick(29_999);
    assert.equal(asked, 0);
    t.mock.timers.tick(1);
    assert.equal(asked, 1);
    t.mock.timers.tick(60_000);
    assert.equal(asked, 3);
  });

  test('a failure is told once, and is no failure of the agent', async (t) => {
    const env = { NOTIFY_SOCKET: join(temporaryFolder(t), 'none'), PATH: '', WATCHDOG_USEC: `${PING_MS * 2_000}` };
    const asked = recorder<number>();
    const { notify, warnings } = await opened(t, {
      env,
      healthy: () => {
        asked.add(1);
        return true;
      },
    });
    await asked.count(3);
    await notify[Symbol.asyncDispose]();
    assert.equal(warnings.items.length, 1);
    assert.match(warnings.items[0]!, /^systemd-notify failed \(the program is not installed\); the unit needs it/);
  });

  test('a loop that hangs sends no ping', async (t) => {
    const socket = await notifySocket(t);
    if (!socket) return;
    const mark = join(temporaryFolder(t), 'mark');
    const module = new URL('../../src/observe/notify.ts', import.meta.url).pathname;
    // Ready is sent, and waited for; then the loop is busy for ten periods of the watchdog, and ends the process.
    const program = `
      import { openNotify } from '${module}';
      import { writeFileSync } from 'node:fs';
      openNotify({ env: process.env, healthy: () => true, status: () => 'well', warn: () => {} });
      const endMs = performance.now() + ${PING_MS * 20};
      while (performance.now() < endMs);
      writeFileSync('${mark}', '');
      process.exit(0);`;
    const env = { ...process.env, NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: `${PING_MS * 2_000}` };
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env, stdio: 'inherit' });
    await once(child, 'exit');
    assert(existsSync(mark));
    await socket.says('READY=1');
    assert(!socket.lines.items.includes('WATCHDOG=1'));
  });
});
