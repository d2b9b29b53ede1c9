// Mistakes at the sensors: on pseudo-terminals, whose other end says what a device says that is wired or set up wrongly,
// and at real brokers.
import { connectAsync } from 'mqtt';
import { plantowerFrame } from '../../src/sim/plantower-frame.ts';
import { openSerialPair } from '../../src/sim/serial-pair.ts';
import { mosquitto } from '../mosquitto.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { LEFT_OUT, type Mistake, type Room } from './firsthour-mistake.ts';
import { sampledAt } from './firsthour-uart.ts';

const FRAME_MS = 1_000;
/** SDS011, protocol V1.3: a dusty street. */
const SDS011 = Buffer.from('aac0d4043a0aa1601dab', 'hex');
const PMS5003 = plantowerFrame({ pm1: 8, pm2_5: 12, pm10: 15, temperature: 18, relative_humidity: 55 });
/** As one writes that believes in the fastest. */
const WRONG_BAUD = 115_200;

interface Wired {
  /** Once a second; nothing: the line stays silent. */
  readonly says?: Buffer;
  readonly changes?: Readonly<Record<string, unknown>>;
}

/** A PMS5003 by its configuration. @returns pulls the plug */
async function wired({ scope, site, write, run, begin, silence }: Room, { says, changes }: Wired) {
  const line = await openSerialPair(temporaryFolder(scope), 'terrace');
  const own = await site('roof-1');
  const sensor = { name: 'terrace', device: 'PMS5003', port: line.path, ...silence, ...changes };
  write(own, { sensors: [sensor] });
  const speaking = says && setInterval(() => void line.write(says).catch(() => {}), FRAME_MS);
  const unplug = async () => {
    clearInterval(speaking);
    await line[Symbol.asyncDispose]();
  };
  let isPlugged = true;
  scope.after(() => isPlugged && unplug());
  begin();
  await run(own);
  return async () => {
    isPlugged = false;
    await unplug();
  };
}

const BALCONY = [{ key: 'pm25', quantity: 'pm2_5', unit: 'ug/m3' }];

/** A device that publishes beside the topic that was written down. @param url undefined for the own broker */
async function misspelt({ scope, site, write, run, begin, silence }: Room, url?: string) {
  const own = await site('roof-1');
  const mqtt = { topic: 'weather/balkony', ...(url && { url }) };
  write(own, { sensors: [{ name: 'balcony', mqtt, readings: BALCONY, ...silence }] });
  begin();
  await run(own);
  const client = await connectAsync(url ?? `mqtt://127.0.0.1:${own.port}`, { reconnectPeriod: 0 });
  const speak = () => client.publish('weather/balcony', '{"pm25": 12}');
  const speaking = setInterval(speak, FRAME_MS);
  speak();
  scope.after(() => {
    clearInterval(speaking);
    return client.endAsync(true);
  });
}

const nothing = { thing: /\bbalcony: /, cause: /nothing came on weather\/balkony/ };
const topicHere = { ...nothing, advice: /did you mean "weather\/balcony"/ };
/** Another broker does not tell what else is published there. */
const topicElsewhere = { ...nothing, advice: /compare the topic with what its device publishes/ };
const noPort = { thing: /\bterrace: /, cause: /no such port|unplugged/, advice: /cable.*power|power.*cable/ };

export const SENSOR_MISTAKES: readonly Mistake[] = [
  {
    name: 'a sensor swapped for another model',
    rules: [{ thing: /\bterrace: /, cause: /none is a PMS5003/, advice: /`model`|SDS011/ }],
    make: (room) => wired(room, { says: SDS011 }),
  },
  {
    name: 'TX and RX crossed',
    rules: [{ thing: /\bterrace: /, cause: /no byte came/, advice: /TX and RX/ }],
    make: (room) => wired(room, {}),
  },
  {
    name: 'the wrong baud',
    rules: [{ thing: /\bterrace: /, cause: /none is a PMS5003/, advice: /`baud` \(115200 now\)/ }],
    make: (room) =>
      wired(room, {
        says: sampledAt(PMS5003, { sentBaud: 9600, readBaud: WRONG_BAUD }),
        changes: { baud: WRONG_BAUD },
      }),
  },
  {
    name: 'a hub without power from the start',
    rules: [noPort],
    async make({ site, write, run, begin }) {
      const own = await site('roof-1');
      write(own, { sensors: [{ name: 'terrace', device: 'PMS5003', port: `${own.folder}/usb-hub-port0` }] });
      begin();
      await run(own);
    },
  },
  {
    name: 'a hub that loses its power',
    rules: [noPort],
    async make(room) {
      const unplug = await wired(room, { says: PMS5003 });
      room.begin();
      await unplug();
    },
  },
  { name: 'a misspelt topic at the own broker', rules: [topicHere], make: (room) => misspelt(room) },
  {
    name: 'a misspelt topic at a broker elsewhere',
    rules: [topicElsewhere],
    async make(room) {
      const broker = await mosquitto(room.scope);
      return broker ? misspelt(room, `mqtt://127.0.0.1:${broker.port}`) : LEFT_OUT;
    },
  },
];
