// Mistakes in simulated air, sensors and replays.
import type { Mutation } from './mutation.ts';

const ALERTS = ['test/sim/replay-alerts.test.ts'];
const RUN = ['test/sim/replay-run.test.ts'];
const DISTURBED = ['test/sim/replay-disturbance.test.ts'];

export const SIM_MUTATIONS: readonly Mutation[] = [
  {
    name: 'every seed gives the same run',
    file: 'src/sim/random.ts',
    find: 'seed >>> 0',
    replace: '0 * seed',
    tests: ['test/sim/random.test.ts'],
  },
  {
    name: 'smoke is there before its front',
    file: 'src/sim/air.ts',
    find: 'if (age <= 0) return 0;',
    replace: 'if (age <= 0) return peak;',
    tests: ['test/sim/air.test.ts'],
  },
  {
    name: 'the sensor that sticks does not stick',
    file: 'src/sim/demo-world.ts',
    find: 'held ??= now;',
    replace: 'held = now;',
    tests: ['test/sim/demo-world.test.ts'],
  },
  {
    name: 'a gap ends an event as a fault',
    file: 'src/sim/replay-alerts.ts',
    find: 'const EVENT_MS = 24 * GAP_MS;',
    replace: 'const EVENT_MS = 0;',
    tests: ALERTS,
  },
  {
    name: 'a kind is told at every row',
    file: 'src/sim/replay-alerts.ts',
    find: 'sinceMs(kind) < GAP_MS || ',
    replace: '',
    tests: ALERTS,
  },
  {
    name: 'a simulated frame has the wrong sum',
    file: 'src/sim/plantower-frame.ts',
    find: 'total + byte, 0)',
    replace: 'total + byte, 1)',
    tests: ['test/sim/plantower-frame.test.ts'],
  },
  {
    name: 'one verdict alerts twice',
    file: 'src/sim/replay-alerts.ts',
    find: 'events.delete(event.about)',
    replace: 'events.has(event.about)',
    tests: ALERTS,
  },
  {
    name: 'an alert stands at an earlier row',
    file: 'src/sim/replay-alerts.ts',
    find: 'if (current?.timeMs === event.timeMs) place',
    replace: 'if (current) place',
    tests: ALERTS,
  },
  {
    name: 'silence is told at the row that ends it',
    file: 'src/sim/replay-alerts.ts',
    find: 'else if (!isSilence(event)) waiting',
    replace: 'else waiting',
    tests: ALERTS,
  },
  {
    name: 'alone, gateways hear each other all the same',
    file: 'src/sim/replay-run.ts',
    find: 'alone ? [] : neighboursOf(places)',
    replace: 'neighboursOf(places)',
    tests: RUN,
  },
  {
    name: 'a gateway hears what is sent before its recording begins',
    file: 'src/sim/replay-gateway.ts',
    find: 'isOn() && !disturbance',
    replace: '!disturbance',
    tests: RUN,
  },
  {
    name: 'a replay differs from run to run',
    file: 'src/sim/replay-gateway.ts',
    find: "seededRandom(seedOf('random', id).readUInt32BE())",
    replace: 'Math.random',
    tests: RUN,
  },
  {
    name: 'time does not pass between rows',
    file: 'src/sim/replay-run.ts',
    find: 'await passIdle(world, momentMs, nextMoment(recordings));',
    replace: '',
    tests: RUN,
  },
  {
    name: 'groups of stations far apart are not linked',
    file: 'src/sim/replay-neighbours.ts',
    find: 'link(index, (index + 1) % places.length);',
    replace: '',
    tests: ['test/sim/replay-neighbours.test.ts'],
  },
  {
    name: 'the first verdict on a packet holds for all packets',
    file: 'src/sim/replay-verification.ts',
    find: "packet.bytes.toString('latin1')",
    replace: "packet.kid.toString('latin1')",
    tests: ['test/sim/replay-verification.test.ts'],
  },
  {
    name: 'an insider is only measured, and tells the truth',
    file: 'src/sim/replay-disturbance.ts',
    find: 'if (!isOwn) return',
    replace: 'if (parsed.ok) return',
    tests: DISTURBED,
  },
  {
    name: 'an insider says nothing unasked',
    file: 'src/sim/replay-run.ts',
    find: 'gateways[index]!.speak?.()',
    replace: 'gateways[index]',
    tests: DISTURBED,
  },
  {
    name: 'what an insider says has one sequence',
    file: 'src/sim/replay-disturbance.ts',
    find: 'sequences[key]!++',
    replace: 'sequences[key]!',
    tests: DISTURBED,
  },
  {
    name: 'a lost packet arrives',
    file: 'src/sim/replay-gateway.ts',
    find: '!disturbance?.isLost?.(id, arrival.bytes)',
    replace: 'true',
    tests: DISTURBED,
  },
  {
    name: 'every clock of a replay is set',
    file: 'src/sim/replay-gateway.ts',
    find: 'quality: () => quality',
    replace: 'quality: () => 2',
    tests: DISTURBED,
  },
];
