// `qis status`: what the running agent says of itself, or what its database holds when it is not running.
//
// The agent decides what it tells and whether it is well (gateway/status.ts). status-screen.ts makes ten lines of it,
// status-lines.ts shows all of it. Invariant: exit code 0 says that a gateway runs and is well.
import { join } from 'node:path';
import { loadConfig } from '../config/config.ts';
import { OperatingError } from '../core/errors.ts';
import { createConclusions } from '../observe/conclusions.ts';
import { controlPath } from '../observe/control-address.ts';
import { readStatus } from '../observe/control-client.ts';
import { reported } from '../observe/report.ts';
import { readIdentity } from '../packet/identity.ts';
import { keyText } from '../packet/key-text.ts';
import { summariseFile } from '../store/summary.ts';
import { type Command, type Io, parseArguments } from './command.ts';
import { CONFIG_HELP, configFile } from './config-file.ts';
import type { StatusAnswer } from './status-answer.ts';
import { type Standing, type Status, standingLine, statusLines } from './status-lines.ts';
import { screenLines } from './status-screen.ts';

export const command: Command = {
  summary: 'show what a gateway is doing',
  usage: `usage: qis status [--config <file>] [--all | --peers] [--json]

  Asks the running gateway; when it is not running, says so and shows what its database holds. A line that begins with !
  says what is wrong and what to do. Exits 0 when all is well, 1 when something is wrong or it does not run.

  ${CONFIG_HELP}
  --all      everything the gateway tells, as key: value
  --peers    what the word of other gateways counts here, and why (1: a key you wrote down, nothing known yet)
  --json     one JSON value on standard output and nothing else

  Example: qis status --json | jq .problems
`,
  async run(args, io) {
    const { values } = parseArguments(args, {
      config: { type: 'string' },
      all: { type: 'boolean' },
      peers: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const file = configFile(values.config, io);
    const status = await statusOf(file, io.env);
    if (values.peers) return peers(status, values.json ?? false, io);
    const lines = () => (values.all ? statusLines(status) : screenLines(status, file));
    io.stdout.write(values.json ? `${JSON.stringify(status)}\n` : `${lines().join('\n')}\n`);
    const { state = 'ok' } = status as StatusAnswer;
    return state === 'ok' ? 0 : 1;
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
    const state = { state: 'down', problems: [`it does not run; start it with: ${startOf(file)}`] };
    const told = stored && {
      stored: reported(stored),
      conclusions: reported(createConclusions().latest(stored.verdicts)),
    };
    return { running: false, ...state, gateway: name, data, ...key, stored: null, ...told };
  } catch (cause) {
    if (!(cause instanceof OperatingError && cause.code === 'already_running')) throw cause;
    const message = `a gateway uses ${data}, but does not answer at ${socket}; it may be starting, so ask again`;
    throw new OperatingError('agent_silent', message, { cause });
  }
}

const startOf = (file: string): string =>
  file.startsWith('/etc/') ? 'sudo systemctl start qis-edge' : `qis run --config ${file}`;

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
