// Mistakes in what an anomaly becomes: its condition, its figures, its surroundings.
import type { Mutation } from './mutation.ts';

const CONDITION = ['test/distill/condition.test.ts'];
const DISTILLER = ['test/distill/distiller.test.ts'];
const SURROUNDINGS = ['test/distill/surroundings.test.ts'];

export const DISTILL_MUTATIONS: readonly Mutation[] = [
  {
    name: 'humidity of a sensor that is unfit is used',
    file: 'src/distill/surroundings.ts',
    find: '!(quality & UNFIT) && ',
    replace: '',
    tests: SURROUNDINGS,
  },
  {
    name: 'humidity is used as it came, not as it was judged',
    file: 'src/agent.ts',
    find: 'surroundings.note(judged)',
    replace: 'surroundings.note(from)',
    tests: SURROUNDINGS,
  },
  {
    name: 'surroundings of yesterday are those of now',
    file: 'src/distill/surroundings.ts',
    find: '< FRESH_MS',
    replace: '< 100 * FRESH_MS',
    tests: SURROUNDINGS,
  },
  {
    name: 'a maximum is taken for the air',
    file: 'src/distill/surroundings.ts',
    find: "channel === '' && ",
    replace: '',
    tests: SURROUNDINGS,
  },
  {
    name: 'an edge belongs to the bucket below it',
    file: 'src/distill/condition.ts',
    find: 'edge <= value',
    replace: 'edge < value',
    tests: CONDITION,
  },
  {
    name: 'the cell west of the date line has no number',
    file: 'src/distill/condition.ts',
    find: '((index % count) + count) % count',
    replace: 'index % count',
    tests: CONDITION,
  },
  {
    name: 'cells far from a border watch beyond it, near ones do not',
    file: 'src/distill/condition.ts',
    find: 'apart(step) < reach',
    replace: 'apart(step) >= reach',
    tests: CONDITION,
  },
  {
    name: 'the poles have neighbours beyond them',
    file: 'src/distill/condition.ts',
    find: 'next < 0 || next >= count ? [] : [next + 1]',
    replace: '[next + 1]',
    tests: CONDITION,
  },
  {
    name: 'a place is at the edge of its part',
    file: 'src/distill/condition.ts',
    find: '(partOrdinal - 0.5) / parts',
    replace: 'partOrdinal / parts',
    tests: CONDITION,
  },
  {
    name: 'figures of an anomaly are not scaled',
    file: 'src/distill/distiller.ts',
    find: 'clamp(value / scale, -valueMax, valueMax);\n  const isFault',
    replace: 'clamp(value, -valueMax, valueMax);\n  const isFault',
    tests: DISTILLER,
  },
  {
    name: 'a value beyond the grammar is passed on',
    file: 'src/distill/distiller.ts',
    find: 'Math.min(max, Math.max(min, Math.round(value)))',
    replace: 'Math.round(value)',
    tests: DISTILLER,
  },
  {
    name: 'every finding lives for six hours',
    file: 'src/distill/distiller.ts',
    find: 'profile.lifetimeH[anomaly.kind] ?? 6',
    replace: '6',
    tests: DISTILLER,
  },
  {
    name: 'solar time is the same everywhere',
    file: 'src/distill/distiller.ts',
    find: ' + longitude / 15',
    replace: ' + longitude * 0',
    tests: DISTILLER,
  },
  {
    name: 'a packet does not say since when',
    file: 'src/distill/distiller.ts',
    find: 'age: seconds(issue.nowMs - anomaly.onsetMs)',
    replace: 'age: 0',
    tests: DISTILLER,
  },
  {
    name: 'channels of a sensor share a context',
    file: 'src/distill/distiller.ts',
    find: 'contextTag(contextOf(anomaly))',
    replace: "contextTag(contextOf({ ...anomaly, channel: '' }))",
    tests: DISTILLER,
  },
  {
    name: 'an answer is sent where we are, not where its finding is',
    file: 'src/distill/distiller.ts',
    find: 'fine: about.fine,',
    replace: 'fine: about.coarse,',
    tests: DISTILLER,
  },
  {
    name: 'a domain that nobody has is air',
    file: 'src/distill/domains.ts',
    find: 'of: (domain) => byId.get(domain)',
    replace: 'of: (domain) => byId.get(domain) ?? profiles[0]',
    tests: ['test/distill/domains.test.ts'],
  },
];
