// Mistakes in what an operator, a program and systemd are told.
import type { Mutation } from './mutation.ts';

const BUS = ['test/observe/event-bus.test.ts'];
const LOG = ['test/observe/log-line.test.ts'];
const NOTIFY = ['test/observe/notify.test.ts'];
const STATUS = ['test/observe/status-socket.test.ts'];

export const OBSERVE_MUTATIONS: readonly Mutation[] = [
  {
    name: 'control characters reach the log',
    file: 'src/observe/log-line.ts',
    find: 'write(plainLine(line))',
    replace: 'write(line)',
    tests: LOG,
  },
  {
    name: 'what repeats is told every time',
    file: 'src/observe/line-limit.ts',
    find: 'Math.abs(nowMs - sinceMs) >= REPEAT_MS',
    replace: 'Math.abs(nowMs - sinceMs) >= 0',
    tests: LOG,
  },
  {
    name: 'a clock that is set back silences the log',
    file: 'src/observe/line-limit.ts',
    find: 'Math.abs(nowMs - sinceMs) >= REPEAT_MS',
    replace: 'nowMs - sinceMs >= REPEAT_MS',
    tests: LOG,
  },
  {
    name: 'lines of one kind have no cap',
    file: 'src/observe/line-limit.ts',
    find: 'minute.lines < logLinesPerKindMax',
    replace: 'minute.lines < Infinity',
    tests: LOG,
  },
  {
    name: 'numbers that others choose make a line a new one',
    file: 'src/observe/line-limit.ts',
    find: "said.replaceAll(/\\d+/g, '#')",
    replace: 'said',
    tests: LOG,
  },
  {
    name: 'lines below the level are written',
    file: 'src/observe/log-line.ts',
    find: 'if (RANK[own] < RANK[level]) return;',
    replace: '',
    tests: LOG,
  },
  {
    name: 'drops are counted without their reason',
    file: 'src/observe/counters.ts',
    find: "case 'packet_dropped':",
    replace: '',
    tests: ['test/observe/counters.test.ts'],
  },
  {
    name: 'the watchdog is pinged by a gateway that is not healthy',
    file: 'src/observe/notify.ts',
    find: 'if (isWell === true || (await isWell)) void send',
    replace: 'void send',
    tests: NOTIFY,
  },
  {
    name: 'a line break in the status begins another assignment',
    file: 'src/observe/notify.ts',
    find: ".replaceAll(/\\s+/g, ' ')",
    replace: '',
    tests: NOTIFY,
  },
  {
    name: 'a ping comes as late as the watchdog',
    file: 'src/observe/notify.ts',
    find: 'return periodMs / 2;',
    replace: 'return 2 * periodMs;',
    tests: NOTIFY,
  },
  {
    name: 'anybody may connect to the status socket',
    file: 'src/observe/status-socket.ts',
    find: 'process.umask(0o177)',
    replace: 'process.umask(0o000)',
    tests: STATUS,
  },
  {
    name: 'a second gateway takes the socket of the first',
    file: 'src/observe/status-socket.ts',
    find: 'if (answer !== undefined) {',
    replace: "if (answer === '') {",
    tests: STATUS,
  },
  {
    name: 'a file that has the name of the socket is removed',
    file: 'src/observe/status-socket.ts',
    find: 'if (!there.isSocket()) throw',
    replace: 'if (there.isDirectory()) throw',
    tests: STATUS,
  },
  {
    name: 'channels shown without end',
    file: 'src/observe/latest-readings.ts',
    find: 'readings.size < judgedChannelsMax || ',
    replace: 'readings.size < Infinity || ',
    tests: ['test/observe/latest-readings.test.ts'],
  },
  {
    name: 'flagged readings are counted for one bit only',
    file: 'src/observe/quality-tally.ts',
    find: 'if (quality & bit) flagged[index]!++;',
    replace: 'if (quality === bit) flagged[index]!++;',
    tests: ['test/observe/quality-tally.test.ts'],
  },
  {
    name: 'devices that say they are there, without end',
    file: 'src/observe/availability.ts',
    find: 'if (states.size >= channelsMax && !states.has(sensor)) return false;',
    replace: '',
    tests: ['test/observe/availability.test.ts'],
  },
  {
    name: 'what has not happened yet is shown as 1970',
    file: 'src/observe/report.ts',
    find: 'member === 0 ? null : ',
    replace: '',
    tests: ['test/observe/report.test.ts', 'test/cli/status.test.ts'],
  },
  {
    name: 'a reader that stalls fills the memory with events',
    file: 'src/observe/event-queue.ts',
    find: 'items.length > eventsMax || heldBytes > bytesMax',
    replace: 'heldBytes > bytesMax',
    tests: BUS,
  },
  {
    name: 'a reader that stalls fills the memory with long events',
    file: 'src/observe/event-queue.ts',
    find: 'items.length > eventsMax || heldBytes > bytesMax',
    replace: 'items.length > eventsMax',
    tests: BUS,
  },
  {
    name: 'a reader is not told what it missed',
    file: 'src/observe/event-queue.ts',
    find: "return { type: 'events_missed', count, timeMs };",
    replace: 'return take() ?? (count > timeMs ? next() : undefined);',
    tests: BUS,
  },
  {
    name: 'a listener that fails keeps events from the others',
    file: 'src/observe/event-bus.ts',
    find: 'thrown.push([listener, error]);',
    replace: 'throw error;',
    tests: BUS,
  },
  {
    name: 'the status socket stands in a folder that others can write',
    file: 'src/observe/status-socket.ts',
    find: 'checkFolder(path);',
    replace: '',
    tests: STATUS,
  },
];
