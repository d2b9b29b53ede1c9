// Mistakes in the vocabulary: units, clocks, retries, CBOR of strangers.
import type { Mutation } from './mutation.ts';

const UNITS = ['test/core/units.test.ts'];
const CLOCK = ['test/core/clock.test.ts'];
const RECEIVER = ['test/core/referenced-clock.test.ts'];
const RETRY = ['test/core/retry.test.ts'];
const CBOR = ['test/core/cbor-wellformed.test.ts'];

export const CORE_MUTATIONS: readonly Mutation[] = [
  {
    name: 'Fahrenheit is taken for Celsius',
    file: 'src/core/units.ts',
    find: "affine('degC', 5 / 9, -160 / 9)",
    replace: "affine('degC')",
    tests: UNITS,
  },
  {
    name: 'offsets of units are left out',
    file: 'src/core/units.ts',
    find: 'value * scale + offset;',
    replace: 'value * scale;',
    tests: UNITS,
  },
  {
    name: 'any unit converts into any other',
    file: 'src/core/units.ts',
    find: ' || from.base !== to.base',
    replace: '',
    tests: UNITS,
  },
  {
    name: 'the Greek micro sign is unknown',
    file: 'src/core/units.ts',
    find: '/[µμ]/g',
    replace: '/[µ]/g',
    tests: UNITS,
  },
  {
    name: 'time signals before the floor are believed',
    file: 'src/core/referenced-clock.ts',
    find: 'receiver.isKnown() && receiver.now() >= floorMs()',
    replace: 'receiver.isKnown()',
    tests: RECEIVER,
  },
  {
    name: 'the first time signal is believed',
    file: 'src/core/referenced-clock.ts',
    find: 'const REFERENCES_MIN = 3;',
    replace: 'const REFERENCES_MIN = 1;',
    tests: RECEIVER,
  },
  {
    name: 'a receiver that fell silent is believed for ever',
    file: 'src/core/referenced-clock.ts',
    find: 'receiver.isFresh() ? 2 : 1',
    replace: 'receiver.isFresh() ? 2 : 2',
    tests: RECEIVER,
  },
  {
    name: 'virtual time goes back',
    file: 'src/core/clock.ts',
    find: 'if (timeMs > nowMs) nowMs = timeMs;',
    replace: 'nowMs = timeMs;',
    tests: CLOCK,
  },
  {
    name: 'everybody comes back at the same moment',
    file: 'src/core/retry.ts',
    find: 'Math.floor(random() * ceilingMs)',
    replace: 'Math.floor(ceilingMs)',
    tests: RETRY,
  },
  {
    name: 'back-off without a ceiling',
    file: 'src/core/retry.ts',
    find: 'Math.min(ceilingMs * 2, retryMsMax)',
    replace: 'ceilingMs * 2',
    tests: RETRY,
  },
  {
    name: 'a connection that drops at once resets the back-off',
    file: 'src/core/retry.ts',
    find: 'if (timer.now() - openedMs >= retryStableMs) ceilingMs = retryMsMin;',
    replace: 'ceilingMs = retryMsMin;',
    tests: RETRY,
  },
  {
    name: 'wildcards take the topics of the broker itself',
    file: 'src/core/topic-filter.ts',
    find: "if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;",
    replace: '',
    tests: ['test/core/topic-filter.test.ts'],
  },
  {
    name: 'a length is believed before the bytes are there',
    file: 'src/core/cbor-wellformed.ts',
    find: "if ((major === ARRAY || major === MAP) && owed > length - end) return 'a length beyond the bytes';",
    replace: '',
    tests: CBOR,
  },
  {
    name: 'CBOR of sensors may nest without end',
    file: 'src/core/cbor-wellformed.ts',
    find: 'if (open.length > depthMax + 1)',
    replace: 'if (open.length > depthMax + 1e6)',
    tests: CBOR,
  },
  {
    name: 'any tag may stand in CBOR of sensors',
    file: 'src/core/cbor-wellformed.ts',
    find: 'if (major === TAG && !tags',
    replace: 'if (major > TAG && !tags',
    tests: CBOR,
  },
  {
    name: 'what a sensor marks as not valid is evidence',
    file: 'src/core/reading.ts',
    find: 'QUALITY.warming_up | QUALITY.invalid |',
    replace: 'QUALITY.warming_up |',
    tests: ['test/core/reading.test.ts'],
  },
  {
    name: 'what a sensor says while it warms up is evidence',
    file: 'src/core/reading.ts',
    find: 'QUALITY.out_of_range | QUALITY.warming_up |',
    replace: 'QUALITY.out_of_range |',
    tests: ['test/core/reading.test.ts'],
  },
  {
    name: 'a reason of several lines reaches the log',
    file: 'src/core/errors.ts',
    find: "text.split('\\n', 1)[0] ?? text",
    replace: 'text',
    tests: ['test/core/errors.test.ts'],
  },
  {
    name: 'any word may stand for any other',
    file: 'src/core/nearest.ts',
    find: 'Math.max(word.length, candidate.length) / 3)',
    replace: 'Math.max(word.length, candidate.length))',
    tests: ['test/core/nearest.test.ts'],
  },
];
