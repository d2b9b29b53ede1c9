// Mistakes in what is passed on when and to whom, and in who owes for what several heard.
import type { Mutation } from './mutation.ts';

const RELAYS = ['test/route/relaying.test.ts'];
const OWING = ['test/route/custody/owing.test.ts'];

export const RELAYING_MUTATIONS: readonly Mutation[] = [
  {
    name: 'what three brought is passed on to all once more',
    file: 'src/route/relaying.ts',
    find: 'isLeft && ways.length < relayCopiesMax',
    replace: 'isLeft',
    tests: RELAYS,
  },
  {
    name: 'a second copy changes nothing',
    file: 'src/route/relaying.ts',
    find: 'const isHeardAround = ways.length > 1;',
    replace: 'const isHeardAround = ways.length > 99;',
    tests: RELAYS,
  },
  {
    name: 'who did not have it is taken to have it for ever',
    file: 'src/route/relaying.ts',
    find: 'for (const nodeId of owing) elsewhere.forget(origin, nodeId);',
    replace: '',
    tests: RELAYS,
  },
  {
    name: 'a nearer copy is not passed on to who has the packet',
    file: 'src/route/relaying.ts',
    find: 'if (!entry || entry.isPublished) return passOn(parts, relay);',
    replace: 'if (!entry || entry.isPublished) return;',
    tests: RELAYS,
  },
  {
    name: 'on a shared broker everybody owes everybody',
    file: 'src/route/custody/owing.ts',
    find: 'if (giver || !via.reachesAll) return [];',
    replace: 'if (giver || via) return [];',
    tests: OWING,
  },
  {
    name: 'clients of our own broker are taken to hear each other',
    file: 'src/route/custody/owing.ts',
    find: 'if (giver || !via.reachesAll) return [];',
    replace: 'if (giver) return [];',
    tests: OWING,
  },
  {
    name: 'an original that anybody played suppresses custody',
    file: 'src/route/custody/owing.ts',
    find: '(hops > 0 || isOriginThere)',
    replace: '(hops >= 0 || isOriginThere)',
    tests: OWING,
  },
];
