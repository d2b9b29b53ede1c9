// `qis init`: a folder with a configuration to fill in and the gateway's own key.
//
// Makes what is missing and never overwrites: the key is the gateway, and a configuration took somebody an evening.
// Where both are there already it says so and exits 1.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { checkConfig, loadConfig } from '../config/config.ts';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { openDataFolder } from '../gateway/data-folder.ts';
import { keyText } from '../packet/key-text.ts';
import { type Command, parseArguments } from './command.ts';
import { configTemplate } from './config-template.ts';

const OPTIONS = {
  name: { type: 'string' },
  latitude: { type: 'string' },
  longitude: { type: 'string' },
  json: { type: 'boolean' },
} as const;

interface Made {
  readonly name: string;
  readonly config: string;
  readonly identity: string;
  /** The files this run made. */
  readonly made: readonly string[];
  readonly publicKey: string;
  readonly nodeId: string;
}

export const command: Command = {
  summary: 'make a folder with a configuration and a key',
  usage: `usage: qis init [folder] [--name <name>] [--latitude <degrees> --longitude <degrees>] [--json]

  Makes qis.yaml and the key of this gateway in a folder (this one unless named). What is there already stays as it is.

  --name       name of the gateway: a-z, 0-9 and -; the name of this machine unless given
  --latitude   where it stands, in degrees, north is positive
  --longitude  in degrees, east is positive
  --json       one JSON value on standard output and nothing else

  Example: qis init ~/roof-1 --name roof-1 --latitude 48.01 --longitude 7.85
`,
  async run(args, io) {
    const { values, positionals } = parseArguments(joinNegative(args), OPTIONS, 1);
    const folder = resolve(io.cwd, positionals[0] ?? '.');
    const result = await init(folder, configTemplate({ ...values, name: values.name ?? nameOfMachine() }));
    io.stdout.write(values.json ? json(result) : told(result));
    return 0;
  },
};

async function init(folder: string, text: string): Promise<Made> {
  const config = join(folder, 'qis.yaml');
  const wrong = checkConfig(text, config).problems[0];
  if (wrong) throw new OperatingError('usage', wrong.message);
  const made: string[] = [];
  if (write(folder, config, text)) made.push(config);
  const { name, data } = loadConfig(config);
  const identity = join(data, 'identity.pem');
  const { identity: own, store, keyIsNew } = await openDataFolder(data);
  await store[Symbol.asyncDispose]();
  if (keyIsNew) made.push(identity);
  const { publicKey } = own;
  const result = {
    name,
    config,
    identity,
    made,
    publicKey: keyText(publicKey.bytes),
    nodeId: publicKey.nodeId.toString('hex'),
  };
  if (made.length > 0) return result;
  const message = `${config} and ${identity} are there already, nothing was changed; public key ${result.publicKey}`;
  throw new OperatingError('already_there', message);
}

/** @returns false when the file is there already */
function write(folder: string, file: string, text: string): boolean {
  makeFolder(folder);
  try {
    // Passwords may come to stand in it.
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (cause) {
    if (existsSync(file)) return false;
    throw unwritable(file, cause);
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

function unwritable(path: string, cause: unknown): OperatingError {
  const message = `cannot make ${path} (${reasonOf(cause)}); name a folder that this user may write to, on a disk that is not read-only`;
  return new OperatingError('store_unusable', message, { cause });
}

/** parseArgs takes `-33.9` for an option; degrees south and west are numbers. */
function joinNegative(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if (/^-[\d.]/.test(arg) && (before === '--latitude' || before === '--longitude'))
      joined.push(`${joined.pop()}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}

function nameOfMachine(): string {
  const name = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name.slice(0, 32) || 'gateway-1';
}

function json({ name, config, identity, made, publicKey, nodeId }: Made): string {
  return `${JSON.stringify({ ok: true, name, config, identity, made, public_key: publicKey, node_id: nodeId })}\n`;
}

function told({ name, config, identity, made, publicKey, nodeId }: Made): string {
  const state = (path: string) => (made.includes(path) ? 'made' : 'kept');
  return `${state(config)}  ${config}
${state(identity)}  ${identity}

gateway     ${name}
public key  ${publicKey}
node id     ${nodeId}

Next:
  1. Add your sensors to ${config}, and check it:  qis config check ${config}
  2. Start the gateway:  qis run --config ${config}
  3. Give the public key to your neighbours, and put theirs under neighbours.
Keep ${identity} to yourself: whoever has it can sign as this gateway.
`;
}
