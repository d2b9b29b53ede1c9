import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { qis, runNode } from './cli/qis.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SOURCES = new URL('../src/', import.meta.url).pathname;
const MANIFEST = JSON.parse(readFileSync(join(SOURCES, '..', 'package.json'), 'utf8'));

test('help lists every command, and each one explains itself', async () => {
  const { code, stdout, stderr } = await qis(['--help']);
  assert.deepEqual([code, stderr], [0, '']);
  for (const name of ['init', 'run', 'demo', 'status', 'packet', 'config']) {
    assert.match(stdout, new RegExp(`^  ${name} +\\S`, 'm'));
    const help = await qis([name, '--help']);
    assert.deepEqual([help.code, help.stderr], [0, '']);
    assert.ok(help.stdout.startsWith(`usage: qis ${name} `));
  }
  // What an operator calls for has an example, and it is one that stands: its options are those listed above it.
  for (const name of ['init', 'run', 'status', 'explain', 'packet', 'packets', 'maintenance', 'config', 'devices']) {
    const { stdout: text } = await qis([name, '--help']);
    const [, example = ''] = /\n {2}Example: (qis .+)\n$/.exec(text) ?? [];
    assert.ok(example.startsWith(`qis ${name} `), name);
    for (const [option] of example.matchAll(/ --[a-z-]+/g)) assert.ok(text.split(option).length > 2, example);
  }
});

test('the version is that of the package', async () => {
  assert.deepEqual(await qis(['--version']), { code: 0, stdout: `${MANIFEST.version}\n`, stderr: '' });
});

test('wrong usage is one line and exit 2', async () => {
  assert.deepEqual(await qis(['rnu']), {
    code: 2,
    stdout: '',
    stderr: 'qis: unknown command "rnu"; did you mean "run"?; see qis --help\n',
  });
  assert.equal((await qis(['toString'])).code, 2);
  const nothing = await qis([]);
  assert.equal(nothing.code, 2);
  assert.match(nothing.stderr, /^usage: qis <command>/);
  const option = await qis(['status', '--confg', 'x']);
  assert.equal(option.stderr, 'qis status: unknown option --confg; did you mean --config?; see qis status --help\n');
  for (const [args, says] of [
    [['run', 'roof/qis.yaml'], '"roof/qis.yaml" is one word too many; did you mean --config roof/qis.yaml'],
    [['maintenance', 'roof', '--for', '2', 'h'], '"h" is one word too many; leave it out'],
    [['packets', '--from'], '--from takes a value, and none stands behind it'],
  ] as const) {
    const { stderr } = await qis([...args]);
    assert.equal(stderr, `qis ${args[0]}: ${says}; see qis ${args[0]} --help\n`);
  }
  for (const name of ['init', 'run', 'demo', 'status', 'packet', 'config']) {
    const { code, stdout, stderr } = await qis([name, '--bogus']);
    assert.deepEqual([name, code, stdout], [name, 2, '']);
    assert.match(stderr, /^qis .*--bogus.*\n$/);
  }
});

test('a clock that stands still, runs backwards or has no origin is wrong usage', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'qis.yaml'), 'name: roof\n');
  for (const clock of [['--clock-factor=0'], ['--clock-factor=-2'], ['--clock-origin=1'], ['--clock-origin=a:b']]) {
    const { code, stderr } = await qis(['run', '--clock-origin=1:2', ...clock], folder);
    assert.equal(code, 2, `${clock}`);
    assert.match(stderr, /--clock-origin takes/);
  }
});

test('a failure is one line without a stack, and with --json one value on standard output', async (t) => {
  const folder = temporaryFolder(t);
  const { code, stdout, stderr } = await qis(['status', '--json'], folder);
  assert.equal(code, 1);
  assert.deepEqual(Object.keys(JSON.parse(stdout)), ['ok', 'error']);
  assert.match(stderr, /^there is no .*\n$/);
});

/** main.ts with one command replaced by this text, in a folder of its own. */
function withCommand(folder: string, name: string, text: string): string {
  const main = readFileSync(join(SOURCES, 'main.ts'), 'utf8')
    .replace(`'./cli/${name}.ts'`, `'${join(folder, 'command.ts')}'`)
    .replaceAll("'./", `'${SOURCES}`);
  writeFileSync(join(folder, 'main.ts'), main);
  writeFileSync(join(folder, 'command.ts'), `export const command = { summary: '', usage: '', run: ${text} };`);
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  return join(folder, 'main.ts');
}

test('a mistake of ours is one line; the stack only for who asks', async (t) => {
  const main = withCommand(
    temporaryFolder(t),
    'run',
    `async () => { setImmediate(() => { throw new Error('oh no') }); await new Promise(() => {}); }`,
  );
  assert.deepEqual(await runNode([main, 'run']), { code: 1, stdout: '', stderr: 'internal error: oh no\n' });
  const rejecting = withCommand(temporaryFolder(t), 'run', `async () => { throw new TypeError('oh no') }`);
  assert.deepEqual(await runNode([rejecting, 'run']), { code: 1, stdout: '', stderr: 'internal error: oh no\n' });
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} lets a command finish; the second one ends it at once`, async (t) => {
    const waiting = `async (args, { signal, stdout }) => {
      const timer = setInterval(() => {}, 1000);
      stdout.write('ready\\n');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      stdout.write('stopping\\n');
      if (args.includes('forever')) await new Promise(() => {});
      clearInterval(timer);
      return 0;
    }`;
    const main = withCommand(temporaryFolder(t), 'run', waiting);
    for (const [args, expected] of [
      [[], 0],
      [['forever'], 130],
    ] as const) {
      const child = spawn(process.execPath, [main, 'run', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('ready') || expected === 130) child.kill(signal);
      });
      const [code] = await once(child, 'close');
      assert.equal(code, expected);
    }
  });
}

test('a reader that goes away ends it quietly', async (t) => {
  const main = withCommand(
    temporaryFolder(t),
    'run',
    `async (_, { stdout }) => { setInterval(() => stdout.write('line\\n'), 1); await new Promise(() => {}); }`,
  );
  const child = spawn(process.execPath, [main, 'run'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const [code] = await once(child, 'exit');
  assert.deepEqual([code, stderr], [0, '']);
});

test('the qis program starts the sources of a checkout', async () => {
  const { code, stdout } = await runNode([join(SOURCES, 'qis.cjs'), '--version']);
  assert.deepEqual([code, stdout], [0, `${MANIFEST.version}\n`]);
});

test('an installed qis starts the bundle, and says so when it is missing', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'src'));
  copyFileSync(join(SOURCES, 'qis.cjs'), join(folder, 'src', 'qis.cjs'));
  const missing = await runNode([join(folder, 'src', 'qis.cjs')]);
  assert.deepEqual([missing.code, missing.stdout], [1, '']);
  assert.match(missing.stderr, /^qis is not complete: .*install it again\.\n$/);
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(join(folder, 'dist', 'main.cjs'), 'module.exports = console.log("bundle");');
  assert.equal((await runNode([join(folder, 'src', 'qis.cjs')])).stdout, 'bundle\n');
});

test('an older Node is told so in one sentence', async () => {
  for (const version of ['0.10.48', '8.17.0', '20.20.2', '23.11.1']) {
    const pretend = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } }); require('${SOURCES}qis.cjs')`;
    const { code, stdout, stderr } = await runNode(['-e', pretend]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^qis needs Node\.js 24 or newer; this is v[\d.]+, so start .*qis\.sh, which uses .*\.\n$/);
    assert.ok(stderr.includes(`v${version},`));
  }
});

test('an older Node can read the program up to that sentence', () => {
  const code = readFileSync(join(SOURCES, 'qis.cjs'), 'utf8').replaceAll(/^\s*\/\/.*$/gm, '');
  assert.doesNotMatch(code, /=>|`|\?\.|\?\?|\.\.\.|\b(const|let|class|async|await|import|of)\b|node:/);
});
