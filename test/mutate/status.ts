// Mistakes in what is told of how a gateway does.
import type { Mutation } from './mutation.ts';

const HEALTH = ['test/observe/health.test.ts'];
const SCREEN = ['test/cli/status-screen.test.ts'];

export const STATUS_MUTATIONS: readonly Mutation[] = [
  {
    name: 'a status that is degraded exits 0',
    file: 'src/cli/status.ts',
    find: "return state === 'ok' ? 0 : 1;",
    replace: "return state === 'down' ? 1 : 0;",
    tests: ['test/cli/status-live.test.ts'],
  },
  {
    name: 'a device that never spoke is well for ever',
    file: 'src/observe/health.ts',
    find: "state === 'waiting' && uptimeMs > PATIENCE_MS",
    replace: "state === 'waiting' && uptimeMs < 0",
    tests: HEALTH,
  },
  {
    name: 'a link that comes back at once is a problem',
    file: 'src/observe/health.ts',
    find: '(downMs ?? 0) > PATIENCE_MS',
    replace: 'downMs !== undefined',
    tests: HEALTH,
  },
  {
    name: 'a bridge that is there is a sensor from which nothing comes',
    file: 'src/gateway/sensor-states.ts',
    find: "if (one.behind !== '' && !hasNews(one)) return [];",
    replace: '',
    tests: ['test/gateway/sensor-states.test.ts'],
  },
  {
    name: 'a copied card is not told where it dials',
    file: 'src/gateway/neighbour-rows.ts',
    find: '(link?.cuts ?? 0) >= CUTS',
    replace: '(link?.cuts ?? 0) < 0',
    tests: ['test/gateway/neighbours.test.ts'],
  },
  {
    name: 'a copied card is not told at the broker',
    file: 'src/route/mqtt/broker-session.ts',
    find: 'taken.length < TAKEN_TOLD',
    replace: 'taken.length < Infinity',
    tests: ['test/route/mqtt/broker.test.ts'],
  },
  {
    name: 'links that are cut soon are not counted',
    file: 'src/route/mqtt/mesh.ts',
    find: 'keeping.cuts = lastedMs() < WHOLE_MS ?',
    replace: 'keeping.cuts = lastedMs() < 0 ?',
    tests: ['test/route/mqtt/mesh.test.ts'],
  },
  {
    name: 'an unfit value is shown as the last good one',
    file: 'src/observe/latest-readings.ts',
    find: 'if (!(reading.quality & UNFIT)) latest.good = reading;',
    replace: 'latest.good = reading;',
    tests: ['test/observe/latest-readings.test.ts'],
  },
  {
    name: 'each attempt of a link begins its outage anew',
    file: 'src/observe/link-outages.ts',
    find: ' && downSinceMs.get(event.link) === undefined)',
    replace: ')',
    tests: ['test/observe/link-outages.test.ts'],
  },
  {
    name: 'conclusions are kept without end',
    file: 'src/observe/conclusions.ts',
    find: '.slice(0, shownConclusionsMax)',
    replace: '',
    tests: ['test/observe/conclusions.test.ts'],
  },
  {
    name: 'verdicts of before a restart are not shown',
    file: 'src/gateway/status.ts',
    find: 'conclusions.latest(store.verdicts)',
    replace: 'conclusions.latest([])',
    tests: ['test/cli/status-live.test.ts'],
  },
  {
    name: 'a sensor that is being cleaned is in trouble',
    file: 'src/gateway/status.ts',
    find: 'judgedSensor(attended(sensor, gateway), upMs)',
    replace: 'judgedSensor(sensor, upMs)',
    tests: ['test/cli/status-live.test.ts'],
  },
  {
    name: 'notes of the counters are kept for longer than a day',
    file: 'src/observe/day-tally.ts',
    find: 'if (notes.length > HOURS) notes.shift();',
    replace: '',
    tests: ['test/observe/day-tally.test.ts'],
  },
  {
    name: 'what is in trouble stands where it is configured, after what is well',
    file: 'src/cli/status-rows.ts',
    find: '[...rows.filter(({ trouble }) => trouble), ...rows.filter(({ trouble }) => !trouble)]',
    replace: '[...rows]',
    tests: SCREEN,
  },
  {
    name: 'a line of the screen is not made plain',
    file: 'src/cli/status-screen.ts',
    find: 'lines.map(plainLine)',
    replace: 'lines',
    tests: ['test/cli/hostile-text.test.ts'],
  },
];
