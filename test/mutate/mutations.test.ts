// The list is alive, and the run tells what it should: on a project of three files.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { filesIn, ROOT } from '../source-tree.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { MUTATIONS } from './catalogue.ts';
import { apply, chosen, type Mutation, testsOf } from './mutation.ts';
import { tryMutations } from './trial.ts';

suite('the list', () => {
  test('every text is found exactly once, so what was refactored is still mutated', () => {
    const texts = new Map(filesIn('src').map(({ path, text }) => [path, text]));
    const stale = MUTATIONS.flatMap((mutation) => {
      const applied = apply(mutation, texts.get(mutation.file));
      return 'stale' in applied ? [`${mutation.name} (${mutation.file}): ${applied.stale}`] : [];
    });
    assert.deepEqual(stale, []);
  });

  test('every mutation has a name of its own, and tests that are there', () => {
    assert.equal(new Set(MUTATIONS.map(({ name }) => name)).size, MUTATIONS.length);
    for (const mutation of MUTATIONS) {
      const tests = testsOf(mutation, ROOT);
      assert.ok(tests.length > 0, mutation.name);
      for (const file of tests) assert.ok(existsSync(join(ROOT, file)), `${mutation.name}: ${file}`);
    }
  });

  test('every folder of src/ is in it', () => {
    const folders = (files: readonly string[]) => [...new Set(files.map((file) => file.split('/')[1]!))].toSorted();
    const all = folders(filesIn('src', '.ts').map(({ path }) => path)).filter((name) => name !== 'version.ts');
    assert.deepEqual(folders(MUTATIONS.map(({ file }) => file)), all);
  });
});

test('one mutation, those of a file and those of a folder can be chosen', () => {
  const [first] = MUTATIONS;
  assert.deepEqual(chosen(MUTATIONS, first!.name), [first]);
  assert.equal(chosen(MUTATIONS, undefined).length, MUTATIONS.length);
  for (const only of ['src/route', 'route', 'route/']) {
    const found = chosen(MUTATIONS, only);
    assert.ok(found.length > 20 && found.every(({ file }) => file.startsWith('src/route/')), only);
  }
  assert.ok(chosen(MUTATIONS, 'src/agent.ts').every(({ file }) => file === 'src/agent.ts'));
  assert.deepEqual(chosen(MUTATIONS, 'nothing'), []);
});

test('without names the tests that mirror the folder are run; a file of src/ has one of its name', () => {
  assert.ok(testsOf({ file: 'src/store/seen.ts' }, ROOT).includes('test/store/tables.test.ts'));
  assert.deepEqual(testsOf({ file: 'src/main.ts' }, ROOT), ['test/main.test.ts']);
  assert.deepEqual(testsOf({ file: 'src/nowhere/a.ts' }, ROOT), []);
});

/** A file that adds and negates, a test of its sum, one that may hang, and one that fails. */
function project(t: TestContext): string {
  const root = temporaryFolder(t);
  const files = {
    'src/sum.ts':
      'export const add = (a: number, b: number): number => a + b;\nexport const sub = (a: number) => -a;\n',
    'test/sum.test.ts': "import { add } from '../src/sum.ts';\nif (add(1, 2) !== 3) process.exitCode = 1;\n",
    'test/hanging.test.ts': "import { sub } from '../src/sum.ts';\nif (sub(1) > 0) setInterval(() => {}, 1000);\n",
    'test/failing.test.ts': 'process.exitCode = 1;\n',
    'package.json': '{"type": "module"}',
  };
  for (const folder of ['src', 'test', 'node_modules']) mkdirSync(join(root, folder));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  return root;
}

const mutation = (name: string, change: Partial<Mutation>): Mutation => ({
  name,
  file: 'src/sum.ts',
  find: 'a + b',
  replace: 'a - b',
  ...change,
});

test('killed, survived, stale and untested are told apart, and nothing is changed', { timeout: 60_000 }, async (t) => {
  const root = project(t);
  const before = readFileSync(join(root, 'src/sum.ts'), 'utf8');
  const told: string[] = [];
  const trials = await tryMutations(
    [
      mutation('a sum', {}),
      mutation('what no test looks at', { find: '=> -a', replace: '=> a' }),
      mutation('what is gone', { find: 'a * b' }),
      mutation('what is there twice', { find: 'export' }),
      mutation('what changes nothing', { replace: 'a + b' }),
      mutation('a file that is gone', { file: 'src/gone.ts' }),
      mutation('what is no program', { replace: 'a + + ) b' }),
      mutation('a test that fails anyway', { tests: ['test/sum.test.ts', 'test/failing.test.ts'] }),
      mutation('no test at all', { tests: [] }),
      mutation('a test that hangs', { find: '=> -a', replace: '=> a', tests: ['test/hanging.test.ts'] }),
    ],
    { root, jobs: 2, patienceMs: 2_000, onTrial: ({ name }) => told.push(name) },
  );
  const verdicts = Object.fromEntries(trials.map(({ name, verdict }) => [name, verdict]));
  assert.deepEqual(verdicts, {
    'a sum': 'killed',
    'what no test looks at': 'survived',
    'what is gone': 'stale',
    'what is there twice': 'stale',
    'what changes nothing': 'stale',
    'a file that is gone': 'stale',
    'what is no program': 'stale',
    'a test that fails anyway': 'untested',
    'no test at all': 'untested',
    'a test that hangs': 'killed',
  });
  assert.equal(told.length, trials.length);
  assert.match(trials.find(({ name }) => name === 'what is there twice')!.why, /more than once/);
  assert.deepEqual(trials.find(({ name }) => name === 'what no test looks at')!.ran, ['test/sum.test.ts']);
  assert.equal(readFileSync(join(root, 'src/sum.ts'), 'utf8'), before);
});
