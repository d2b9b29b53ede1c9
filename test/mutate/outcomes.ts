// Mistakes in what is deposited, held, asked for and brought by neighbours.
import type { Mutation } from './mutation.ts';

const HELD = ['test/synthesize/held/held.test.ts'];
const LIST_MATCH = ['test/synthesize/held/list-match.test.ts'];
const DEPOSITS = ['test/gateway/deposits.test.ts'];
const RARE = ['test/store/rare-packets.test.ts'];
const QUERY = ['test/route/query/query.test.ts'];
const LINKS = ['test/conformance/outcomes.test.ts'];

export const OUTCOME_MUTATIONS: readonly Mutation[] = [
  {
    name: 'neighbours are asked at the own address alone',
    file: 'src/gateway/neighbour-questions.ts',
    find: 'return delivery.ask([question, ...others.map(',
    replace: 'return delivery.ask([question, ...others.slice(4).map(',
    tests: ['test/gateway/neighbour-questions.test.ts'],
  },
  {
    name: 'an effect that was not stated is 0',
    file: 'src/distill/deposit.ts',
    find: 'outcome.observed === 0 && outcome.spread === 0 ? null :',
    replace: '',
    tests: ['test/distill/deposit.test.ts'],
  },
  {
    name: 'words that were told are forgotten with the process',
    file: 'src/distill/words.ts',
    find: 'note(saved);',
    replace: 'saved.at(0);',
    tests: ['test/gateway/told-words.test.ts'],
  },
  {
    name: 'a search stops before enough was found',
    file: 'src/synthesize/held/held.ts',
    find: 'found < Math.max(1, enough))',
    replace: 'found < 1)',
    tests: HELD,
  },
  {
    name: 'what might still be among the best is passed over',
    file: 'src/synthesize/held/held.ts',
    find: 'if (found >= enough && merit < best.floor) continue;',
    replace: 'if (merit < best.floor) continue;',
    tests: HELD,
  },
  {
    name: 'what was pushed past a hole is lost',
    file: 'src/synthesize/held/tuple-table.ts',
    find: 'if (((at - home) & mask) < ((at - hole) & mask)) continue;',
    replace: 'if (((at - home) & mask) >= 0) continue;',
    tests: HELD,
  },
  {
    name: 'one origin fills a pool',
    file: 'src/synthesize/held/selection.ts',
    find: 'if (count < this.#perOrigin) return true;',
    replace: 'if (count >= 0) return true;',
    tests: HELD,
  },
  {
    name: 'an idle gateway saves up turns for deposits',
    file: 'src/gateway/deposits.ts',
    find: 'if (pace.allowance() < 1) return;',
    replace: '',
    tests: DEPOSITS,
  },
  {
    name: 'whoever deposits in the first seconds is promised its turn at once',
    file: 'src/gateway/deposits.ts',
    find: 'return Math.ceil(settleMs / 1000) + position;',
    replace: 'return position;',
    tests: DEPOSITS,
  },
  {
    name: 'a confidence a little over 1 becomes one percent',
    file: 'src/distill/deposit.ts',
    find: 'const PERCENT_FROM = 2;',
    replace: 'const PERCENT_FROM = 1.0000001;',
    tests: ['test/distill/deposit.test.ts'],
  },
  {
    name: 'lists: only what is wanted itself is in the table',
    file: 'src/synthesize/held/list-match.ts',
    find: 'new Set([...stated, ...akin])',
    replace: 'new Set(stated)',
    tests: LIST_MATCH,
  },
  {
    name: 'lists: what is left over there counts as different',
    file: 'src/synthesize/held/list-match.ts',
    find: '(isLeft ? NOT_STATED : best)',
    replace: 'best',
    tests: LIST_MATCH,
  },
  {
    name: 'a deposit that was issued waits on',
    file: 'src/gateway/deposits.ts',
    find: 'offer(made, () => store.deposits.remove(n))',
    replace: 'offer(made, () => {})',
    tests: DEPOSITS,
  },
  {
    name: 'deposits take the turns of conclusions',
    file: 'src/outbox.ts',
    find: 'nextTurn(conclusionTurnsKept)',
    replace: 'nextTurn()',
    tests: DEPOSITS,
  },
  {
    name: 'more wait than there is room for',
    file: 'src/gateway/deposits.ts',
    find: 'let room = depositsWaitingMax - waiting;',
    replace: 'let room = 2 * depositsWaitingMax - waiting;',
    tests: DEPOSITS,
  },
  {
    name: 'what is rare gives way to what is common',
    file: 'src/store/packet-room.ts',
    find: 'const rare = rarePackets(rows, caps.stored);',
    replace: 'const rare = rarePackets([], caps.stored);',
    tests: RARE,
  },
  {
    name: 'whoever invents conditions keeps all of them',
    file: 'src/store/rare-packets.ts',
    find: 'if (one.isOwn || count >= originMax) continue;',
    replace: 'if (one.isOwn || count >= 64 * originMax) continue;',
    tests: RARE,
  },
  {
    name: 'a neighbour brings more than it was asked for',
    file: 'src/route/query/asking.ts',
    find: 'if (!one || room === undefined || packets.length > room)',
    replace: 'if (!one || room === undefined)',
    tests: QUERY,
  },
  {
    name: 'whoever asks without end is answered',
    file: 'src/route/query/answering.ts',
    find: "if (!isPaidFor(peer)) return 'rate';",
    replace: 'isPaidFor(peer);',
    tests: QUERY,
  },
  {
    name: 'a question at another address is answered',
    file: 'src/route/query/answering.ts',
    find: 'if (!frame.address?.equals(address(question, community)))',
    replace: 'if (!frame.address)',
    tests: QUERY,
  },
  {
    name: 'what comes by a RESULT is not checked as an arrival is',
    file: 'src/gateway/custody.ts',
    find: 'const questions = { answersTo, take,',
    replace: 'const questions = { answersTo, take: async () => {},',
    tests: LINKS,
  },
];
