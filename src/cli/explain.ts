// `qis explain <id>`: why a verdict, an alarm or an early warning of the running gateway stands.
//
// The gateway has the words and the figures (gateway/explaining.ts); here they are printed.
import { loadConfig } from '../config/config.ts';
import { OperatingError } from '../core/errors.ts';
import { plainLine } from '../core/plain-text.ts';
import { controlPath } from '../observe/control-address.ts';
import { askGateway } from '../observe/control-client.ts';
import { type Command, type Io, parseArguments } from './command.ts';
import { CONFIG_HELP, configFile } from './config-file.ts';

export const command: Command = {
  summary: 'say why a verdict, an alarm or an early warning stands',
  usage: `usage: qis explain <id> [--config <file>] [--json]

  Who said what, when and how far away, what it weighed and why, and what would change it. The id stands at the end of the
  line in the log and of the verdict in qis status; four of its digits or more will do. Asks the running gateway.

  ${CONFIG_HELP}
  --json     one JSON value on standard output and nothing else

  Example: qis explain 4a917251
`,
  async run(args, io) {
    const { values, positionals } = parseArguments(args, { config: { type: 'string' }, json: { type: 'boolean' } }, 1);
    const [id] = positionals;
    if (id === undefined)
      throw new OperatingError('usage', 'say which: the id of a verdict, an alarm or an early warning');
    const { data } = loadConfig(configFile(values.config, io));
    const answer = await askToExplain(data, id, io.env);
    io.stdout.write(values.json ? `${JSON.stringify(answer.explanation)}\n` : `${explainedText(answer)}\n`);
    return 0;
  },
};

/** As the gateway gives it. */
export interface ExplainedAnswer {
  readonly words: readonly string[];
  readonly explanation: unknown;
}

export const explainedText = ({ words }: ExplainedAnswer): string => words.map((line) => plainLine(line)).join('\n');

/** @throws OperatingError agent_silent when no gateway runs; usage and not_found as it says */
export async function askToExplain(dataFolder: string, id: string, env: Io['env']): Promise<ExplainedAnswer> {
  const answer = await askGateway(controlPath(dataFolder, env), { ask: 'explain', id });
  if (answer === undefined) {
    const message = 'the gateway is not running; start it, then ask again (qis status shows the verdicts it told)';
    throw new OperatingError('agent_silent', message);
  }
  return answer as ExplainedAnswer;
}
