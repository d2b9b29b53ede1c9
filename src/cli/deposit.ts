// `qis deposit`: hands outcomes to the running gateway, which signs and shares them; or says what came of following one.
//
//     file or standard input ──JSON or YAML──> items ──in batches──> gateway ──> accepted, waiting or refused, each
//
// Invariant: every item is answered for, and one that is wrong keeps none of the others back.
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { loadConfig } from '../config/config.ts';
import { readDeposits } from '../config/deposits-text.ts';
import { depositBytesMax, depositsFileBytesMax, depositsPerRequestMax } from '../core/deposit-limits.ts';
import { OperatingError, reasonOf } from '../core/errors.ts';
import type { DepositAnswer } from '../gateway/deposits.ts';
import { controlPath } from '../observe/control-address.ts';
import { askGateway } from '../observe/control-client.ts';
import { type Command, type Io, parseArguments } from './command.ts';
import { CONFIG_HELP, configFile } from './config-file.ts';
import { ageWords } from './outcome-words.ts';

export const command: Command = {
  summary: 'share what was done and what came of it',
  usage: `usage: qis deposit <file|-> [--config <file>] [--json]
       qis deposit --about <id> --worked|--did-not [--score <share>] [--config <file>] [--json]

  A file, or - for standard input: JSON or YAML, one deposit or a list of them (docs/domains.md), such as
  {"domain":"finetune","where":{"task":"translation"},"action":{"name":"lora","rank":16},"score":0.71,"effect":0.04}
  The gateway issues a few at once and then one a second; what waits is kept, whatever happens to the machine.

  --about    the id of a packet that was followed (qis query): what came of it
  --worked   it worked; --did-not: it did not
  --score    the share of the promised effect that came, 0 to 1 (1 where it worked, 0 where it did not)
  ${CONFIG_HELP}
  --json     one JSON value on standard output and nothing else
`,
  async run(args, io) {
    const { values, positionals } = parseArguments(
      args,
      {
        config: { type: 'string' },
        about: { type: 'string' },
        worked: { type: 'boolean', default: false },
        'did-not': { type: 'boolean', default: false },
        score: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      1,
    );
    const isAbout = values.about !== undefined || values.worked || values['did-not'] || values.score !== undefined;
    if (isAbout && positionals.length > 0)
      throw new OperatingError('usage', 'name a file, or --about and a packet, not both');
    const { items, isList } = isAbout ? followed(values) : await written(positionals[0], io);
    const { data } = loadConfig(configFile(values.config, io));
    const answers = await handedIn(items, controlPath(data, io.env));
    return told(answers, { isList, json: values.json, io });
  },
};

interface Items {
  readonly items: readonly unknown[];
  readonly isList: boolean;
}

interface FollowedOptions {
  readonly about?: string | undefined;
  readonly worked: boolean;
  readonly 'did-not': boolean;
  readonly score?: string | undefined;
}

function followed({ about, worked, 'did-not': didNot, score }: FollowedOptions): Items {
  if (about === undefined) throw new OperatingError('usage', 'name the packet that was followed with --about');
  if (worked === didNot) throw new OperatingError('usage', 'say either --worked or --did-not');
  const share = score === undefined ? undefined : Number(score);
  if (share !== undefined && (score!.trim() === '' || !(share >= 0 && share <= 1)))
    throw new OperatingError('usage', `--score ${JSON.stringify(score)} is not in 0 to 1`);
  return {
    items: [{ about: about.toLowerCase(), worked, ...(share !== undefined && { score: share }) }],
    isList: false,
  };
}

async function written(file: string | undefined, { stdin, cwd }: Io): Promise<Items> {
  if (file === undefined) throw new OperatingError('usage', 'name a file with deposits, or - for standard input');
  const name = file === '-' ? 'standard input' : file;
  const text = await textOf(file === '-' ? stdin : createReadStream(resolve(cwd, file)), name);
  const { items, isList } = readDeposits(text, name);
  if (items.length === 0) throw new OperatingError('input_unreadable', `${name} holds an empty list`);
  return { items, isList };
}

async function textOf(stream: NodeJS.ReadableStream, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > depositsFileBytesMax)
        throw new Error(`it is larger than ${depositsFileBytesMax} bytes; hand it in in parts`);
      chunks.push(Buffer.from(chunk));
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(withoutZeros(Buffer.concat(chunks)));
  } catch (cause) {
    const why = cause instanceof TypeError ? 'it is not text' : reasonOf(cause);
    throw new OperatingError('input_unreadable', `cannot read ${name}: ${why}`, { cause });
  }
}

function withoutZeros(bytes: Buffer): Buffer {
  if (bytes.includes(0)) throw new TypeError('a zero byte');
  return bytes;
}

/** @throws OperatingError agent_silent; what was answered until then was taken */
async function handedIn(items: readonly unknown[], path: string): Promise<DepositAnswer[]> {
  const answers: DepositAnswer[] = [];
  for (let at = 0; at < items.length; at += depositsPerRequestMax) {
    const batch = items.slice(at, at + depositsPerRequestMax);
    const sizes = batch.map((item) => Buffer.byteLength(JSON.stringify(item)));
    const fitting = batch.filter((_, i) => sizes[i]! <= depositBytesMax);
    const answer = (await askGateway(path, { ask: 'deposit', items: fitting })) as
      | { results: DepositAnswer[] }
      | undefined;
    if (!answer)
      throw new OperatingError('agent_silent', 'the gateway is not running; start it (qis run), then deposit again');
    const results = answer.results.values();
    for (const size of sizes) {
      const reason = `${size} bytes are more than any deposit takes (${depositBytesMax})`;
      answers.push(size > depositBytesMax ? { state: 'refused', reason } : results.next().value!);
    }
  }
  return answers;
}

/** @returns 1 when anything was refused */
function told(
  answers: readonly DepositAnswer[],
  { isList, json, io }: { readonly isList: boolean; readonly json: boolean; readonly io: Io },
): number {
  const shown = answers.map((answer, index) =>
    answer.state === 'refused' && isList ? { ...answer, reason: placed(answer.reason, index) } : answer,
  );
  const count = (state: DepositAnswer['state']) => shown.filter((one) => one.state === state).length;
  const [accepted, waiting, refused] = [count('accepted'), count('waiting'), count('refused')];
  const code = refused > 0 ? 1 : 0;
  if (json) {
    io.stdout.write(`${JSON.stringify({ results: shown, accepted, waiting, refused })}\n`);
    return code;
  }
  for (const one of shown) {
    if (one.state === 'accepted') io.stdout.write(`accepted ${one.id}\n`);
  }
  for (const line of refusalLines(answers, isList)) io.stderr.write(`${line}\n`);
  const last = shown.findLast((one) => one.state === 'waiting');
  if (last) {
    const until = last.wait_s === null ? 'until the time is known' : `for about ${ageWords(last.wait_s)}`;
    io.stdout.write(
      waiting === 1
        ? `1 waits for its turn, ${until}; it is kept meanwhile\n`
        : `${waiting} wait for their turn, the last ${until}; they are kept meanwhile\n`,
    );
  }
  return code;
}

/** One line each; a reason that many in a row share, such as that there is no room, is said once. */
function refusalLines(answers: readonly DepositAnswer[], isList: boolean): string[] {
  const lines: string[] = [];
  for (let at = 0; at < answers.length; at++) {
    const { reason } = answers[at] as { readonly reason?: string };
    if (reason === undefined) continue;
    const first = at;
    while ((answers[at + 1] as { readonly reason?: string } | undefined)?.reason === reason) at++;
    if (at === first) lines.push(isList ? placed(reason, first) : reason);
    else lines.push(`deposits[${first}] to deposits[${at}]: ${reason}`);
  }
  return lines;
}

/** `deposits[3].action.rank: ...` */
function placed(reason: string, index: number): string {
  return /^[a-z][\w.[\]]*: /.test(reason) ? `deposits[${index}].${reason}` : `deposits[${index}]: ${reason}`;
}
