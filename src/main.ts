// The edge of the process: which command, its arguments and signals in, one exit code out.
//
// A command is loaded only when it is called for, so that a small one starts fast. Nobody sees a stack trace unless
// QIS_DEBUG=1: failures an operator can act on are one line each, anything else is one line that says so.
import type { Command, Io } from './cli/command.ts';
import { plainOutput } from './cli/plain-output.ts';
import { OperatingError, reasonOf } from './core/errors.ts';
import { drainMsMax } from './core/limits.ts';
import { didYouMean } from './core/nearest.ts';
import { plainText } from './core/plain-text.ts';
import { VERSION } from './version.ts';

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./cli/init.ts')).command,
  run: async () => (await import('./cli/run.ts')).command,
  replay: async () => (await import('./cli/replay.ts')).command,
  score: async () => (await import('./cli/score.ts')).command,
  demo: async () => (await import('./cli/demo.ts')).command,
  deposit: async () => (await import('./cli/deposit.ts')).command,
  query: async () => (await import('./cli/query.ts')).command,
  advise: async () => (await import('./cli/advise.ts')).command,
  status: async () => (await import('./cli/status.ts')).command,
  explain: async () => (await import('./cli/explain.ts')).command,
  packet: async () => {
    const { packet, packetUsage } = await import('./cli/packet.ts');
    return { summary: 'show what a packet says, and whether its signature holds', usage: packetUsage, run: packet };
  },
  packets: async () => (await import('./cli/packets.ts')).command,
  maintenance: async () => (await import('./cli/maintenance.ts')).command,
  backup: async () => (await import('./cli/backup.ts')).backup,
  restore: async () => (await import('./cli/backup.ts')).restore,
  time: async () => (await import('./cli/time.ts')).command,
  config: async () => (await import('./cli/config.ts')).command,
  devices: async () => (await import('./cli/devices.ts')).command,
  decode: async () => (await import('./cli/decode.ts')).command,
};

const DONE = 0;
const FAILED = 1;
const WRONG_USAGE = 2;
/** 128 and SIGINT, as shells count. */
const INTERRUPTED = 130;

async function main(args: string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-v') return print(io, `${VERSION}\n`);
  if (name === '--help' || name === '-h' || name === 'help') return print(io, await overview());
  if (name === undefined) {
    io.stderr.write(await overview());
    return WRONG_USAGE;
  }
  if (!Object.hasOwn(COMMANDS, name)) {
    const known = didYouMean(name, Object.keys(COMMANDS));
    io.stderr.write(`qis: unknown command ${JSON.stringify(name)}${known}; see qis --help\n`);
    return WRONG_USAGE;
  }
  const command = await COMMANDS[name]!();
  if (rest.includes('--help') || rest.includes('-h')) return print(io, command.usage);
  try {
    return await command.run(rest, io);
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    return tell(error, { name, json: rest.includes('--json'), io });
  }
}

function print(io: Io, text: string): number {
  io.stdout.write(text);
  return DONE;
}

async function overview(): Promise<string> {
  const rows = Object.entries(COMMANDS).map(async ([name, load]) => `  ${name.padEnd(13)}${(await load()).summary}\n`);
  return `usage: qis <command> [options]

${(await Promise.all(rows)).join('')}
  qis <command> --help    what a command takes
  qis --version
`;
}

function tell(error: OperatingError, { name, json, io }: { name: string; json: boolean; io: Io }): number {
  const { code, message } = error;
  if (json) io.stdout.write(`${JSON.stringify({ ok: false, error: { code, message } })}\n`);
  if (process.env.QIS_DEBUG === '1') io.stderr.write(`${error.stack}\n`);
  if (code === 'usage') {
    io.stderr.write(`qis ${name}: ${message}; see qis ${name} --help\n`);
    return WRONG_USAGE;
  }
  io.stderr.write(`${message}\n`);
  return FAILED;
}

function crash(error: unknown): void {
  const what = error instanceof OperatingError ? error.message : `internal error: ${reasonOf(error)}`;
  const stack = process.env.QIS_DEBUG === '1' && error instanceof Error ? `\n${error.stack}` : '';
  process.stderr.write(plainText(`${what}${stack}\n`));
  process.exit(FAILED);
}

function start(): void {
  const stop = new AbortController();
  const onSignal = () => (stop.signal.aborted ? process.exit(INTERRUPTED) : stop.abort());
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('uncaughtException', crash);
  // Whoever read our output has gone (qis ... | head).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(DONE);
    crash(error);
  });
  process.stderr.on('error', () => {});
  const { stdin, stdout, stderr, env } = process;
  const [plainOut, plainErr] = [plainOutput(stdout), plainOutput(stderr)];
  const io = { stdin, stdout: plainOut, stderr: plainErr, signal: stop.signal, cwd: process.cwd(), env };
  main(process.argv.slice(2), io).then((code) => {
    stdout.write('', () => process.exit(code));
    // Whoever asked us to stop does not wait for a reader that has stalled.
    if (stop.signal.aborted) setTimeout(() => process.exit(code), drainMsMax).unref();
  }, crash);
}

start();
