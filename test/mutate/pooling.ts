// Mistakes in what many sites are said to show, and in what is advised from it.
import type { Mutation } from './mutation.ts';

const POOL = ['test/synthesize/pool.test.ts'];
const LIARS = ['test/synthesize/pool-liars.test.ts'];
const MODEL = ['test/synthesize/pooling/random-effects.test.ts'];
const ADVICE = ['test/synthesize/recommendation.test.ts'];

export const POOLING_MUTATIONS: readonly Mutation[] = [
  {
    name: 'unknown keys choose their class',
    file: 'src/synthesize/pooling/claim.ts',
    find: 'return isProven(source) ? ',
    replace: 'return isProven(source) || true ? ',
    tests: LIARS,
  },
  {
    name: 'a class is as precise as all its members together',
    file: 'src/synthesize/pooling/ballot.ts',
    find: 'return { ...strongest, effect, members };',
    replace: 'return { ...strongest, effect, variance: strongest.trust / information, members };',
    tests: POOL,
  },
  {
    name: 'nobody is set aside',
    file: 'src/synthesize/pooling/guard.ts',
    find: '1 - GUARD.asideMax',
    replace: '1',
    tests: LIARS,
  },
  {
    name: 'who was set aside first is never admitted',
    file: 'src/synthesize/pooling/guard.ts',
    find: 'isGrowing = isInside.includes(false)',
    replace: 'isGrowing = false',
    tests: LIARS,
  },
  {
    name: 'a claim of precision is believed',
    file: 'src/synthesize/pooling/guard.ts',
    find: 'raised(ballot, varianceFloor)',
    replace: 'raised(ballot, 0)',
    tests: LIARS,
  },
  {
    name: 'trust multiplies the variance within a site only',
    file: 'src/synthesize/pooling/random-effects.ts',
    find: 'const own = trusts[i]! * inverse;',
    replace: 'const own = 1 / (weighedVariances[i]! / trusts[i]! + tau2);',
    tests: MODEL,
  },
  {
    name: 'uniform distrust costs nothing',
    file: 'src/synthesize/pooling/random-effects.ts',
    find: 'sums.squares / (sums.freedom * truncation))',
    replace: 'sums.squares / (columns.effects.length - 1))',
    tests: MODEL,
  },
  {
    name: 'copies of one effect are sure',
    file: 'src/synthesize/pooling/random-effects.ts',
    find: 'Math.max(spreadMin, sums',
    replace: 'Math.max(0, sums',
    tests: MODEL,
  },
  {
    name: 'less than two votes show something together',
    file: 'src/synthesize/pool.ts',
    find: 'reference !== undefined && freedom >= 1 &&',
    replace: 'reference !== undefined &&',
    tests: LIARS,
  },
  {
    name: 'an unknown key shows something alone',
    file: 'src/synthesize/pool.ts',
    find: ' || !isProven(result)) return false;',
    replace: ') return false;',
    tests: LIARS,
  },
  {
    name: 'the sign is never open',
    file: 'src/synthesize/pool.ts',
    find: 'i2 >= HETEROGENEITY_MIN',
    replace: 'i2 > 1',
    tests: POOL,
  },
  {
    name: 'an action is bought with a number of samples',
    file: 'src/synthesize/recommendation.ts',
    find: 'const samplesMax = medianSamples(all);',
    replace: 'const samplesMax = uintMax;',
    tests: ADVICE,
  },
  {
    name: 'many keys choose what number of samples is usual',
    file: 'src/synthesize/recommendation.ts',
    find: 'countsOf(origins),',
    replace: 'origins.map(({ trust }) => trust),',
    tests: ADVICE,
  },
  {
    name: 'outliers set the parameters',
    file: 'src/synthesize/recommendation.ts',
    find: 'const counted = backing.filter(({ result }) => !outliers.has(result.id));',
    replace: 'const counted = backing.filter(() => outliers.size >= 0);',
    tests: ADVICE,
  },
];
