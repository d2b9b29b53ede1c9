// Mistakes in what is said to others and when: answers, warnings, likeness, the storm rule.
import type { Mutation } from './mutation.ts';

const ANSWERS = ['test/synthesize/answers.test.ts'];
const ADVISOR = ['test/synthesize/advisor.test.ts'];
const STORM = ['test/synthesize/storm-rule.test.ts'];
const HEARSAY = ['test/synthesize/hearsay.test.ts'];
const SIMILARITY = ['test/synthesize/similarity.test.ts'];

export const SYNTHESIZE_MUTATIONS: readonly Mutation[] = [
  {
    name: 'thirty agree before a gateway is silent',
    file: 'src/core/limits.ts',
    find: 'agreeingFindingsMax = 3;',
    replace: 'agreeingFindingsMax = 30;',
    tests: STORM,
  },
  {
    name: 'a packet is answered more than once',
    file: 'src/synthesize/storm-rule.ts',
    find: 'if (answered.has(id)) return false;',
    replace: '',
    tests: STORM,
  },
  {
    name: 'everybody answers at the same moment',
    file: 'src/synthesize/storm-rule.ts',
    find: 'random() * (DELAY_MS.max - DELAY_MS.min)',
    replace: '0 * random()',
    tests: STORM,
  },
  {
    name: 'what is out of reach prolongs an episode',
    file: 'src/synthesize/advisor.ts',
    find: ' || arrival.distanceM > profile.reachM',
    replace: '',
    tests: ADVISOR,
  },
  {
    name: 'advisories whatever the distance',
    file: 'src/synthesize/advisor.ts',
    find: '1 - arrival.distanceM / profile.reachM',
    replace: '1',
    tests: ADVISOR,
  },
  {
    name: 'advisories of what should have been here',
    file: 'src/synthesize/advisor.ts',
    find: 'if (arrival.atMs < nowMs - profile.onsetToleranceS * 1000) return [];',
    replace: '',
    tests: ADVISOR,
  },
  {
    name: 'an advisory for every sighting',
    file: 'src/synthesize/advisor.ts',
    find: 'if (first.length < Math.max(1, episode.toldAt * 2)) return [];',
    replace: '',
    tests: ADVISOR,
  },
  {
    name: 'trust above one makes warnings surer',
    file: 'src/synthesize/advisor.ts',
    find: 'Math.min(1, reputation.weightOf(origin, outcome.coarse[0] ?? 0))',
    replace: 'reputation.weightOf(origin, outcome.coarse[0] ?? 0)',
    tests: ADVISOR,
  },
  {
    name: 'what moves away is warned of',
    file: 'src/synthesize/travel.ts',
    find: '- UPSTREAM_MS) return undefined;',
    replace: '- 1e6 * UPSTREAM_MS) return undefined;',
    tests: ['test/synthesize/travel.test.ts'],
  },
  {
    name: 'the date line parts neighbours',
    file: 'src/synthesize/sighting.ts',
    find: 'if (degreesEast > 180) degreesEast -= 360;',
    replace: '',
    tests: ['test/synthesize/similarity.test.ts', 'test/synthesize/travel.test.ts'],
  },
  {
    name: 'what lies out of reach matches',
    file: 'src/synthesize/sighting.ts',
    find: 'if (apartM > profile.reachM) return false;',
    replace: '',
    tests: ['test/synthesize/sighting.test.ts'],
  },
  {
    name: 'conditions of two domains match',
    file: 'src/synthesize/similarity.ts',
    find: 'if (a.domain !== b.domain) return 0;',
    replace: '',
    tests: SIMILARITY,
  },
  {
    name: 'midnight parts the hours around it',
    file: 'src/synthesize/similarity.ts',
    find: 'isCircular ? Math.min(apart, period - apart) : apart',
    replace: 'isCircular ? apart : apart',
    tests: SIMILARITY,
  },
  {
    name: 'a sensor that learns or is at fault refutes',
    file: 'src/synthesize/answers.ts',
    find: "!states.includes('normal') || ",
    replace: '',
    tests: ANSWERS,
  },
  {
    name: 'a sensor found to err confirms',
    file: 'src/synthesize/answers.ts',
    find: "own ? own.verdict === 'local' || own.verdict === 'fault' : ",
    replace: 'own ? false : ',
    tests: ANSWERS,
  },
  {
    name: 'far stations refute, too',
    file: 'src/synthesize/answers.ts',
    find: 'if (apartM > profile.nearM) return undefined;',
    replace: '',
    tests: ANSWERS,
  },
  {
    name: 'one liar keeps any number of events open',
    file: 'src/synthesize/answers.ts',
    find: ' || ofOrigin >= openEventsPerOriginMax',
    replace: '',
    tests: STORM,
  },
  {
    name: 'one origin pushes out what the others said',
    file: 'src/synthesize/hearsay.ts',
    find: 'ofOrigin.size >= heardPerOriginMax',
    replace: 'ofOrigin.size >= heardPacketsMax',
    tests: HEARSAY,
  },
  {
    name: 'what was said never expires',
    file: 'src/synthesize/hearsay.ts',
    find: 'if (sighting.expiresMs <= nowMs) remove(sighting);',
    replace: 'if (sighting.expiresMs <= 0 * nowMs) remove(sighting);',
    tests: HEARSAY,
  },
  {
    name: 'an origin agrees with itself',
    file: 'src/synthesize/hearsay.ts',
    find: 'origins.set(sighting.origin,',
    replace: 'origins.set(sighting.id,',
    tests: [...HEARSAY, ...STORM],
  },
  {
    name: 'what others say of a packet moves no reputation',
    file: 'src/synthesize/synthesizer.ts',
    find: "if (event) judged(event, side === 1 ? 'confirmed' : 'refuted', nowMs, sighting.origin);",
    replace: '',
    tests: ['test/synthesize/synthesizer.test.ts'],
  },
  {
    name: 'what was answered before a restart is answered again',
    file: 'src/synthesize/synthesizer.ts',
    find: 'else if (sideOf(sighting)) stormRule.note(sighting.evidence);',
    replace: '',
    tests: ['test/synthesize/synthesizer.test.ts'],
  },
  {
    name: 'whoever sees it already is warned of it',
    file: 'src/synthesize/synthesizer.ts',
    find: "|| states.includes('event') ",
    replace: '',
    tests: ['test/synthesize/synthesizer.test.ts', ...ADVISOR],
  },
  {
    name: 'a refutation is as sure as it gets',
    file: 'src/synthesize/basis.ts',
    find: "if (answer.finding === 'refute') return REFUTE_CONFIDENCE;",
    replace: "if (answer.finding === 'refute') return 1;",
    tests: ['test/synthesize/basis.test.ts'],
  },
];
