// Mistakes in the three elections: what is kept, whose claims count, which similarity function answers.
import type { Mutation } from './mutation.ts';

const ELECTION = ['test/synthesize/election/election.test.ts'];
const COMPETITION = ['test/synthesize/election/competition.test.ts'];
const WORLD = ['test/synthesize/election/world.test.ts'];

const GATEWAY = ['test/gateway/elections.test.ts'];
const WORTH = ['test/store/worth.test.ts'];

export const ELECTION_MUTATIONS: readonly Mutation[] = [
  {
    name: 'what came makes nothing worth more or less',
    file: 'src/synthesize/election/curation.ts',
    find: 'if (!entry) return 1;',
    replace: 'if (entry || !entry) return 1;',
    tests: ELECTION,
  },
  {
    name: 'what is kept does not depend on what came',
    file: 'src/synthesize/election/election.ts',
    find: 'curation.worthOf(id) * standings.creditOf(origin)',
    replace: '1 + 0 * curation.worthOf(id) * standings.creditOf(origin)',
    tests: WORLD,
  },
  {
    name: 'answers stand in the order of what they promise',
    file: 'src/synthesize/election/election.ts',
    find: 'trustOf(claim) * curation.worthOf(claim.id),',
    replace: '1 + 0 * trustOf(claim) * curation.worthOf(claim.id),',
    tests: WORLD,
  },
  {
    name: 'an action keeps its weight whatever came of it',
    file: 'src/synthesize/election/methods.ts',
    find: 'if (one.action !== action) continue;',
    replace: 'if (one.action !== action || all > 0) continue;',
    tests: WORLD,
  },
  {
    name: 'similarity functions learn nothing',
    file: 'src/synthesize/election/competition.ts',
    find: 'const rate = rateOf(names.length);',
    replace: 'const rate = 0 * rateOf(names.length);',
    tests: WORLD,
  },
  {
    name: 'the loser is out for ever',
    file: 'src/synthesize/election/competition.ts',
    find: '(1 - SHARE) * rival.weight + SHARE / rivals.length',
    replace: 'rival.weight',
    tests: COMPETITION,
  },
  {
    name: 'the loser is still used now and then',
    file: 'src/synthesize/election/competition.ts',
    find: 'usedMin: 0.05',
    replace: 'usedMin: 0',
    tests: COMPETITION,
  },
  {
    name: 'who foretold more than a report can tell has erred',
    file: 'src/synthesize/election/open-advice.ts',
    find: '(share === 1 && beyond >= 0)',
    replace: '(share === 2 && beyond >= 0)',
    tests: COMPETITION,
  },
  {
    name: 'keys that have proven nothing report',
    file: 'src/synthesize/election/standings.ts',
    find: 'weight < CLAIM.provenReputationMin ? 0',
    replace: 'weight < 0 ? 0',
    tests: ELECTION,
  },
  {
    name: 'an origin keeps its word whatever came of its claims',
    file: 'src/synthesize/election/standings.ts',
    find: 'if (voice === 0 || origin === own) return;',
    replace: 'if (voice >= 0 || origin === own) return;',
    tests: ELECTION,
  },
  {
    name: 'what others tell outweighs what we saw',
    file: 'src/synthesize/election/standings.ts',
    find: 'heardMax: 4',
    replace: 'heardMax: 400',
    tests: ELECTION,
  },
  {
    name: 'who copies our report is judged by it',
    file: 'src/synthesize/election/curation.ts',
    find: 'entry && entry.own.count === 0 ?',
    replace: 'entry ?',
    tests: ELECTION,
  },
  {
    name: 'what came of outcomes is not heard',
    file: 'src/agent.ts',
    find: 'if (outcome.finding === FINDING.verdict) parts',
    replace: 'if (outcome.finding === FINDING.refute) parts',
    tests: GATEWAY,
  },
  {
    name: 'what came of outcomes is forgotten at a restart',
    file: 'src/gateway/core.ts',
    find: "saved: savedJson<SavedElections>(store, 'elections'),",
    replace: "saved: savedJson<SavedElections>(store, 'disk_probe'),",
    tests: GATEWAY,
  },
  {
    name: 'answers stand in the order of their claims',
    file: 'src/gateway/questions.ts',
    find: 'meritOf(packet) * orderOf(packet)',
    replace: 'meritOf(packet) + 0 * orderOf(packet)',
    tests: GATEWAY,
  },
  {
    name: 'a rare finding is pushed out by better claims from further away',
    file: 'src/synthesize/held/held.ts',
    find: 'if (step === 0 && question.isNearestFirst) nearest',
    replace: 'if (step < 0) nearest',
    tests: ['test/synthesize/election/rare-finding.test.ts'],
  },
  {
    name: 'what did not come stays as long as anything',
    file: 'src/store/packet-room.ts',
    find: 'worthOf(a) - worthOf(b)',
    replace: '0 * (worthOf(a) - worthOf(b))',
    tests: WORTH,
  },
  {
    name: 'what came is sent no sooner',
    file: 'src/store/debts.ts',
    find: 'packet.score * worthOf(packet)',
    replace: 'packet.score + 0 * worthOf(packet)',
    tests: WORTH,
  },
];
