// `qis backup` and `qis restore`: a gateway's key and database as one file, and back.
//
//     running: the gateway makes the copy ──┐
//     stopped: this command makes it ───────┴─> beside the file that is named ──> under its name
//
// Neither can make a sequence repeat: a gateway counts on from Unix time at every start, whatever its database says.
// Invariant: a backup is whole or not there, and belongs to whoever asked for it.
import { constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Config, loadConfig } from '../config/config.ts';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { controlLongWaitMsMax } from '../core/load-limits.ts';
import { copyIn } from '../gateway/backup-copy.ts';
import { folderProblem } from '../gateway/data-folder.ts';
import { keyIn, putKey } from '../gateway/own-key.ts';
import { backUp, readBackup, restoreDatabase } from '../store/backup.ts';
import { lookAt, summariseFile } from '../store/summary.ts';
import { type Command, type Io, parseArguments } from './command.ts';
import { CONFIG_HELP, configFile } from './config-file.ts';
import { askOrElse } from './running-gateway.ts';

export const backup: Command = {
  summary: "copy the gateway's key and database into one file",
  usage: `usage: qis backup <file> [--config <file>]

  The gateway may run. Keep the file as you would a password: whoever has it is the gateway.

  ${CONFIG_HELP}
`,
  async run(args, io) {
    const { file, config } = argumentsOf(args, io);
    if (existsSync(file)) throw new OperatingError('usage', `${file} exists already; name a new file`);
    const scratch = scratchBeside(file);
    try {
      const whole = join(scratch, 'whole');
      const holdsKey = await copyTo(whole, config, io);
      renameSync(whole, file);
      const without =
        'the database of this gateway, without its key, which is not in its data folder: keep that beside it';
      io.stdout.write(`${file} holds ${holdsKey ? 'the key and the database of this gateway' : without}\n`);
      return 0;
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
};

export const restore: Command = {
  summary: 'put a backup in the place of the data folder',
  usage: `usage: qis restore <file> [--config <file>]

  Stop the gateway first, and never run one key in two places. The database that was there is set aside.

  ${CONFIG_HELP}
`,
  async run(args, io) {
    const { file, config } = argumentsOf(args, io);
    const { data } = config;
    await refuseRunning(config, io);
    const { key, madeMs } = readBackup(file);
    const problem = folderProblem(data);
    if (problem) throw new OperatingError('store_unusable', `the data folder ${data} ${problem}`);
    mkdirSync(data, { recursive: true, mode: 0o700 });
    if (key) await putKey(data, key);
    const before = restoreDatabase(file, data);
    const aside = before ? `; what was there is now ${before}` : '';
    io.stdout.write(`${data} is as it was at ${new Date(madeMs).toISOString()}${aside}\n`);
    if (!key && !keyIn(data)) io.stdout.write('the backup holds no key: put identity.pem there before the start\n');
    return 0;
  },
};

/** Where a backup is made until it is whole: on the same disk. */
function scratchBeside(file: string): string {
  try {
    return mkdtempSync(join(dirname(file), '.qis-backup-'));
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

const unwritable = (file: string, cause: unknown): OperatingError =>
  new OperatingError('output_unwritable', `cannot back up to ${file} (${reasonOf(cause)}); name another file`, {
    cause,
  });

/** @returns whether the key is in it */
async function copyTo(whole: string, { data }: Pick<Config, 'data'>, io: Io): Promise<boolean> {
  const asking = { config: { data }, env: io.env, request: { ask: 'backup' }, waitMs: controlLongWaitMsMax };
  const made = await askOrElse<{ folder?: unknown; holds_key: boolean }>(asking, async () => {
    const key = keyIn(data);
    const isThere = await lookAt(data, async (database) => {
      await backUp(database, whole, { key, madeMs: Date.now() });
      return true;
    });
    if (!isThere) throw new OperatingError('store_unusable', `there is no gateway in ${data} yet`);
    return { holds_key: key !== undefined };
  });
  if (made.folder !== undefined) await fetchCopy(copyIn(data, made.folder), whole);
  return made.holds_key;
}

/** Copied, not moved: the file is to belong to whoever asked, and may lie on another disk. */
async function fetchCopy({ folder, file }: ReturnType<typeof copyIn>, whole: string): Promise<void> {
  try {
    copyFileSync(file, whole, constants.COPYFILE_EXCL);
    await using copied = await open(whole, 'r+');
    await copied.chmod(0o600);
    await copied.sync();
  } catch (cause) {
    throw unwritable(whole, cause);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A damaged file is no reason: it is what is to be replaced. @throws OperatingError already_running, agent_silent */
async function refuseRunning(config: Pick<Config, 'data'>, io: Io): Promise<void> {
  const isRunning = await askOrElse({ config, env: io.env, request: { ask: 'status' } }, async () => {
    try {
      summariseFile(config.data);
    } catch (error) {
      if (error instanceof OperatingError && error.code === 'already_running') throw error;
    }
    return false;
  });
  if (isRunning === false) return;
  throw new OperatingError('already_running', `the gateway of ${config.data} runs; stop it first, then restore`);
}

function argumentsOf(args: string[], io: Io): { file: string; config: Config } {
  const { values, positionals } = parseArguments(args, { config: { type: 'string' } }, 1);
  const [file] = positionals;
  if (file === undefined) throw new OperatingError('usage', 'which file?');
  return { file: resolve(io.cwd, file), config: loadConfig(configFile(values.config, io)) };
}
