// Mistakes in how conditions are compared, where one asks for what is similar, and in what a domain file may hold.
import type { Mutation } from './mutation.ts';

const CONFORMANCE = ['test/synthesize/similarity-conformance.test.ts'];
const LISTS = ['test/synthesize/similarity-list.test.ts'];
const MODULE = ['test/gateway/similarity-module.test.ts'];
const FILE = ['test/config/domain-outcomes.test.ts'];

export const SIMILARITY_MUTATIONS: readonly Mutation[] = [
  {
    name: 'module: its order is put behind the steps of the dimensions',
    file: 'src/gateway/questions.ts',
    find: 'Number(!isByModule && widened > 0)',
    replace: 'Number(widened > 0)',
    tests: ['test/gateway/module-answers.test.ts'],
  },
  {
    name: 'module: is no rival of the function in use',
    file: 'src/gateway/elections.ts',
    find: 'return file === undefined || module ?',
    replace: 'return file === undefined ?',
    tests: ['test/gateway/competing-ways.test.ts'],
  },
  {
    name: 'lists: compared one way',
    file: 'src/synthesize/similarity-list.ts',
    find: 'return (there.share + back.share) / 2;',
    replace: 'return there.share;',
    tests: CONFORMANCE,
  },
  {
    name: 'lists: slot by slot',
    file: 'src/synthesize/similarity-list.ts',
    find: 'const best = bestOf(items[at]!, from[at]!, to);',
    replace: 'const best = bestOf(items[at]!, from[at]!, [to[at]!]);',
    tests: LISTS,
  },
  {
    name: 'lists: the first may be a stranger',
    file: 'src/synthesize/similarity-list.ts',
    find: 'if (list.isStrict && (there.first <= 0 || back.first <= 0)) return -1;',
    replace: '',
    tests: CONFORMANCE,
  },
  {
    name: 'lists: what is left over counts as different',
    file: 'src/synthesize/similarity-list.ts',
    find: '(isLeft ? NOT_STATED : best)',
    replace: 'best',
    tests: LISTS,
  },
  {
    name: 'kinship: holds in one direction',
    file: 'src/synthesize/similarity-kinship.ts',
    find: '    [b, a],\n',
    replace: '',
    tests: CONFORMANCE,
  },
  {
    name: 'probes: akin words are not asked for',
    file: 'src/synthesize/similarity-probes.ts',
    find: '(lead.kin?.nearest(word) ?? [])',
    replace: '[]',
    tests: CONFORMANCE,
  },
  {
    name: 'probes: the next cells are not asked for',
    file: 'src/synthesize/similarity-probes.ts',
    find: 'const others = around(scale, own, AROUND);',
    replace: 'const others: number[] = [];',
    tests: CONFORMANCE,
  },
  {
    name: 'probes: what is left out is forgotten',
    file: 'src/synthesize/similarity-probes.ts',
    find: 'completeFrom: Math.max(0, ...missed)',
    replace: 'completeFrom: 0',
    tests: CONFORMANCE,
  },
  {
    name: 'similarity module: NaN is believed',
    file: 'src/gateway/similarity-module.ts',
    find: "if (typeof answer === 'number' && answer >= 0 && answer <= 1) {",
    replace: "if (typeof answer === 'number') {",
    tests: MODULE,
  },
  {
    name: 'similarity module: a pair is asked in either order',
    file: 'src/gateway/similarity-module.ts',
    find: 'one.key < other.key ? [one, other] : [other, one]',
    replace: '[one, other]',
    tests: MODULE,
  },
  {
    name: 'similarity module: a slow one stays',
    file: 'src/gateway/similarity-module.ts',
    find: 'if (this.#tookMs > this.#asked * similarityMeanMsMax)',
    replace: 'if (this.#tookMs > 1e9)',
    tests: MODULE,
  },
  {
    name: 'similarity module: asked where the module says, not at home',
    file: 'src/gateway/similarity-probes-answer.ts',
    find: 'new Map([[own.join(), own]])',
    replace: 'new Map<string, readonly number[]>()',
    tests: MODULE,
  },
  {
    name: 'similarity module: one that cannot be loaded passes the check',
    file: 'src/gateway/preflight.ts',
    find: 'const problem = await similarityModuleProblem(module);',
    replace: 'const problem = undefined;',
    tests: MODULE,
  },
  {
    name: 'domain file: a table may be of any size',
    file: 'src/config/domain-words.ts',
    find: 'if (count > kinNumbersMax)',
    replace: 'if (count > 1e9)',
    tests: FILE,
  },
  {
    name: 'domain file: the kinship of a way is lost',
    file: 'src/config/domain-similarity.ts',
    find: '...(kin && { kin }),',
    replace: '',
    tests: FILE,
  },
  {
    name: 'domain file: a key without a dimension passes',
    file: 'src/config/domain-deposits.ts',
    find: 'else if (key !== SENSOR && !stated.includes(key))',
    replace: 'else if (false)',
    tests: FILE,
  },
];
