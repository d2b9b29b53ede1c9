// Parts of the product that the demo must not get by without, as data: a change to a source file that takes one part out,
// and the figures that the demo must then say are missing, those and no others.
//
// Invariant: `find` stands in the file exactly once. A change that no longer applies is an error, never a pass.
import type { DemoFigures } from '../../src/cli/demo-tally.ts';
import type { Mutation } from '../mutate/mutation.ts';

export interface Removal extends Mutation {
  readonly missing: readonly (keyof DemoFigures)[];
}

export const DEMO_REMOVALS: readonly Removal[] = [
  {
    name: 'no answer confirms',
    file: 'src/synthesize/answers.ts',
    find: 'if (nowMs < event.dueMs || ',
    replace: 'if (own || nowMs < event.dueMs || ',
    missing: ['confirms'],
  },
  {
    name: 'no answer refutes',
    file: 'src/synthesize/answers.ts',
    find: 'if (nowMs < event.dueMs || ',
    replace: 'if (!own || nowMs < event.dueMs || ',
    missing: ['lone_rises_told'],
  },
  {
    name: 'no verdict is deposited',
    file: 'src/synthesize/own-events.ts',
    find: 'if (depositAtMs === undefined || nowMs < depositAtMs) return [];',
    replace: 'if (nowMs >= 0) return [];',
    missing: ['verdict_deposits'],
  },
  {
    name: 'the votes of neighbours are ignored',
    file: 'src/synthesize/own-events.ts',
    find: 'if (!side || sighting.origin',
    replace: 'if (side !== 2 || sighting.origin',
    missing: ['events_confirmed', 'confirms', 'verdict_deposits', 'lone_rises_told'],
  },
  {
    name: 'nothing is relayed',
    file: 'src/route/relaying.ts',
    find: 'network.publish(formatTopic(base, hops), bytes, how);',
    replace: '',
    missing: ['hops_max'],
  },
  {
    name: 'no reputation is learned',
    file: 'src/synthesize/alarm/learning.ts',
    find: 'if (own === 0 || stepMs <= 0 || nowMs - ownSinceMs < SETTLED_MS) return;',
    replace: 'if (nowMs >= 0) return;',
    missing: ['weights_moved'],
  },
];

/**
 * The same, several at a time, by name: what each of them leaves out is missing still, and nothing else. Only what keeps
 * others from working stands alone.
 */
export const DEMO_REMOVALS_TOGETHER: readonly (readonly string[])[] = [
  ['no answer confirms', 'nothing is relayed', 'no reputation is learned'],
  ['no answer refutes', 'no verdict is deposited'],
  ['the votes of neighbours are ignored'],
];
