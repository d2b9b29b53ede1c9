// Mistakes in what the word of others counts: votes, verdicts, reputations, contradictions.
import type { Mutation } from './mutation.ts';

const WEIGHING = ['test/synthesize/weighing.test.ts'];
const REPUTATION = ['test/synthesize/reputation.test.ts'];
const EQUIVOCATION = ['test/synthesize/equivocation.test.ts'];
const OWN_EVENTS = ['test/synthesize/own-events.test.ts'];

export const TRUST_MUTATIONS: readonly Mutation[] = [
  {
    name: 'one origin may weigh any amount',
    file: 'src/synthesize/weighing.ts',
    find: 'Math.min(weight, WEIGHING.originWeightMax) * trust',
    replace: 'weight * trust',
    tests: WEIGHING,
  },
  {
    name: 'sensors of one class count as so many witnesses',
    file: 'src/synthesize/weighing.ts',
    find: 'WEIGHING.classWeightMax - used]',
    replace: 'WEIGHING.classWeightMax]',
    tests: WEIGHING,
  },
  {
    name: 'an origin votes as often as it speaks',
    file: 'src/synthesize/weighing.ts',
    find: 'best.get(vote.sighting.origin)',
    replace: 'best.get(vote.sighting.id)',
    tests: WEIGHING,
  },
  {
    name: 'the weakest word of an origin counts',
    file: 'src/synthesize/weighing.ts',
    find: 'vote.weight > held.weight',
    replace: 'vote.weight < held.weight',
    tests: WEIGHING,
  },
  {
    name: 'what an origin is worth is left out',
    file: 'src/synthesize/weighing.ts',
    find: 'Math.min(weight, WEIGHING.originWeightMax) * trust',
    replace: 'Math.min(weight, WEIGHING.originWeightMax)',
    tests: WEIGHING,
  },
  {
    name: 'a verdict has no hysteresis',
    file: 'src/synthesize/weighing.ts',
    find: "before === 'event' ? keptUntilProbability : eventProbabilityMin",
    replace: 'eventProbabilityMin',
    tests: WEIGHING,
  },
  {
    name: 'old votes count like new ones',
    file: 'src/synthesize/weighing.ts',
    find: ' * freshness * witnesses',
    replace: ' * witnesses',
    tests: WEIGHING,
  },
  {
    name: 'readings of one sensor are that many witnesses',
    file: 'src/synthesize/weighing.ts',
    find: 'Math.min(Math.max(1, samples), WEIGHING.samplesMax)',
    replace: 'Math.max(1, samples)',
    tests: WEIGHING,
  },
  {
    name: 'a verdict of even odds speaks against',
    file: 'src/synthesize/weighing.ts',
    find: 'score >= 50 ? 1 : -1',
    replace: 'score > 50 ? 1 : -1',
    tests: WEIGHING,
  },
  {
    name: 'an origin vouches for itself',
    file: 'src/synthesize/own-events.ts',
    find: 'sighting.origin === about.origin || ',
    replace: '',
    tests: OWN_EVENTS,
  },
  {
    name: 'votes outlive their packets',
    file: 'src/synthesize/own-events.ts',
    find: '|| sighting.expiresMs <= nowMs) return;',
    replace: ') return;',
    tests: OWN_EVENTS,
  },
  {
    name: 'a verdict nobody stands behind is deposited',
    file: 'src/synthesize/own-events.ts',
    find: "if (weighed.verdict !== 'uncorroborated') event",
    replace: 'event',
    tests: OWN_EVENTS,
  },
  {
    name: 'a verdict near even odds is deposited',
    file: 'src/synthesize/own-events.ts',
    find: 'Math.abs(lead) < LEAD_MIN || ',
    replace: '',
    tests: OWN_EVENTS,
  },
  {
    name: 'gateways judge themselves',
    file: 'src/synthesize/reputation.ts',
    find: 'judge === origin || ',
    replace: '',
    tests: REPUTATION,
  },
  {
    name: 'one judge judges a packet twice',
    file: 'src/synthesize/reputation.ts',
    find: '|| judged.has(once)',
    replace: '',
    tests: REPUTATION,
  },
  {
    name: 'the word of a trusted judge counts more than whole',
    file: 'src/synthesize/reputation.ts',
    find: 'Math.min(1, weightOf(judge, phenomenon))',
    replace: 'weightOf(judge, phenomenon)',
    tests: REPUTATION,
  },
  {
    name: 'reputation is frozen',
    file: 'src/synthesize/reputation.ts',
    find: '2 ** (-Math.max(0, nowMs - standing.updatedMs) / REPUTATION.halfLifeMs)',
    replace: '1',
    tests: REPUTATION,
  },
  {
    name: 'reputations without end',
    file: 'src/synthesize/reputation.ts',
    find: 'if (standings.size >= reputationsMax) standings.delete(leastKnown(standings));',
    replace: '',
    tests: REPUTATION,
  },
  {
    name: 'a proven liar keeps its weight',
    file: 'src/synthesize/reputation.ts',
    find: 'if (condemned.has(origin)) return 0;',
    replace: '',
    tests: REPUTATION,
  },
  {
    name: 'newcomers are trusted like keys written down',
    file: 'src/synthesize/reputation.ts',
    find: 'newcomer: { right: 1, wrong: 2 }',
    replace: 'newcomer: { right: 9, wrong: 1 }',
    tests: REPUTATION,
  },
  {
    name: 'one sequence in two packets is no contradiction',
    file: 'src/synthesize/equivocation.ts',
    find: 'if (a.sequence === b.sequence) return true;',
    replace: 'if (a.sequence === b.sequence) return false;',
    tests: EQUIVOCATION,
  },
  {
    name: 'a clock that was never set is held against its owner',
    file: 'src/synthesize/equivocation.ts',
    find: 'if (!a.isSynchronised || !b.isSynchronised) return false;',
    replace: '',
    tests: EQUIVOCATION,
  },
];
