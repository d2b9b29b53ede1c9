// Mistakes in what is learned, what is unusual and which sensors work.
import type { Mutation } from './mutation.ts';

const EVENT = ['test/detect/event.test.ts'];
const FAULT = ['test/detect/fault.test.ts'];
const EPISODE = ['test/detect/episode.test.ts', ...EVENT];

export const EPISODE_MUTATIONS: readonly Mutation[] = [
  {
    name: 'quality flags are ignored',
    file: 'src/detect/channel.ts',
    find: 'if (isPlausible && !(quality & UNFIT)) return',
    replace: 'if (isPlausible) return',
    tests: FAULT,
  },
  {
    name: 'values that cannot be are learned from',
    file: 'src/detect/channel.ts',
    find: 'if (isPlausible && !(quality & UNFIT)) return',
    replace: 'if (!(quality & UNFIT)) return',
    tests: FAULT,
  },
  {
    name: 'events before anything was learned',
    file: 'src/detect/departure.ts',
    find: 'if (!seen.isLearned && episode.direction === 0) return undefined;',
    replace: '',
    tests: EVENT,
  },
  {
    name: 'the first flagged reading is a fault',
    file: 'src/detect/health.ts',
    find: 'return health.fault === 0 && health.bad >= tuning.badReadings;',
    replace: 'return health.fault === 0 && health.bad >= 1;',
    tests: FAULT,
  },
  {
    name: 'one good reading ends a fault',
    file: 'src/detect/health.ts',
    find: "(cause === 'silent' ? 1 : tuning.goodReadings)",
    replace: '1',
    tests: FAULT,
  },
  {
    name: 'a stuck sensor recovers without moving',
    file: 'src/detect/health.ts',
    find: "if (cause !== 'stuck' || moved) health.good++;",
    replace: 'health.good++;',
    tests: FAULT,
  },
  {
    name: 'a clock set forward is silence',
    file: 'src/detect/health.ts',
    find: 'return nowMs - health.overdueMs >= health.intervalMs;',
    replace: 'return true;',
    tests: FAULT,
  },
  {
    name: 'after a restart every sensor is silent',
    file: 'src/detect/health.ts',
    find: 'nowMs - Math.max(health.aliveMs, watchedSinceMs) < limitMs',
    replace: 'nowMs - health.aliveMs < limitMs',
    tests: [...FAULT, 'test/detect/state.test.ts'],
  },
  {
    name: 'an event needs no time',
    file: 'src/detect/episode.ts',
    find: 'departure.timeMs - episode.onsetMs >= tuning.persistMs &&',
    replace: '',
    tests: EPISODE,
  },
  {
    name: 'one reading is an event',
    file: 'src/detect/episode.ts',
    find: 'episode.count >= needed &&',
    replace: 'episode.count >= 1 &&',
    tests: EPISODE,
  },
  {
    name: 'an event follows its own end at once',
    file: 'src/detect/episode.ts',
    find: 'departure.timeMs >= episode.quietUntilMs',
    replace: 'departure.timeMs >= 0',
    tests: EPISODE,
  },
  {
    name: 'drops of what only rises are events',
    file: 'src/detect/episode.ts',
    find: 'if (sign === 0 || (sign < 0 && !both))',
    replace: 'if (sign === 0)',
    tests: EPISODE,
  },
  {
    name: 'severity has no hysteresis',
    file: 'src/detect/episode.ts',
    find: 'if (value >= level - margin)',
    replace: 'if (value >= level - 0 * margin)',
    tests: EPISODE,
  },
  {
    name: 'an event lasts for ever',
    file: 'src/detect/episode.ts',
    find: "return held ? 'rebased' : undefined;",
    replace: 'return held ? undefined : undefined;',
    tests: EPISODE,
  },
  {
    name: 'six spreads become three',
    file: 'src/detect/tuning.ts',
    find: 'onsetSpreads: 6,',
    replace: 'onsetSpreads: 3,',
    tests: EVENT,
  },
  {
    name: 'outliers pull without a bound',
    file: 'src/detect/baseline.ts',
    find: 'const clipped = Math.max(-bound, Math.min(bound, residual));',
    replace: 'const clipped = residual;',
    tests: ['test/detect/baseline.test.ts'],
  },
  {
    name: 'a gap forgets nothing',
    file: 'src/detect/baseline.ts',
    find: 'state.learnedMs *= kept;',
    replace: '',
    tests: ['test/detect/baseline.test.ts', ...EVENT],
  },
  {
    name: 'channels without end',
    file: 'src/detect/watch.ts',
    find: 'if (count >= channelsMax) {',
    replace: 'if (count >= Infinity) {',
    tests: ['test/detect/watch.test.ts'],
  },
  {
    name: 'whatever detector is named, it is the usual one',
    file: 'src/detect/registry.ts',
    find: 'return KINDS[name];',
    replace: 'return KINDS[name] && KINDS[DETECTOR_DEFAULT];',
    tests: ['test/detect/choice.test.ts'],
  },
];
