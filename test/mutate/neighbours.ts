// Mistakes in what is told of neighbours that do not hear each other, and of a time that is not known.
import type { Mutation } from './mutation.ts';

const NEIGHBOURS = ['test/gateway/neighbours.test.ts'];
const KNOCKS = ['test/route/session/knocks.test.ts'];
const TIME = ['test/gateway/time-keeper.test.ts'];

export const NEIGHBOUR_MUTATIONS: readonly Mutation[] = [
  {
    name: 'a neighbour that never answers is not told',
    file: 'src/gateway/neighbour-rows.ts',
    find: 'waitedMs >= SILENCE_MS',
    replace: 'waitedMs < 0',
    tests: NEIGHBOURS,
  },
  {
    name: 'another key on the link to a neighbour is not seen',
    file: 'src/gateway/neighbour-rows.ts',
    find: '>= SETTLE_MS ? other : undefined',
    replace: '< 0 ? other : undefined',
    tests: NEIGHBOURS,
  },
  {
    name: 'who knocks as a neighbour is told a second time as a stranger',
    file: 'src/gateway/neighbour-rows.ts',
    find: 'if (keys.has(idOf(knock.key))) knocking.delete(knock);',
    replace: 'if (ofIt.includes(knock)) knocking.delete(knock);',
    tests: NEIGHBOURS,
  },
  {
    name: 'what is wrong with a neighbour is told at each tick',
    file: 'src/gateway/neighbours.ts',
    find: '< TOLD_MS) return;',
    replace: '< 0) return;',
    tests: NEIGHBOURS,
  },
  {
    name: 'who is taken for another says nothing to who does',
    file: 'src/route/session/peers.ts',
    find: 'if (table.enter(peer, via)) handshake.begin(peer, [via]);',
    replace: '',
    tests: NEIGHBOURS,
  },
  {
    name: 'a frame for another gateway is not looked at',
    file: 'src/route/router.ts',
    find: 'delivery?.astray(from);',
    replace: '',
    tests: NEIGHBOURS,
  },
  {
    name: 'a stranger knocks with an announcement that another made',
    file: 'src/route/session/knocks.ts',
    find: 'if (!to && !seals.link(key)?.isAuthentic(sealed)) return undefined;',
    replace: '',
    tests: KNOCKS,
  },
  {
    name: 'invented keys are looked at without a limit',
    file: 'src/route/session/knocks.ts',
    find: '|| !paces(via.id, { burst: knocksBurst, perS: knocksPerS }).tryTake()',
    replace: '',
    tests: KNOCKS,
  },
  {
    name: 'who lacks a key is told each time it says so',
    file: 'src/route/custody/refusals.ts',
    find: '< WARNED_MS) return;',
    replace: '< 0) return;',
    tests: ['test/route/custody/refusals.test.ts'],
  },
  {
    name: 'a verified packet of a neighbour does not count as heard',
    file: 'src/route/custody/holding.ts',
    find: 'if (origin?.session) origin.heardMs = clock.now();',
    replace: '',
    tests: ['test/route/custody/delivery.test.ts'],
  },
  {
    name: 'a time server has no time to answer before a warning',
    file: 'src/gateway/time-problem.ts',
    find: 'if (clock.quality() > 0 || isPatient) return undefined;',
    replace: 'if (clock.quality() > 0) return undefined;',
    tests: TIME,
  },
  {
    name: 'a clock without battery is not called one',
    file: 'src/gateway/time-problem.ts',
    find: 'nowMs < Math.max(floorMs, timeMsMin)',
    replace: 'nowMs < floorMs',
    tests: TIME,
  },
  {
    name: 'a clock that begins in 2000 is believed when it is vouched for',
    file: 'src/cli/run.ts',
    find: 'Math.max(floorMs(), timeMsMin)',
    replace: 'floorMs()',
    tests: ['test/cli/clock.test.ts'],
  },
  {
    name: 'the kernel is asked every ten minutes while packets wait for the time',
    file: 'src/gateway/system-clock.ts',
    find: 'quality === 0 || ',
    replace: '',
    tests: ['test/gateway/system-clock.test.ts'],
  },
];
