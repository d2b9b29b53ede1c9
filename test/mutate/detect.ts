// Mistakes in what is found on a channel: by its detector, and by the checks that every detector has.
import type { Mutation } from './mutation.ts';

const CONFORMANCE = ['test/detect/conformance.test.ts'];
const CHOICE = ['test/detect/choice.test.ts'];
const THRESHOLD = ['test/detect/threshold.test.ts'];

const CHANNEL: readonly Mutation[] = [
  {
    name: 'a detector is asked while a fault is open',
    file: 'src/detect/channel.ts',
    find: 'if (this.#faults.isOpen) return undefined;',
    replace: '',
    tests: CONFORMANCE,
  },
  {
    name: 'a detector does not hear that the clock was set back',
    file: 'src/detect/channel.ts',
    find: 'this.#detector.shift(shiftMs);',
    replace: '',
    tests: CONFORMANCE,
  },
  {
    name: 'readings before a gap are the start of an event after it',
    file: 'src/detect/channel.ts',
    find: 'if (seen.isFirst) this.#detector.interrupt();',
    replace: '',
    tests: CONFORMANCE,
  },
  {
    name: 'readings before a fault are the start of an event after it',
    file: 'src/detect/channel.ts',
    find: '    this.#detector.interrupt();\n    return',
    replace: '    return',
    tests: CONFORMANCE,
  },
  {
    name: 'a detector takes up the state of another one',
    file: 'src/detect/channel.ts',
    find: 'part?.name === this.#kind.name ? part.state : undefined',
    replace: 'part?.state',
    tests: CONFORMANCE,
  },
  {
    name: 'an event is learned from',
    file: 'src/detect/channel.ts',
    find: 'if (!this.#detector.open) ',
    replace: '',
    tests: CONFORMANCE,
  },
  {
    name: 'a sensor that warms up is believed',
    file: 'src/detect/channel.ts',
    find: 'if (quality & QUALITY.warming_up) return undefined;',
    replace: '',
    tests: CONFORMANCE,
  },
  {
    name: 'a jump to a frozen value is an event',
    file: 'src/detect/detector.ts',
    find: 'stillMs > 0 && 2 * stillMs',
    replace: 'stillMs > 1e18 && 2 * stillMs',
    tests: CONFORMANCE,
  },
  {
    name: 'a damaged state is taken up',
    file: 'src/detect/saved-state.ts',
    find: 'return sameShape(saved, fresh) ? saved : fresh;',
    replace: 'return (saved as Shape) ?? fresh;',
    tests: CONFORMANCE,
  },
  {
    name: 'one late reading sets the clock back',
    file: 'src/detect/time-order.ts',
    find: 'if (order.backwards < setBackReadings) return undefined;',
    replace: '',
    tests: CONFORMANCE,
  },
  {
    name: 'stuck while another fault is open',
    file: 'src/detect/faults.ts',
    find: 'health.fault !== 0 || !isStuck',
    replace: '!isStuck',
    tests: CONFORMANCE,
  },
  {
    name: 'an event never ends when a gap took some of what was learned',
    file: 'src/detect/departure.ts',
    find: '!seen.isLearned && episode.direction === 0',
    replace: '!seen.isLearned',
    tests: ['test/detect/event.test.ts'],
  },
  {
    name: 'the configured detector is passed over',
    file: 'src/gateway/configured.ts',
    find: ', detector: named }',
    replace: ' }',
    tests: CHOICE,
  },
  {
    name: 'the detector of a manifest is passed over',
    file: 'src/sim/replay-run.ts',
    find: 'setting: { domains, detector, ',
    replace: 'setting: { domains, ',
    tests: CHOICE,
  },
];

const OF_THRESHOLD: readonly Mutation[] = [
  {
    name: 'threshold: one reading over the level is an event',
    file: 'src/detect/threshold.ts',
    find: 'state.count >= needed && ',
    replace: '',
    tests: THRESHOLD,
  },
  {
    name: 'threshold: a second over the level is an event',
    file: 'src/detect/threshold.ts',
    find: ' && seen.timeMs - state.onsetMs >= persistMs',
    replace: '',
    tests: THRESHOLD,
  },
  {
    name: 'threshold: a lone dip begins the end',
    file: 'src/detect/threshold.ts',
    find: 'seen.median >= alarm',
    replace: 'seen.value >= alarm',
    tests: THRESHOLD,
  },
  {
    name: 'threshold: an event is told before the average is over the level',
    file: 'src/detect/threshold.ts',
    find: ' || seen.smoothed < alarm',
    replace: '',
    tests: THRESHOLD,
  },
  {
    name: 'threshold: the next event has the onset of the last',
    file: 'src/detect/threshold.ts',
    find: 'Object.assign(state, quiet);',
    replace: 'state.isOpen = 0;',
    tests: THRESHOLD,
  },
  {
    name: 'threshold: the end does not move with the clock',
    file: 'src/detect/threshold.ts',
    find: 'if (this.#state.belowMs > 0) this.#state.belowMs += byMs;',
    replace: '',
    tests: THRESHOLD,
  },
];

export const DETECT_MUTATIONS: readonly Mutation[] = [...CHANNEL, ...OF_THRESHOLD];
