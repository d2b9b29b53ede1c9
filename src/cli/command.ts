// The shape of a subcommand, and the reading of its arguments.
//
// A command writes to the streams it is given and returns its exit code: 0 done, 1 failed, 2 wrong usage. Operating
// failures are thrown; main.ts turns them into one line (with --json also into one value on standard output).
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import type { PublicKey } from '../packet/gate.ts';

export interface Output {
  /** What people or programs read; what steers a terminal is escaped before it gets there. */
  write(text: string): unknown;
  /** As it is, for our own colours and bars; whoever calls it has made text from outside plain. */
  draw?(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface Io {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborts on the first SIGINT or SIGTERM: drain and return. */
  readonly signal: AbortSignal;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Keys to try beside those named in the arguments. */
  readonly keys?: readonly PublicKey[];
}

/** Exit code of a command that was stopped before it was done: 128 and SIGINT, as shells count. */
export const INTERRUPTED = 130;

export interface Command {
  /** A few words for the list of commands. */
  readonly summary: string;
  /** What --help prints. */
  readonly usage: string;
  run(args: string[], io: Io): Promise<number>;
}

/**
 * @param positionalsMax words that may stand beside the options
 * @throws OperatingError usage
 */
export function parseArguments<T extends ParseArgsOptionsConfig>(args: string[], options: T, positionalsMax = 0) {
  let parsed: ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new OperatingError('usage', spoken(error, Object.keys(options)));
  }
  const extra = parsed.positionals[positionalsMax];
  if (extra === undefined) return parsed;
  const meant = 'config' in options && /\.ya?ml$/.test(extra) ? `did you mean --config ${extra}` : 'leave it out';
  throw new OperatingError('usage', `${JSON.stringify(extra)} is one word too many; ${meant}`);
}

/** parseArgs explains itself in several sentences; the first one is enough. */
function spoken(error: unknown, options: string[]): string {
  const unknown = /^Unknown option '(-+)([^']*)'/.exec(reasonOf(error));
  const [, bare] = /^Option '(-[^ ']+).*argument missing/.exec(reasonOf(error)) ?? [];
  if (bare !== undefined) return `${bare} takes a value, and none stands behind it`;
  if (!unknown) return reasonOf(error).replace(/\. .*$/, '');
  const [, dashes, name = ''] = unknown;
  return `unknown option ${dashes}${name}${didYouMean(name, options).replaceAll(/"([^"]+)"/g, '--$1')}`;
}
