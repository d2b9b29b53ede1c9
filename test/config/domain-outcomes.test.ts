// A domain file of outcomes: what may stand in one, and what its owner reads when something is wrong.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse, stringify } from 'yaml';
import { loadDomain } from '../../src/config/domain-profile.ts';
import { BUILT_IN_DOMAINS } from '../../src/distill/domains.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const CROPS = new URL('../../examples/crops.yaml', import.meta.url).pathname;
const text = readFileSync(CROPS, 'utf8');

/** The example with one of its keys changed: `fine.0.weight`. */
function changed(path: string, value: unknown): string {
  const whole = parse(text);
  const keys = path.split('.');
  const last = keys.pop()!;
  const at = keys.reduce((one, key) => one[key], whole);
  if (value === undefined) delete at[last];
  else at[last] = value;
  return stringify(whole, { aliasDuplicateObjects: false });
}

test('a file may hold all that the built-in domains hold', (t) => {
  const file = join(temporaryFolder(t), 'own.yaml');
  for (const { id, name, ...profile } of BUILT_IN_DOMAINS) {
    writeFileSync(file, stringify({ name: 'own', ...profile }, { aliasDuplicateObjects: false }));
    assert.deepEqual(loadDomain(file), JSON.parse(JSON.stringify({ ...profile, name: 'own', id: 'own' })), name);
  }
});

test('the example: actions, words, kinship and ways to compare', () => {
  const crops = loadDomain(CROPS);
  assert.deepEqual(crops.actions[2]!.parameters, [
    { name: 'nitrogen', unit: 'kg/ha', scale: 1, combine: 'geometric' },
    { name: 'kind', words: ['urea', 'manure', 'compost'], combine: 'mode' },
  ]);
  const [byRain, byCrop] = crops.similarities!;
  assert.deepEqual([crops.coarse, crops.fine], [byRain!.coarse, byRain!.fine]);
  assert.deepEqual([byRain!.fine[0]!.weight, byRain!.fine[0]!.tolerance], [4, 1]);
  assert.deepEqual([byCrop!.fine[0]!.weight, byCrop!.fine[0]!.tolerance], [2, 2], 'each stands on what is written');
  assert.ok('vectors' in byCrop!.coarse[0]!.kin! && 'table' in byRain!.coarse[0]!.kin!);
});

const way = (change: object) => [{ name: 'one', kind: 'weighted', ...change }];
const parameter = (change: object) => [
  'none',
  { name: 'mulched', parameters: [{ name: 'tonnes', scale: 1, ...change }] },
];

/** What is wrong with a file -> what its owner reads. */
const MISTAKES: Record<string, [path: string, value: unknown, says: RegExp]> = {
  'no address': ['coarse', undefined, /:\d+: coarse: is missing; without phenomena it has to say/],
  'no deposits and no phenomena': ['deposits', undefined, /deposits: is missing; without phenomena/],
  'nothing to do': ['actions', ['none'], /actions: is missing; name what can be done, or openActions/],
  'an action without a place': ['actions', ['mulched', 'none'], /actions\[0\]: has to be none/],
  'an action in capitals': [
    'actions',
    ['none', 'Mulched'],
    /actions\[1\]: "Mulched" is compared as "mulched"; write it so/,
  ],
  'a mistyped key of a parameter': [
    'actions',
    parameter({ unti: 't' }),
    /crops.yaml:\d+: .*unknown key "unti"; did you mean "unit"/,
  ],
  'nine parameters': ['openActions', Array(9).fill({ name: 'x', scale: 1 }), /openActions.* has more than 8 entries/],
  'a parameter twice': [
    'openActions',
    Array(2).fill({ name: 'x', scale: 1 }),
    /openActions\[1\]\.name: "x" is there twice/,
  ],
  'a parameter called name': [
    'actions',
    parameter({ name: 'name' }),
    /parameters\[0\]\.name: "name" is that of the action itself/,
  ],
  'a mean of words': ['actions', parameter({ scale: undefined, combine: 'geometric' }), /combine: words have no mean/],
  'a number among words': ['actions', parameter({ words: ['a'] }), /words: a number has a scale/],
  'an attribute that nobody states': [
    'fine.0.attribute',
    'rain',
    /crops.yaml:\d+: fine\[0\]\.attribute: "rain" is not known.*name it in deposits\.where/,
  ],
  'a key without a dimension': [
    'deposits.where.2',
    'sol',
    /deposits\.where\[2\]: no dimension has the attribute "sol"; did you mean "soil"/,
  ],
  'a key that must be stated and may not': [
    'deposits.required',
    ['rain'],
    /required\[0\]: "rain" is not in deposits\.where/,
  ],
  'a score upside down': ['deposits.score', { min: 1, max: 0 }, /deposits\.score: min has to be less than max/],
  'no privacy note': ['deposits.privacy', undefined, /deposits\.privacy is missing/],
  'words in an order': ['coarse.0.distance', 'ordinal', /coarse\[0\]\.distance: words have no order/],
  'a word twice': ['coarse.0.buckets.words', ['maize', 'maize'], /words\[1\]: "maize" is there twice/],
  'more words than there may be': [
    'coarse.0.buckets.words',
    Array.from({ length: 300 }, (_, n) => `crop-${n}`),
    /coarse\[0\]\.buckets\.words: .* has more than 256 entries$/,
  ],
  'kin of a stranger': [
    'coarse.0.kin.table.sorgum',
    { maize: 0.5 },
    /crops.yaml:\d+: coarse\[0\]\.kin\.table\.sorgum: "sorgum" is not among the words; did you mean "sorghum"/,
  ],
  'kin of itself': ['coarse.0.kin.table.rice', { rice: 0.5 }, /a word is always 1 to itself/],
  'kin that differ by direction': [
    'coarse.0.kin.table.maize',
    { sorghum: 0.4 },
    /maize\.sorghum: is 0\.4, and 0\.5 the other way round/,
  ],
  'kin beyond 1': ['coarse.0.kin.table.rice', { maize: 1.5 }, /rice\.maize: 1\.5 is more than 1/],
  'kin of numbers': ['fine.0.kin', { table: {} }, /fine\[0\]\.kin: goes with words/],
  'vectors of two lengths': [
    'similarity.1.vectors.rice',
    [1],
    /similarity\[1\]\.vectors\.rice: has 1 numbers, and the first 2/,
  ],
  'a vector that points nowhere': ['similarity.1.vectors.rice', [0, 0], /points nowhere/],
  'a vector without bound': ['similarity.1.vectors.rice', [1e200, 1], /1e\+200 is more than 1e\+100/],
  'items with a gap': ['fine.3.item', 2, /item: the items of pests have to be 0, 1, 2, each once/],
  'items of different words': ['fine.3.buckets', { registry: ['a'] }, /all items of pests take the same words/],
  'an item without a number': ['fine.3.item', undefined, /item: is missing; pests is a list/],
  'what came later in the middle': ['fine.0.isLate', true, /fine\[0\]\.isLate: only the last of fine/],
  'five ways to compare': ['similarity', Array(5).fill(way({})[0]), /similarity.* has more than 4 entries/],
  'two ways of one name': [
    'similarity.1.name',
    'by-rain',
    /similarity\[1\]\.name: "by-rain" is that of similarity\[0\] too/,
  ],
  'a kind nobody knows': ['similarity', way({ kind: 'vector' }), /kind: "vector" is not known; did you mean "vectors"/],
  'a table without its attribute': [
    'similarity',
    way({ kind: 'table', table: {} }),
    /similarity\[0\]\.attribute: is missing; table needs it/,
  ],
  'what does not go with it': [
    'similarity',
    way({ module: './x.mjs' }),
    /similarity\[0\]\.module: does not go with weighted/,
  ],
  'an attribute without words': [
    'similarity',
    way({ kind: 'table', attribute: 'soil', table: {} }),
    /"soil" is not an attribute with words/,
  ],
  'another weight of nothing': [
    'similarity',
    way({ dimensions: { rian: { weight: 1 } } }),
    /dimensions\.rian: is not a dimension; did you mean "rain"/,
  ],
  'a module that is none': ['similarity', way({ kind: 'module', module: './x.py' }), /is not the path of a module/],
};

for (const [what, [path, value, says]] of Object.entries(MISTAKES)) {
  test(`${what} is told`, (t) => {
    const file = join(temporaryFolder(t), 'crops.yaml');
    writeFileSync(file, changed(path, value));
    assert.throws(() => loadDomain(file), { code: 'config_invalid', message: says });
  });
}

test('a huge table is refused in one line, and so is a file beyond its size', (t) => {
  const file = join(temporaryFolder(t), 'crops.yaml');
  const words = Array.from({ length: 200 }, (_, i) => `w${i}`);
  const table = Object.fromEntries(
    words.map((word, i) => [word, Object.fromEntries(words.slice(i + 1).map((w) => [w, 2 / 3]))]),
  );
  const row = (pairs: object) =>
    JSON.stringify(pairs).replaceAll('0.6666666666666666', '1').replaceAll('"', '').replaceAll(':', ': ');
  const huge = (all: object) => changed('coarse.0.kin', 'HERE').replace('kin: HERE', `kin: {table: ${row(all)}}`);
  const refusal = (content: string): string => {
    writeFileSync(file, content);
    try {
      loadDomain(file);
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };
  const pairs = Object.fromEntries(Object.entries(table).slice(0, 199));
  const says = refusal(huge(pairs));
  assert.match(says, /^crops.yaml:\d+: coarse\[0\]\.kin\.table: 19900 pairs are too many; at most 16384$/);
  assert.match(
    refusal(huge({ ...pairs, more: 'x'.repeat(262_144) })),
    /^crops.yaml:1: the file is larger than 262144 bytes$/,
  );
});

test('a domain that measures takes no module, and no list in its address', (t) => {
  const file = join(temporaryFolder(t), 'noise.yaml');
  const base = { name: 'noise', phenomena: [{ quantity: 'noise', scale: 0.1 }] };
  const phenomenon = {
    name: 'p',
    attribute: 'phenomenon',
    buckets: { registry: ['noise'] },
    distance: 'categorical',
    weight: 1,
  };
  const tag = { name: 't', attribute: 'tags', item: 0, buckets: { words: [] }, distance: 'categorical', weight: 1 };
  const deposits = { where: ['tags'], effect: { unit: '1', scale: 1 }, privacy: ['x'] };
  const told = (change: object, message: RegExp) => {
    writeFileSync(file, stringify({ ...base, ...change }));
    assert.throws(() => loadDomain(file), { code: 'config_invalid', message });
  };
  told({ similarity: way({ kind: 'module', module: './x.mjs' }) }, /similarity\[0\]\.kind: a module is too slow/);
  told(
    { coarse: [phenomenon, tag], deposits, actions: ['none', 'a'] },
    /coarse\[1\]\.item: a domain that measures has no list/,
  );
});
