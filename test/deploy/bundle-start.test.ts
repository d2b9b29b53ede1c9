// What a start of the bundle leaves behind and leaves out: compiled code on disk, and libraries that nothing asked for.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { installed } from './installed-bundle.ts';

function configured(t: TestContext, port: string): string {
  const folder = installed(t);
  const sensors = [{ name: 'roof', device: 'PMS5003', port }];
  writeFileSync(join(folder, 'qis.yaml'), JSON.stringify({ name: 'a', broker: 'off', sensors }));
  return folder;
}

/** Starts it, waits for `source_down` too, and cuts its power. @returns the files that were mapped, when Linux tells */
async function startAndKill(t: TestContext, folder: string): Promise<string | undefined> {
  const child = spawn(process.execPath, [join(folder, 'src/qis.cjs'), 'run', '--json'], {
    cwd: folder,
    env: { ...process.env, XDG_RUNTIME_DIR: folder, NODE_COMPILE_CACHE: join(folder, 'cache') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const missing = new Set(['started', 'source_down']);
  for await (const line of createInterface({ input: child.stdout })) {
    missing.delete(JSON.parse(line).type);
    if (missing.size === 0) break;
  }
  assert.deepEqual([...missing], [], 'it ended before it had started');
  const maps = `/proc/${child.pid}/maps`;
  const mapped = existsSync(maps) ? readFileSync(maps, 'utf8') : undefined;
  child.kill('SIGKILL');
  await once(child, 'exit');
  return mapped;
}

/** Name, size and time of every file of the compile cache. */
const cached = (folder: string): string[] =>
  readdirSync(join(folder, 'cache'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => `${path} ${statSync(path).size} ${statSync(path).mtimeMs}`);

test('a gateway that only ever loses power finds its code compiled, and writes that once', {
  timeout: 30_000,
}, async (t) => {
  const folder = configured(t, 'tcp://127.0.0.1:9');
  await startAndKill(t, folder);
  const first = cached(folder);
  // The launcher, main and the group of `run` at least.
  assert(first.length >= 3, first.join('\n'));
  await startAndKill(t, folder);
  assert.deepEqual(cached(folder), first);
});

test('the serial library is loaded for a port of this machine, and not for one over TCP', {
  timeout: 30_000,
}, async (t) => {
  const overTcp = await startAndKill(t, configured(t, 'tcp://127.0.0.1:9'));
  if (overTcp === undefined) return t.diagnostic('only Linux tells what is loaded');
  assert.match(overTcp, /better-sqlite3/);
  assert.doesNotMatch(overTcp, /bindings-cpp/);
  assert.match((await startAndKill(t, configured(t, '/dev/none')))!, /bindings-cpp/);
});
