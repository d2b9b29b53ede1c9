// Mistakes in what opens an agent and drives it.
import type { Mutation } from './mutation.ts';

const GATEWAY = ['test/gateway/gateway.test.ts'];
const DATA_FOLDER = ['test/gateway/data-folder.test.ts'];
const MEMORY = ['test/gateway/memory.test.ts'];

export const GATEWAY_MUTATIONS: readonly Mutation[] = [
  {
    name: 'a key older than its database is taken for a new one',
    file: 'src/gateway/data-folder.ts',
    find: 'const keyIsNew = !existsSync(path) &&',
    replace: 'const keyIsNew = true ||',
    tests: DATA_FOLDER,
  },
  {
    name: 'a key that systemd hands over is taken for a new one',
    file: 'src/gateway/data-folder.ts',
    find: ' && !(credential && existsSync(credential))',
    replace: '',
    tests: DATA_FOLDER,
  },
  {
    name: 'a clock behind the floor is believed',
    file: 'src/gateway/system-clock.ts',
    find: 'Date.now() < floorMs() ? 0 : quality',
    replace: 'quality',
    tests: ['test/gateway/system-clock.test.ts'],
  },
  {
    name: 'a clock that lost its synchronisation still has it',
    file: 'src/gateway/system-clock.ts',
    find: 'else if (quality === 2) quality = 1;',
    replace: '',
    tests: ['test/gateway/system-clock.test.ts'],
  },
  {
    name: 'housekeeping does not raise the time floor',
    file: 'src/gateway/gateway.ts',
    find: 'if (clock.quality() === 2) store.commitNow(() => store.raiseTimeFloor(nowMs));',
    replace: '',
    tests: ['test/gateway/housekeeping.test.ts'],
  },
  {
    name: 'a clock that was never set raises the time floor',
    file: 'src/gateway/gateway.ts',
    find: 'if (clock.quality() === 2) store.commitNow(',
    replace: 'store.commitNow(',
    tests: ['test/gateway/housekeeping.test.ts'],
  },
  {
    name: 'housekeeping leaves custody alone',
    file: 'src/gateway/gateway.ts',
    find: 'store.commitNow(() => store.custody.shed(nowMs))',
    replace: '{ expired: 0, shed: 0 }',
    tests: ['test/gateway/housekeeping.test.ts'],
  },
  {
    name: 'housekeeping removes no expired packets',
    file: 'src/gateway/gateway.ts',
    find: 'const packets = store.prune(nowMs);',
    replace: 'const packets = 0;',
    tests: ['test/gateway/housekeeping.test.ts'],
  },
  {
    name: 'what was learned is lost at a stop',
    file: 'src/gateway/gateway.ts',
    find: 'clearInterval(timer);\n    core.save();',
    replace: 'clearInterval(timer);',
    tests: GATEWAY,
  },
  {
    name: 'keys that announced themselves are believed where nobody may',
    file: 'src/gateway/memory.ts',
    find: "if (config.membership === 'open') for (",
    replace: 'for (',
    tests: MEMORY,
  },
  {
    name: 'packets of keys that were taken away still count after a restart',
    file: 'src/gateway/memory.ts',
    find: '!key || !keyring.candidates(key.kid).some((known) => known.bytes.equals(origin))) continue;',
    replace: '!key) continue;',
    tests: MEMORY,
  },
  {
    name: 'sensors that left the configuration are silent for ever',
    file: 'src/gateway/memory.ts',
    find: 'sensors.has(configured) && (',
    replace: '(',
    tests: MEMORY,
  },
  {
    name: 'a state that cannot be read ends the gateway',
    file: 'src/gateway/memory.ts',
    find: '} catch {\n    return undefined;',
    replace: '} catch (error) {\n    throw error;',
    tests: MEMORY,
  },
  {
    name: 'a sensor is put to sleep before it is warm',
    file: 'src/gateway/sensor.ts',
    find: 'dutyCycle.onS <= profile.warmUpS',
    replace: 'dutyCycle.onS < profile.warmUpS',
    tests: ['test/gateway/sources.test.ts', 'test/config/sensors.test.ts', 'test/cli/config.test.ts'],
  },
  {
    name: 'two devices of one address share a bus',
    file: 'src/gateway/sensor.ts',
    find: 'if (twin !== undefined) refuse(',
    replace: 'if (twin === sensor) refuse(',
    tests: ['test/gateway/sources.test.ts', 'test/cli/config.test.ts'],
  },
  {
    name: 'what the operator chose to watch is left out',
    file: 'src/gateway/station.ts',
    find: 'watch?.includes(quantity) ?? watched',
    replace: 'watched',
    tests: ['test/gateway/station.test.ts'],
  },
  {
    name: 'the first site counts as not stated',
    file: 'src/gateway/station.ts',
    find: '.indexOf(site) + 1',
    replace: '.indexOf(site)',
    tests: ['test/gateway/station.test.ts'],
  },
  {
    name: 'a gateway without a place watches one that is not there',
    file: 'src/gateway/station.ts',
    find: "coarse[index] === 0 ? '+' : level",
    replace: 'level',
    tests: ['test/gateway/station.test.ts'],
  },
];
