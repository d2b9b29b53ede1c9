// `qis status`: what the running agent says of itself, or what its database holds when it is not running.
//
// The agent decides what it tells (gateway/requests.ts); status-lines.ts shows any JSON object.
import { join } from 'node:path';
import { loadConfig } from '../config/config.ts';
import { OperatingError } from '../core/errors.ts';
import { controlPath } from '../observe/control-address.ts';
import { readStatus } from '../observe/control-client.ts';
import { reported } from '../observe/report.ts';
import { readIdentity } from '../packet/identity.ts';
import { keyText } from '../packet/key-text.ts';
import { summariseFile } from '../store/summary.ts';
import { type Command, type Io, parseArguments } from './command.ts';
import { CONFIG_HELP, configFile } from './config-file.ts';
import { type Standing, type Status, standingLine, statusLines } from './status-lines.ts';

export const command: Command = {
  summary: 'show what a gateway is doing',
  usage: `usage: qis status [--config <file>] [--peers] [--json]

  Asks the running gateway; when it is not running, says so and shows what its database holds.

  ${CONFIG_HELP}
  --peers    what the word of other gateways counts here, and why (1: a key you wrote down, nothing known yet)
  --json     one JSON value on standard output and nothing else
`,
  async run(args, io) {
    const { values } = parseArguments(args, {
      config: { type: 'string' },
      peers: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const status = await statusOf(configFile(values.config, io), io.env);
    if (values.peers) return peers(status, values.json ?? false, io);
    io.stdout.write(values.json ? `${JSON.stringify(status)}\n` : `${statusLines(status).join('\n')}\n`);
    return 0;
  },
};

async function statusOf(file: string, env: Io['env']): Promise<Status> {
  const { name, data } = loadConfig(file);
  const socket = controlPath(data, env);
  const answer = await readStatus(socket);
  if (answer) return { running: true, ...answer };
  try {
    const stored = summariseFile(data);
    const own = await readIdentity(join(data, 'identity.pem'));
    const key = { public_key: own ? keyText(own.publicKey.bytes) : null };
    return { running: false, gateway: name, data, ...key, stored: stored ? reported(stored) : null };
  } catch (cause) {
    if (!(cause instanceof OperatingError && cause.code === 'already_running')) throw cause;
    const message = `a gateway uses ${data}, but does not answer at ${socket}; it may be starting, so ask again`;
    throw new OperatingError('agent_silent', message, { cause });
  }
}

/** @throws OperatingError agent_silent when no gateway is running: what it learned is in its memory */
function peers(status: Status, json: boolean, io: Io): number {
  const standings = status.reputation as readonly Standing[] | undefined;
  if (!standings) throw new OperatingError('agent_silent', 'the gateway is not running; start it, then ask again');
  if (json) io.stdout.write(`${JSON.stringify({ peers: standings })}\n`);
  else if (standings.length === 0)
    io.stdout.write('nothing has happened yet from which the weight of other gateways could be learned\n');
  else for (const standing of standings) io.stdout.write(`${standingLine(standing)}\n`);
  return 0;
}
