// Words of no list: who deposited or asked for them gets them back as words, after a restart, too; nobody else does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsToldMax } from '../../src/core/deposit-limits.ts';
import { CLINICAL } from '../../src/distill/clinical.ts';
import { checkedDeposit, shownDeposit } from '../../src/distill/deposit.ts';
import { createWords } from '../../src/distill/words.ts';
import { wordOrdinal } from '../../src/packet/word.ts';

const TREATMENT = {
  domain: 'clinical',
  where: { condition: 'Fabry disease', age: 44 },
  action: { name: 'migalastat', dose: 123 },
  score: 0.6,
  samples: 9,
};

test('a treatment and a condition come back as words where they were told, saved or not, and as hashes elsewhere', () => {
  const deposit = checkedDeposit(CLINICAL, TREATMENT);
  const words = createWords();
  const back = (told?: typeof words.find) => {
    const { action, where } = shownDeposit(CLINICAL, deposit, told);
    return [action.name, where.condition];
  };
  for (const text of back(words.find)) assert.match(String(text), /^#[0-9a-f]{8}$/);
  assert.equal(words.note([TREATMENT.where, TREATMENT.action]), true);
  assert.equal(words.note([TREATMENT.where, TREATMENT.action]), false);
  assert.deepEqual(back(words.find), ['migalastat', 'fabry disease']);
  const saved = JSON.parse(JSON.stringify(words.state()));
  assert.deepEqual(back(createWords([], saved).find), ['migalastat', 'fabry disease']);
  for (const text of back()) assert.match(String(text), /^#/);
});

test('of too many words the one told longest ago is forgotten', () => {
  const words = createWords();
  for (let n = 0; n < wordsToldMax; n++) words.note(`word ${n}`);
  words.note('word 0');
  words.note(['one more', '#0123abcd']);
  assert.equal(words.state().length, wordsToldMax);
  assert.deepEqual(
    ['word 0', 'word 1', 'one more'].map((word) => words.find(wordOrdinal(word))),
    ['word 0', undefined, 'one more'],
  );
});
