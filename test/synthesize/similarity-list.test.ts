// Lists compare as sets, words by kinship: which tags make two fine-tuning runs alike.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FINETUNE } from '../../src/distill/finetune.ts';
import { LANGUAGE_KINSHIP, LANGUAGES } from '../../src/distill/languages.ts';
import { conditionAt } from '../../src/distill/where.ts';
import { similarityFunctions } from '../../src/synthesize/similarity-function.ts';

const [inUse] = similarityFunctions(FINETUNE);
const translating = (...tags: string[]) => {
  const checked = conditionAt(FINETUNE, { task: 'translation', ...(tags.length > 0 && { tags }) });
  assert('value' in checked);
  return checked.value;
};
const alike = (a: string[], b: string[]) => inUse!.similarity(translating(...a), translating(...b));

suite('tags', () => {
  test('the order of all but the first counts little, and one more is not held against it', () => {
    const same = alike(['swahili', 'medical', 'news'], ['swahili', 'medical', 'news']);
    assert.equal(alike(['swahili', 'medical', 'news'], ['swahili', 'news', 'medical']), same);
    assert.equal(
      alike(['swahili', 'medical'], ['medical', 'swahili']),
      alike(['swahili', 'medical'], ['swahili', 'medical']),
    );
    const [more, other] = [
      alike(['swahili'], ['swahili', 'medical']),
      alike(['swahili', 'news'], ['swahili', 'medical']),
    ];
    assert.ok(more < same && same - more < 0.02, `${same} ${more}`);
    assert.ok(other < more, `${other}`);
  });

  test('the first of each must have its like in the other: it is the address', () => {
    assert.equal(alike(['swahili', 'medical'], ['german', 'medical']), 0);
    assert.equal(alike(['swahili'], ['medical', 'swahili']), 0);
    assert.ok(alike(['swahili'], []) > 0.9, 'no tags at all are not stated');
  });

  test('who has no peers finds neighbours: languages with as little text, those of the family first', () => {
    const shares = ['swahili', 'zulu', 'yoruba', 'khmer', 'hindi', 'klingon'].map((tag) => alike(['swahili'], [tag]));
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => b - a),
    );
    assert.equal(new Set(shares.slice(0, 4)).size, 4);
    assert.deepEqual(shares.slice(4), [0, 0]);
    const asked = inUse!.probes(translating('swahili'));
    assert.equal(asked.length, 4);
    for (const [, tag] of asked.slice(1)) {
      const name = LANGUAGES.find((one) => translating(one.name).coarse[1] === tag)?.name;
      assert.equal(LANGUAGE_KINSHIP.swahili![name!], 0.9, 'of the same branch');
    }
    assert.deepEqual(inUse!.probes(translating('klingon')), [translating('klingon').coarse, translating().coarse]);
  });
});
