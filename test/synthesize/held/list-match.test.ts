// Lists held against the one that is wanted by a table give what comparing them item by item gives, bit for bit.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FINETUNE } from '../../../src/distill/finetune.ts';
import { wordOrdinal } from '../../../src/packet/word.ts';
import { listMatch } from '../../../src/synthesize/held/list-match.ts';
import { comparisonOf } from '../../../src/synthesize/similarity.ts';
import { bestOf, type ListScale, shareOfItems } from '../../../src/synthesize/similarity-list.ts';

const TAGS = comparisonOf(FINETUNE).lists[0]!;
const ITEMS = ['swahili', 'yoruba', 'zulu', 'german', 'dutch', 'medical', 'science', 'nowhere'].map(wordOrdinal);
const item = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(0, 0, -1) },
  { weight: 9, arbitrary: fc.constantFrom(...ITEMS) },
);
const list = fc.tuple(item, item, item);
const KINDS: Readonly<Record<string, ListScale>> = {
  strict: { ...TAGS, isStrict: true },
  open: { ...TAGS, isStrict: false },
  'of numbers': { ...TAGS, items: TAGS.items.map((one) => ({ ...one, isWord: false, kin: undefined })) },
  'of items that compare in different ways': {
    ...TAGS,
    items: TAGS.items.map((one, at) => (at === 1 ? { ...one, kin: undefined } : one)),
  },
};

for (const [name, scale] of Object.entries(KINDS))
  test(`a list ${name}`, () => {
    fc.assert(
      fc.property(list, fc.array(list, { minLength: 1, maxLength: 5 }), (ours, others) => {
        const match = listMatch(scale, ours);
        for (const theirs of others) {
          assert.equal(match.share(theirs), shareOfItems(scale, ours, theirs));
          assert.equal(match.isMet(theirs[0]), theirs[0] > 0 && bestOf(scale.items[0]!, theirs[0], ours) > 0);
        }
      }),
      { numRuns: 400 },
    );
  });
