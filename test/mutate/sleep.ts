// Mistakes in what is known of sensors that are not heard: their sleep, their faults, why nothing comes, what is told of it.
import type { Mutation } from './mutation.ts';

const SLEEPER = ['test/detect/sleeper.test.ts'];
const HEARD = ['test/sense/serial/hearing.test.ts'];
const HEARING = 'src/sense/serial/hearing.ts';
const TOPICS = ['test/gateway/wrong-topic.test.ts'];
const SLEEP = 'src/core/regular-sleep.ts';

const mistake = (
  name: string,
  file: string,
  [find, replace]: [string, string],
  tests: readonly string[],
): Mutation => ({ name, file, find, replace, tests });

export const SLEEP_MUTATIONS: readonly Mutation[] = [
  mistake('one gap is a rhythm', SLEEP, ['const RHYTHM = 2;', 'const RHYTHM = 1;'], SLEEPER),
  mistake('gaps far apart are a rhythm', SLEEP, ['seen > 0 && isNear && isLike', 'seen > 0 && isLike'], SLEEPER),
  mistake(
    'a sleeper that stays awake is still waited for',
    SLEEP,
    [' && aliveMs - wokeMs <= AWAKE * longestMs', ''],
    SLEEPER,
  ),
  mistake(
    'one outage takes the rhythm away',
    SLEEP,
    ['else if (isNear && seen === RHYTHM_MAX)', 'else if (isNear && seen > 9)'],
    SLEEPER,
  ),
  mistake(
    'each regular sleep is a gap',
    'src/detect/norm.ts',
    ['Math.max(gapMs(health, tuning), silenceMsMax)', 'gapMs(health, tuning)'],
    SLEEPER,
  ),
  mistake(
    'what was learned by the version before is thrown away',
    'src/detect/channel-state.ts',
    ['saved.version === 2', 'saved.version === 0'],
    ['test/detect/state.test.ts'],
  ),
  mistake(
    'an operator may allow less than a sensor needs',
    'src/detect/watch.ts',
    ['silentIntervals: CONFIGURED_INTERVALS', 'silentIntervals: 0'],
    ['test/detect/watch.test.ts'],
  ),
  mistake(
    'a sleep is forgotten when the port is opened anew',
    'src/sense/serial/serial-source.ts',
    ['if (!wasSilent) for (', 'for ('],
    ['test/sense/serial/silence-reason.test.ts'],
  ),
  mistake(
    'a sensor that sleeps is told in each of its sleeps',
    HEARING,
    ['Math.max(silenceMs, (rhythm && asleepMs(rhythm, silenceMs)) ?? 0)', 'silenceMs'],
    HEARD,
  ),
  mistake('bytes that are not understood pile up', HEARING, ['.subarray(-sampleBytesMax)', ''], HEARD),
  mistake('one that is silent is told early again and again', HEARING, ['!wasSilent && firstMs', 'firstMs'], HEARD),
  mistake(
    'what is dropped at another baud rate is told frame for frame',
    'src/observe/log-level.ts',
    ["if (event.type === 'frame_dropped' && event.early) return 'debug';", ''],
    ['test/gateway/silent-port.test.ts'],
  ),
  mistake(
    'what is dropped is never told',
    HEARING,
    ["event.type === 'frame_dropped' && !hearing().isHeard", "event.type === 'frame_dropped'"],
    ['test/gateway/silent-port.test.ts'],
  ),
  mistake(
    'time signals that waited in a buffer are believed',
    'src/core/referenced-clock.ts',
    ['(isKnown() ? WINDOW_MS : STEADY_MS)', '(isKnown() ? WINDOW_MS : 0)'],
    ['test/core/referenced-clock.test.ts'],
  ),
  mistake(
    'late time signals take the time away',
    'src/core/referenced-clock.ts',
    ['if (lateMs < 0) forget();', 'forget();'],
    ['test/core/referenced-clock.test.ts'],
  ),
  mistake(
    'topics that are seen pile up',
    'src/sense/mqtt/unheard-topic.ts',
    ['seen.size < seenTopicsMax && ', ''],
    TOPICS,
  ),
  mistake(
    'a sensor that is heard is told as unheard',
    'src/sense/mqtt/mqtt-source.ts',
    ['topics.heard();', ''],
    TOPICS,
  ),
  mistake(
    'the authority of a broker elsewhere is not handed on',
    'src/sense/mqtt/elsewhere.ts',
    ['...(ca === undefined ? {} : { ca }),', ''],
    TOPICS,
  ),
  mistake(
    'why nothing comes is forgotten when the port is opened again',
    'src/gateway/sensor-states.ts',
    ["if (one.problem?.state === 'missing') one.problem", 'one.problem'],
    ['test/gateway/sensor-states.test.ts'],
  ),
];
