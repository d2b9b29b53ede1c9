// What a running gateway answers where a module of the operator's own compares: by its word, and without it once it fails.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { stringify } from 'yaml';
import { checkConfig } from '../../src/config/config.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { openGateway } from '../../src/gateway/gateway.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const DOMAIN = {
  name: 'soil',
  coarse: [{ name: 'crop', attribute: 'crop', buckets: { words: ['millet'] }, distance: 'categorical', weight: 1 }],
  fine: [
    {
      name: 'rain',
      attribute: 'rain',
      buckets: { edges: [10, 20, 30, 40, 50] },
      distance: 'ordinal',
      weight: 1,
      tolerance: 2,
    },
  ],
  similarity: [{ name: 'mine', kind: 'module', module: './mine.mjs' }],
  openActions: [],
  deposits: { where: ['crop', 'rain'], effect: { unit: 't', scale: 0.01 }, privacy: ['Nothing but the crop.'] },
};
const ASKED = { domain: 'soil', where: { crop: 'millet', rain: 5 } };

/** A gateway that holds what was tried where it rains 15, 25 and 55 mm. */
async function opened(t: TestContext, module: string) {
  const root = temporaryFolder(t);
  writeFileSync(join(root, 'soil.yaml'), stringify(DOMAIN));
  writeFileSync(join(root, 'mine.mjs'), module);
  const text = stringify({
    name: 'roof',
    data: join(root, 'data'),
    sensors: [],
    broker: 'off',
    domains: ['./soil.yaml'],
  });
  const { config, problems } = checkConfig(text, join(root, 'qis.yaml'));
  assert(config, JSON.stringify(problems));
  const { identity, store } = await openDataFolder(config.data);
  const warnings: string[] = [];
  const gateway = await openGateway({
    config,
    identity,
    store,
    clock: { now: Date.now, quality: () => 2 },
    emit: (event) => void (event.type === 'warning' && warnings.push(event.message)),
    tickMs: 1_000,
  });
  t.after(async () => {
    await gateway[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });
  const rest = { domain: 'soil', score: 0.5, samples: 10, effect: 0.1, standard_error: 0.02 };
  const given = [15, 25, 55].map((rain) => ({ ...rest, where: { crop: 'millet', rain }, action: `at ${rain}` }));
  for (const { state } of gateway.deposits.deposit(given)) assert.equal(state, 'accepted');
  const rains = async () => {
    const { packets } = await gateway.questions.query(ASKED);
    return packets.map(({ where }) => (where as { rain: { from: number } }).rain.from);
  };
  return { rains, advise: () => gateway.questions.advise(ASKED), warnings };
}

suite('a gateway whose domain names a module', { timeout: 30_000 }, () => {
  test('answers in its order, however far away the dimensions find it, and leaves out what it says is not alike', async (t) => {
    const { rains, advise, warnings } = await opened(
      t,
      `const distance = (a, b) => Math.abs((a.rain.from ?? 0) - (b.rain.from ?? 0));
      export const similarity = (a, b) => (distance(a, b) < 20 ? 0 : distance(a, b) / 60);`,
    );
    assert.deepEqual(await rains(), [50, 20]);
    const { action, evidence, widened } = await advise();
    assert.equal(action.name, 'at 55', 'as it was deposited here');
    assert.deepEqual([evidence.length, widened], [1, 1]);
    assert.deepEqual(warnings, []);
  });

  const failing = {
    throws: ['throw new Error("no such rain")', /no such rain; its dimensions go on$/],
    'never returns': ['for (;;);', /it took more than 1000 ms over a comparison; its dimensions go on$/],
    'ends its worker': ['process.exit(1)', /; its dimensions go on$/],
    'answers more than 1': ['return 2', /it answered 2, which is no number from 0 to 1; its dimensions go on$/],
  } as const;
  for (const [what, [body, says]] of Object.entries(failing)) {
    test(`goes on by the dimensions when it ${what}, and warns once`, async (t) => {
      const { rains, advise, warnings } = await opened(t, `export const similarity = () => { ${body} };`);
      let turns = 0;
      const turning = setInterval(() => turns++, 5).unref();
      assert.deepEqual(await rains(), [10, 20, 50]);
      clearInterval(turning);
      if (what === 'never returns') assert(turns > 20, 'the gateway works on meanwhile');
      assert.deepEqual(await rains(), [10, 20, 50]);
      assert.equal((await advise()).evidence.length, 1);
      assert.equal(warnings.length, 1, warnings.join('\n'));
      assert.match(warnings[0]!, /^similarity mine\.mjs of the domain soil is switched off: /);
      assert.match(warnings[0]!, says);
    });
  }
});
