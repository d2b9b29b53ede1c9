// The package as other programs get it: packed, unpacked without anything it depends on, and used by the example of the
// documents, which is compiled against its types and run by an old Node beside a gateway that runs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { gatewayProcess } from '../conformance/gateway-process.ts';
import { requireProgram } from '../programs.ts';
import { ROOT } from '../source-tree.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const run = promisify(execFile);

/** Node as the machine has it, not the one of this project. */
function plainNode(t: TestContext): string {
  const folders = (process.env.PATH ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  const found = folders.map((folder) => join(folder, 'node')).find((path) => isProgram(path)) ?? process.execPath;
  t.diagnostic(`other programs run ${found}`);
  return found;
}

function isProgram(path: string): boolean {
  try {
    return realpathSync(path) !== '';
  } catch {
    return false;
  }
}

/** A folder with the package as `npm pack` ships it, and nothing else. */
async function unpacked(t: TestContext, npm: string): Promise<string> {
  const folder = temporaryFolder(t);
  const quiet = ['--offline', '--no-update-notifier', '--cache', join(folder, 'cache')];
  await run(npm, ['pack', '--pack-destination', folder, ...quiet], { cwd: ROOT });
  const packed = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  const into = join(folder, 'node_modules/qis-edge');
  mkdirSync(into, { recursive: true });
  await run('tar', ['-xzf', join(folder, packed), '--strip-components=1', '-C', into]);
  return folder;
}

/** A gateway of the sources, in a folder with its configuration; its process has run long enough to issue. */
async function gateway(t: TestContext): Promise<string> {
  const folder = temporaryFolder(t);
  const data = join(folder, 'data');
  const { identity, store } = await openDataFolder(data);
  await store[Symbol.asyncDispose]();
  const config = join(folder, 'qis.yaml');
  writeFileSync(config, 'name: roof\nclock: synchronised\ndomains: [air, finetune]\nbroker: off\n');
  const clock = ['--clock-origin', `${Date.now()}:${Date.now()}`, '--clock-factor', '100'];
  const args = ['run', '--json', '--config', config, ...clock];
  await gatewayProcess(t, { name: 'roof', port: 0, nodeId: identity.publicKey.nodeId, folder: data, args }).start();
  return folder;
}

test('the example of the documents compiles, and runs on the packed client alone', async (t) => {
  const npm = requireProgram(t, 'npm', 'apt install npm');
  if (!npm) return;
  const [folder, home] = await Promise.all([unpacked(t, npm), gateway(t)]);
  const page = readFileSync(join(ROOT, 'docs/programs.md'), 'utf8');
  const [, example] = /```ts\n(.*?)```/s.exec(page)!;
  writeFileSync(join(folder, 'example.mts'), example!);
  writeFileSync(join(folder, 'wrong.mts'), example!.replace('told.state', 'told.stat'));
  // Of the compiler's own declarations those of the console alone: the types must need nothing else.
  writeFileSync(join(folder, 'console.d.ts'), 'declare const console: { log(...said: unknown[]): void };');
  const flags = [
    '--ignoreConfig',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    '',
    '--lib',
    'es2022',
  ];
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const compile = (name: string) => run(process.execPath, [tsc, ...flags, name, 'console.d.ts'], { cwd: folder });
  const isTold = ({ stdout }: { stdout: string }) => /wrong\.mts.*'stat' does not exist/.test(stdout);
  await Promise.all([compile('example.mts'), assert.rejects(compile('wrong.mts'), isTold)]);

  const { stdout } = await run(plainNode(t), ['--no-warnings', join(folder, 'example.mjs')], { cwd: home });
  assert.equal(stdout, 'accepted\nlora 0.042 1\n');
});
