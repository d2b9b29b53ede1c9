// Mistakes in what programs are answered, and in the client that is shipped for them.
import type { Mutation } from './mutation.ts';

const PROGRAMS = ['test/gateway/local-programs.test.ts'];
const CLIENT = ['test/client/client.test.ts'];

export const CLIENT_MUTATIONS: readonly Mutation[] = [
  {
    name: 'a program may ask as often as it likes',
    file: 'src/gateway/local-programs.ts',
    find: '!pace.tryTake()',
    replace: 'pace.allowance() < -1e9',
    tests: PROGRAMS,
  },
  {
    name: 'requests under way have no cap',
    file: 'src/gateway/local-programs.ts',
    find: 'if (!open.hasRoom(account))',
    replace: 'if (!open.hasRoom(account, -1e9))',
    tests: PROGRAMS,
  },
  {
    name: 'a request that is sent again is done again',
    file: 'src/gateway/local-programs.ts',
    find: 'if (first) {',
    replace: 'if (first && !first.settled) {',
    tests: PROGRAMS,
  },
  {
    name: 'any request of the table is open to programs',
    file: 'src/gateway/local-programs.ts',
    find: '{ ...said, ask: verb }',
    replace: '{ ask: verb, ...said }',
    tests: PROGRAMS,
  },
  {
    name: 'an answer of any size goes out',
    file: 'src/gateway/local-programs.ts',
    find: 'bytes.length <= programAnswerBytesMax',
    replace: 'bytes.length > 0',
    tests: PROGRAMS,
  },
  {
    name: 'programs hear no verdicts',
    file: 'src/gateway/gateway.ts',
    find: '{ ...options, emit, maintenance, ',
    replace: '{ ...options, maintenance, ',
    tests: ['test/gateway/programs.test.ts'],
  },
  {
    name: 'a client takes all places of the socket',
    file: 'src/client/lanes.ts',
    find: 'running >= atOnceMax',
    replace: 'running >= 10 * atOnceMax',
    tests: CLIENT,
  },
  {
    name: 'a deposit that was refused looks taken',
    file: 'src/client/client.ts',
    find: "result?.state === 'accepted' || result?.state === 'waiting'",
    replace: 'result',
    tests: CLIENT,
  },
  {
    name: 'a gateway that is not there gives empty answers',
    file: 'src/client/client.ts',
    find: 'if (found === undefined) throw absent(path);',
    replace: '',
    tests: CLIENT,
  },
];
