// `qis packets`: which packets a gateway holds, newest first, one line each.
//
// Invariant: names and numbers of others go through plainLine, so that a line is a line.
import { loadConfig } from '../config/config.ts';
import { packetsListed, packetsListedMax } from '../core/load-limits.ts';
import { plainLine } from '../core/plain-text.ts';
import { packetsAsked, type ShownPacket } from '../gateway/held-packets.ts';
import { count } from '../observe/amount.ts';
import { type Command, parseArguments } from './command.ts';
import { configFile, configHelp } from './config-file.ts';
import { packetsOf } from './packet-shelf.ts';

export const command: Command = {
  summary: 'list the packets that a gateway holds',
  usage: `usage: qis packets [--config <file>] [--own|--from <name|key>] [--phenomenon <name>] [--limit <n>] [--json]

  Newest first: id, when it was issued, by whom, what it says, how far it came, when it expires, who still owes it.
  Asks the running gateway; of one that is stopped it shows what the database holds. qis packet inspect <id> has the rest.

  --own                only those of this gateway
  --from <name|key>    only those of this one: its name here, or the first 8 digits of its key or node id
  --phenomenon <name>  only those that speak of it, such as pm2_5
  --limit <n>          at most so many (${packetsListed}; up to ${packetsListedMax})
  ${configHelp(21)}
  --json               one JSON value on standard output and nothing else

  Example: qis packets --from roof-2 --phenomenon pm2_5
`,
  async run(args, io) {
    const { values } = parseArguments(args, {
      own: { type: 'boolean' },
      from: { type: 'string' },
      phenomenon: { type: 'string' },
      limit: { type: 'string' },
      config: { type: 'string' },
      json: { type: 'boolean' },
    });
    const asked = packetsAsked(values);
    const { packets, more } = await packetsOf(loadConfig(configFile(values.config, io)), asked, io.env);
    if (values.json) {
      io.stdout.write(`${JSON.stringify({ packets, more })}\n`);
      return 0;
    }
    for (const line of packets.map(lineOf)) io.stdout.write(`${line}\n`);
    if (packets.length === 0) io.stdout.write('no packet is held\n');
    if (more > 0) io.stdout.write(`and ${more} more${adviceOn(packets.length + more)}\n`);
    return 0;
  },
};

const adviceOn = (all: number): string =>
  all <= packetsListedMax ? ` (--limit ${all} shows them)` : ' (--own, --from and --phenomenon choose among them)';

/** `4a917251  2026-11-22 00:09:41  roof-2  PM2.5 is high: 36.2 ug/m3, normally 13.4  1 hop, until 2026-11-22 06:09:41` */
function lineOf({ id, issued, origin, says, own, hops, expires, sent, owed }: ShownPacket): string {
  const state = [
    own ? (sent === null ? 'waits to be sent' : 'sent') : count(hops, 'hop'),
    owed > 0 && `owed by ${count(owed, 'neighbour')}`,
    `until ${momentOf(expires)}`,
  ].filter((part) => part !== false);
  return plainLine(`${id.slice(0, 8)}  ${momentOf(issued)}  ${origin.padEnd(12)}  ${says}  (${state.join(', ')})`);
}

const momentOf = (time: string): string => time.slice(0, 19).replace('T', ' ');
