// Mistakes in the configuration file and of the clock: those that hide each other must be told at once, by
// `qis config check` and by `qis run`.
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import type { Site } from './firsthour-desk.ts';
import type { Mistake, Room } from './firsthour-mistake.ts';

const YEAR_2000_MS = Date.UTC(2000, 0, 1);

/** Both in one file, and `qis run` says the same as `qis config check`. */
async function refused({ site, write, run, begin }: Room, changes: Record<string, unknown>, text: string) {
  const own = await site('roof-1');
  write(own, changes, text);
  begin();
  await run(own);
}

const INDENT = `sensors:
  - name: terrace
    device: PMS5003
    port: /dev/ttyUSB0
     - name: balcony
       mqtt: {topic: weather/balcony}
alarm: {pm25: 75}
`;

const MISSPELT = `sensers:
  - name: balcony
    mqtt: {topic: weather/balcony}
    readings:
      - {key: pm25, quantity: pm25, unit: ug/m3}
`;

const NO_DASH = `sensors:
  - name: terrace
    device: PMS5003
    port: /dev/ttyUSB0
    name: balcony
    readings:
      - {key: pm25, quantity: pm25, unit: ug/m3}
`;

/** A quantity that is not known, and a password file that is not there: of the shape, and of what stands around it. */
const KINDS = `sensors:
  - name: balcony
    mqtt: {topic: weather/balcony, username: me, password_file: ./missing.password}
    readings:
      - {key: pm25, quantity: pm2_5, unit: degC}
  - name: terrace
    device: PMS5004
    port: /dev/ttyUSB0
watch: [pm25]
`;

const WITHOUT_SENSORS = { sensors: undefined };
const quantity = {
  thing: /qis\.yaml:\d+: .*"pm25"/,
  cause: /is not (known|a quantity)/,
  advice: /did you mean "pm2_5"/,
};

async function withClock({ site, write, run, begin }: Room, clock: string, prepare?: (own: Site) => Promise<void>) {
  const own = await site('roof-1');
  write(own, { clock });
  await prepare?.(own);
  begin();
  await run(own, { shownMs: YEAR_2000_MS, isWaitedFor: true });
}

export const FILE_MISTAKES: readonly Mistake[] = [
  {
    name: 'an indent that swallows a sensor, and an unknown quantity',
    rules: [{ thing: /qis\.yaml:\d+: /, cause: /indent/, advice: /under the|one above|same column|move/ }, quantity],
    make: (room) => refused(room, WITHOUT_SENSORS, INDENT),
  },
  {
    name: 'a misspelt section with a mistake inside',
    rules: [{ thing: /qis\.yaml:\d+: .*"sensers"/, cause: /unknown key/, advice: /did you mean "sensors"/ }, quantity],
    make: (room) => refused(room, WITHOUT_SENSORS, MISSPELT),
  },
  {
    name: 'a sensor without its dash, and an unknown quantity',
    rules: [{ thing: /qis\.yaml:\d+: .*"name"/, cause: /twice/, advice: /keep one|begins? with -/ }, quantity],
    make: (room) => refused(room, WITHOUT_SENSORS, NO_DASH),
  },
  {
    name: 'a wrong word, a wrong unit, a wrong device and a file that is not there',
    rules: [
      quantity,
      { thing: /qis\.yaml:\d+: .*"degC"/, cause: /does not fit pm2_5/, advice: /use ug\/m3/ },
      { thing: /qis\.yaml:\d+: .*"?PMS5004"?/, cause: /not known|no device|unknown/, advice: /did you mean/ },
      { thing: /qis\.yaml:\d+: .*missing\.password/, cause: /does not exist/, advice: /make it, or mend its name/ },
    ],
    make: (room) => refused(room, WITHOUT_SENSORS, KINDS),
  },
  {
    name: 'a clock without battery',
    rules: [
      {
        thing: /\bclock shows 2000-01-01/,
        cause: /No battery|not known/,
        advice: /time server|GNSS/,
      },
    ],
    make: (room) => withClock(room, 'auto'),
  },
  {
    name: 'a clock that shows less than has passed',
    rules: [{ thing: /clock shows 2000-01-01/, cause: /has passed already.*battery is empty/, advice: /timedatectl/ }],
    make: (room) =>
      withClock(room, 'synchronised', async ({ folder }) => {
        const { store } = await openDataFolder(`${folder}/data`);
        store.commitNow(() => store.raiseTimeFloor(Date.now()));
        await store[Symbol.asyncDispose]();
      }),
  },
];
