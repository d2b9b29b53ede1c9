// A similarity function of the operator's own as a module: one that works, and all the ways in which one can fail.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, type TestContext, test } from 'node:test';
import type { DomainProfile } from '../../src/core/domain.ts';
import { FINETUNE } from '../../src/distill/finetune.ts';
import { conditionAt, type Where } from '../../src/distill/where.ts';
import { checkRunnable } from '../../src/gateway/preflight.ts';
import { openSimilarities, similarityModuleProblem } from '../../src/gateway/similarity-module.ts';
import { similarity } from '../../src/synthesize/similarity.ts';
import { similarityConformance } from '../conformance/similarity.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const EXAMPLE = new URL('../../examples/finetune-similarity.mjs', import.meta.url).pathname;

const withModule = (module: string): DomainProfile => ({
  ...FINETUNE,
  similarities: [{ name: 'mine', coarse: FINETUNE.coarse, fine: FINETUNE.fine, module }],
});

const example = openSimilarities(withModule(EXAMPLE), {
  isLive: false,
  onWarning: (message) => {
    throw new Error(message);
  },
});
after(() => example[Symbol.asyncDispose]());
similarityConformance('the module of the examples', {
  profile: withModule(EXAMPLE),
  open: () => example.functions[0]!,
  isWide: true,
  runs: 60,
});

const at = (where: Where) => {
  const checked = conditionAt(FINETUNE, where);
  assert('value' in checked);
  return checked.value;
};
const SWAHILI = at({ task: 'translation', tags: ['swahili', 'medical'], model_family: 'llama' });
const ZULU = at({ task: 'translation', tags: ['zulu'], model_family: 'llama' });
const YORUBA = at({ task: 'translation', tags: ['yoruba'] });

function opened(t: TestContext, code: string, isLive = false) {
  const file = join(temporaryFolder(t), 'mine.mjs');
  writeFileSync(file, code);
  const told: string[] = [];
  const made = openSimilarities(withModule(file), { isLive, onWarning: (message) => told.push(message) });
  t.after(() => made[Symbol.asyncDispose]());
  return { mine: made.functions[0]!, told };
}

const answering = (body: string) => `export const similarity = (a, b) => { ${body} };`;

suite('a similarity function of the operator’s own', { timeout: 60_000 }, () => {
  test('gets conditions as people write them, each pair once and in one order', (t) => {
    const { mine, told } = opened(
      t,
      `let asked = 0;
      export const similarity = (a, b) => {
        if (!Array.isArray(a.tags) || a.task !== 'translation') throw new Error(JSON.stringify(a));
        return ++asked / 10;
      };`,
    );
    const first = mine.similarity(SWAHILI, ZULU);
    assert.equal(first, 0.1);
    assert.deepEqual([mine.similarity(ZULU, SWAHILI), mine.similarity(SWAHILI, YORUBA)], [0.1, 0.2]);
    assert.deepEqual(told, []);
  });

  const failures: Readonly<Record<string, readonly [body: string, says: RegExp]>> = {
    throws: ['throw new Error("no such word\\nat all")', /: no such word; its dimensions go on$/],
    'never returns': ['for (;;);', /it took more than 1000 ms over a comparison/],
    'ends its worker': ['process.exit(0)', /it ended its worker|it took more than 1000 ms/],
    'answers NaN': ['return 0 / 0', /it answered NaN, which is no number from 0 to 1/],
    'answers more than 1': ['return 1.01', /it answered 1\.01, which/],
    'answers a promise': ['return Promise.resolve(1)', /could not be cloned/],
    'answers text': ['return "0.5"', /it answered "0\.5", which/],
  };
  for (const [what, [body, says]] of Object.entries(failures)) {
    test(`one that ${what} is switched off with one warning, and the dimensions take its place`, (t) => {
      const { mine, told } = opened(t, answering(body));
      for (const other of [ZULU, YORUBA, ZULU])
        assert.equal(mine.similarity(SWAHILI, other), similarity(FINETUNE, SWAHILI, other));
      assert.equal(told.length, 1, told.join('\n'));
      assert.match(told[0]!, /^similarity mine\.mjs of the domain finetune is switched off: /);
      assert.match(told[0]!, says);
      assert.equal(mine.probes(SWAHILI)[0]!.join(), SWAHILI.coarse.join());
      assert.ok(mine.completeFrom(SWAHILI) < 1, 'the address rule is that of the dimensions, too');
    });
  }

  test('live, one that is slow is waited for in milliseconds, and switched off', async (t) => {
    const slow = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30); return 1;';
    const { mine, told } = opened(t, answering(slow), true);
    const others = Array.from({ length: 100 }, (_, i) => at({ task: 'translation', tags: [`language ${i}`] }));
    // It loads while nobody waits for it.
    assert.equal(mine.similarity(SWAHILI, ZULU), similarity(FINETUNE, SWAHILI, ZULU));
    await new Promise((done) => setTimeout(done, 400));
    for (const other of others) assert.equal(mine.similarity(SWAHILI, other), similarity(FINETUNE, SWAHILI, other));
    assert.equal(told.length, 1);
    assert.match(told[0]!, /it takes more than 2 ms a comparison/);
  });

  test('whose probes are wrong is switched off; without any, its dimensions say where to ask', (t) => {
    const probing = (probes: string) => `export default { similarity: () => 1, ${probes} };`;
    const wrong: readonly [string, RegExp][] = [
      ['probes: () => 7', /its probes are 7, which is no list/],
      ['probes: () => [7]', /its probes are wrong: 7 is no condition/],
      ['probes: () => [{ tsak: "code" }]', /its probes are wrong: where\.tsak: .*did you mean "task"/],
      ['completeFrom: NaN', /its completeFrom is NaN/],
    ];
    for (const [probes, says] of wrong) {
      const { mine, told } = opened(t, probing(probes));
      assert.ok(mine.probes(SWAHILI).length >= 1);
      assert.match(told.join('\n'), says);
    }
    const { mine, told } = opened(t, probing(''));
    assert.deepEqual(mine.probes(SWAHILI), openSimilaritiesOf().probes(SWAHILI));
    assert.deepEqual([mine.completeFrom(SWAHILI), told], [1, []]);
  });

  test('one that cannot be loaded is told by the check of a configuration', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'own.yaml'), OWN);
    const config = 'name: roof\nbroker: off\ndomains:\n  - air\n  - ./own.yaml\n';
    const check = async () =>
      (await checkRunnable(config, join(folder, 'qis.yaml'))).problems.map(({ line, message }) => `${line} ${message}`);
    assert.match(
      (await check()).join('\n'),
      /^5 .*names a similarity function that cannot be used: Cannot find module/m,
    );
    writeFileSync(join(folder, 'mine.mjs'), 'export const x = 1;');
    assert.match((await check()).join('\n'), /exports no similarity function: similarity\(\) is missing/);
    writeFileSync(join(folder, 'mine.mjs'), answering('return 1'));
    assert.doesNotMatch((await check()).join('\n'), /similarity/);
    assert.equal(await similarityModuleProblem(EXAMPLE), undefined);
  });
});

const openSimilaritiesOf = () => openSimilarities(FINETUNE, { isLive: false, onWarning: () => {} }).functions[0]!;

const OWN = `
name: own
coarse: [{name: crop, attribute: crop, buckets: {words: []}, distance: categorical, weight: 1, tolerance: 0}]
similarity: [{name: mine, kind: module, module: ./mine.mjs}]
openActions: []
deposits: {where: [crop], effect: {unit: t, scale: 0.01}, privacy: [Nothing but the crop.]}
`;
