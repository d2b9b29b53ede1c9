// Mistakes in quality control: what a channel says against itself, and channels against each other.
import type { Mutation } from './mutation.ts';

const PAIRS = ['test/sense/quality/quality-pairs.test.ts'];
const SERIES = ['test/sense/quality/quality-series.test.ts'];
const CONTROL = ['test/sense/quality/quality-control.test.ts'];

export const QUALITY_MUTATIONS: readonly Mutation[] = [
  {
    name: 'what is unfit teaches quality control',
    file: 'src/sense/quality/quality-control.ts',
    find: 'if (quality & UNFIT || ',
    replace: 'if (',
    tests: CONTROL,
  },
  {
    name: 'channels under quality control, without end',
    file: 'src/sense/quality/quality-control.ts',
    find: 'if (count >= judgedChannelsMax) return undefined;',
    replace: '',
    tests: CONTROL,
  },
  {
    name: 'humidity that is unfit marks particles as humid',
    file: 'src/sense/quality/quality-control.ts',
    find: "reading.channel === '' && !(bits & UNFIT)) {",
    replace: "reading.channel === '') {",
    tests: CONTROL,
  },
  {
    name: 'humidity of an hour ago is that of now',
    file: 'src/sense/quality/quality-control.ts',
    find: '<= HUMIDITY_MS_MAX',
    replace: '<= 100 * HUMIDITY_MS_MAX',
    tests: CONTROL,
  },
  {
    name: 'the first contradiction of two lasers marks both',
    file: 'src/sense/quality/quality-pairs.ts',
    find: 'const DOUBT_MAX = 3;',
    replace: 'const DOUBT_MAX = 1;',
    tests: PAIRS,
  },
  {
    name: 'a flicker within a moment marks both lasers',
    file: 'src/sense/quality/quality-pairs.ts',
    find: 'Math.abs(timeMs - pair.sinceMs) >= DOUBT_MS_MIN',
    replace: 'Math.abs(timeMs - pair.sinceMs) >= 0',
    tests: PAIRS,
  },
  {
    name: 'values of two moments are compared',
    file: 'src/sense/quality/quality-pairs.ts',
    find: '<= rule.apartMsMax))',
    replace: '<= 1e9 * rule.apartMsMax))',
    tests: PAIRS,
  },
  {
    name: 'clean air that rests is flat',
    file: 'src/sense/quality/quality-series.ts',
    find: 'value <= min + margin || value >= max - margin ? 0 : QUALITY.flat_line',
    replace: 'value < min - margin || value > max + margin ? 0 : QUALITY.flat_line',
    tests: SERIES,
  },
  {
    name: 'the way back from a spike is a spike',
    file: 'src/sense/quality/quality-series.ts',
    find: 'Math.min(change, Math.abs(value - median(series)))',
    replace: 'change',
    tests: SERIES,
  },
  {
    name: 'a gap of hours is a jump',
    file: 'src/sense/quality/quality-series.ts',
    find: 'dtMs < 0 || dtMs > GAP_MS) {',
    replace: 'dtMs < 0) {',
    tests: SERIES,
  },
];
