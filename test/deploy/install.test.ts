// `npm install -g .` of a checkout, where the machine's own Node.js is an old one.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Ran } from '../cli/qis.ts';
import { findProgram, requireProgram } from '../programs.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const OWN_NODE = join(ROOT, 'node_modules/node/bin/node');

/** A folder with the programs that the launcher uses and, as `node`, what a shell script says. */
function pathWith(t: TestContext, script: string | undefined): string {
  const folder = temporaryFolder(t);
  for (const name of ['dirname', 'readlink']) symlinkSync(findProgram(name)!, join(folder, name));
  if (script !== undefined) writeFileSync(join(folder, 'node'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}

async function ran(program: string, args: string[], { cwd, path }: { cwd: string; path: string }): Promise<Ran> {
  const env = { PATH: path, HOME: cwd };
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const closed = once(child, 'close');
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    // The signal goes to the process that was started: that must be qis itself.
    if (text.includes(' started, node ')) child.kill('SIGTERM');
  });
  await once(child, 'exit');
  try {
    // Whatever it left behind would hold its streams open.
    process.kill(-child.pid!, 'SIGKILL');
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ESRCH');
  }
  const [code] = (await closed) as [number | null];
  return { code, stdout, stderr };
}

test('an installed checkout works in any folder with the Node.js it brings, and stops on a signal', async (t) => {
  const npm = requireProgram(t, 'npm', 'apt install npm');
  if (!npm) return;
  const prefix = temporaryFolder(t);
  const quiet = ['--offline', '--no-audit', '--no-fund', '--no-update-notifier', '--cache', join(prefix, 'cache')];
  execFileSync(npm, ['install', '-g', '.', '--prefix', prefix, ...quiet], { cwd: ROOT, stdio: 'pipe' });
  const qis = join(prefix, 'bin/qis');
  const cwd = temporaryFolder(t);
  const path = pathWith(t, 'echo "the plain node was used" >&2; exit 9');

  const made = await ran(qis, ['init', '.', '--name', 'roof'], { cwd, path });
  assert.deepEqual([made.code, made.stderr], [0, '']);
  assert.ok(made.stdout.includes(`made  ${join(cwd, 'qis.yaml')}\n`), made.stdout);
  writeFileSync(join(cwd, 'qis.yaml'), 'name: roof\nbroker: off\n');
  assert.equal((await ran(qis, ['config', 'check'], { cwd, path })).stdout, 'qis.yaml is in order\n');
  const run = await ran(qis, ['run'], { cwd, path });
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stderr, / stopped\n$/);
});

/** A package as npm unpacks it, which has no Node.js of its own. */
function unpacked(t: TestContext): string {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'src'));
  mkdirSync(join(folder, 'bin'));
  for (const name of ['qis.sh', 'qis.cjs']) copyFileSync(join(ROOT, 'src', name), join(folder, 'src', name));
  symlinkSync('../src/qis.sh', join(folder, 'bin/qis'));
  return folder;
}

test('without a Node.js of its own it says in one line which is needed, and where it looked', async (t) => {
  const folder = unpacked(t);
  const [qis, looked] = [join(folder, 'bin/qis'), join(folder, 'node_modules/node/bin/node')];
  const none = await ran(qis, ['status'], { cwd: folder, path: pathWith(t, undefined) });
  assert.deepEqual([none.code, none.stdout], [1, '']);
  assert.equal(
    none.stderr,
    `qis needs Node.js 24 or newer; there is none at ${looked} and none in the PATH, so install one from https://nodejs.org and start qis again.\n`,
  );
  // A real Node.js that says it is 20.
  writeFileSync(join(folder, 'old.cjs'), "Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } });");
  const path = pathWith(t, `exec ${process.execPath} -r ${join(folder, 'old.cjs')} "$@"`);
  const old = await ran(qis, ['status'], { cwd: folder, path });
  assert.deepEqual([old.code, old.stdout], [1, '']);
  assert.equal(
    old.stderr,
    `qis needs Node.js 24 or newer; this is v20.20.2, and there is none at ${looked}, so install a newer one from https://nodejs.org and start qis again.\n`,
  );
});

test('the Node.js that a checkout brings is the one that it needs', () => {
  assert.match(execFileSync(OWN_NODE, ['--version'], { encoding: 'utf8' }), /^v24\./);
});
