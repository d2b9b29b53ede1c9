// Mistakes between neighbours, each with two gateways as README has them (an account and a password file at either side),
// and at brokers that are not what was written down.
import { execFileSync } from 'node:child_process';
import { mosquitto } from '../mosquitto.ts';
import { requireProgram } from '../programs.ts';
import type { Scope } from '../scope.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { Machine, Site } from './firsthour-desk.ts';
import { LEFT_OUT, type Mistake, type Room } from './firsthour-mistake.ts';
import { acquainted, type Entry } from './firsthour-pair.ts';

/** Two neighbours, one of whom makes the mistake. */
interface Pair {
  readonly here: Site;
  readonly there: Site;
  readonly others: Site;
}

/** How each one's entry differs from what it should be; undefined: there is none. */
interface Differing {
  readonly machine?: Machine;
  readonly here?: (right: Entry, pair: Pair) => Entry | undefined;
  readonly there?: (right: Entry, pair: Pair) => Entry | undefined;
}

/** roof-1 is where the operator sits; roof-2 is up already. */
async function neighbours({ site, write, run, begin }: Room, { here = asItIs, there = asItIs, machine }: Differing) {
  const pair = { here: await site('roof-1'), there: await site('roof-2'), others: await site('hill') };
  for (const [own, { broker, entries }] of acquainted([pair.here, pair.there])) {
    const entry = (own === pair.here ? here : there)(entries[0]!, pair);
    write(own, { broker, neighbours: entry ? [entry] : [] });
  }
  await run(pair.there, machine);
  begin();
  await run(pair.here, machine);
}

const WAITED_FOR = { isWaitedFor: true };
const asItIs = (right: Entry) => right;
const keyOnly = ({ name, key }: Entry) => ({ name, key });
const oneDigitWrong = (key: string) => `${key[0] === '0' ? '1' : '0'}${key.slice(1)}`;
const config = /qis\.yaml:\d+: neighbours\[0\]\.key: /;

/** Mosquitto that speaks TLS and nothing else, with a certificate of its own making. */
async function tlsBroker(scope: Scope): Promise<number | undefined> {
  const openssl = requireProgram(scope, 'openssl', 'apt install openssl');
  if (!openssl) return undefined;
  const folder = temporaryFolder(scope);
  const made = ['-keyout', 'tls.key', '-out', 'tls.crt', '-subj', '/CN=localhost', '-days', '2'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync(openssl, ['req', '-x509', ...curve, ...made], { cwd: folder, stdio: 'ignore' });
  const files = `certfile ${folder}/tls.crt\nkeyfile ${folder}/tls.key\n`;
  const broker = await mosquitto(scope, (port) => `listener ${port} 127.0.0.1\nallow_anonymous true\n${files}`);
  return broker?.port;
}

async function atTls({ scope, site, write, run, begin }: Room, changes: (url: string) => Entry) {
  const port = await tlsBroker(scope);
  if (port === undefined) return LEFT_OUT;
  const own = await site('roof-1');
  write(own, changes(`mqtt://127.0.0.1:${port}`));
  begin();
  return run(own);
}

export const LINK_MISTAKES: readonly Mistake[] = [
  {
    name: 'a neighbour whose broker answers in TLS',
    rules: [{ thing: /\bhub\b/, cause: /speaks TLS/, advice: /mqtts:\/\/ in url/ }],
    make: (room) => atTls(room, (url) => ({ neighbours: [{ name: 'hub', url }] })),
  },
  {
    name: 'a broker of sensors that answers in TLS',
    rules: [{ thing: /\bzigbee\b/, cause: /speaks TLS/, advice: /mqtts:\/\/ in url/ }],
    make: (room) => atTls(room, (url) => ({ sensors: [{ name: 'zigbee', device: 'zigbee2mqtt', mqtt: { url } }] })),
  },
  {
    name: 'a key pasted with one digit wrong',
    rules: [{ thing: config, cause: /is not the key that was printed/, advice: /copy it again/ }],
    make: (room) => neighbours(room, { here: (right, { there }) => ({ ...right, key: oneDigitWrong(there.key) }) }),
  },
  {
    name: "one's own key as the neighbour's",
    rules: [{ thing: config, cause: /this gateway's own key/, advice: /qis status .*other gateway/ }],
    make: (room) => neighbours(room, { here: (right, { here }) => ({ ...right, key: here.key }) }),
  },
  {
    name: 'the key of another gateway',
    rules: [
      {
        thing: /\broof-2: /,
        cause: /the key written down for it is [0-9a-f]{64}-[0-9a-f]{4}, and [0-9a-f]{64}-[0-9a-f]{4} came/,
        advice: /compare with qis status there, and enter the right one under neighbours/,
        also: /takes this gateway for another one/,
      },
    ],
    make: (room) => neighbours(room, { here: (right, { others }) => ({ ...right, key: others.key }) }),
  },
  {
    name: 'only one side has an entry',
    rules: [
      {
        thing: /\broof-2 /,
        cause: /does not have our key, [0-9a-f]{64}-[0-9a-f]{4}/,
        advice: /enter it there under neighbours or peers/,
        also: /roof-1 knocks with the key/,
      },
    ],
    make: (room) => neighbours(room, { there: () => undefined, machine: WAITED_FOR }),
  },
  {
    name: 'nobody dials',
    rules: [
      {
        thing: /\broof-2 /,
        cause: /no url is written down/,
        advice: /enter its url/,
        also: /roof-1 has not connected/,
      },
    ],
    make: (room) => neighbours(room, { there: keyOnly, here: keyOnly, machine: WAITED_FOR }),
  },
];
