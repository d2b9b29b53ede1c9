// `qis backup` and `qis restore`: a gateway's key and database as one file, and back.
//
// Neither can make a sequence repeat: a gateway counts on from Unix time at every start, whatever its database says.
import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadConfig } from '../config/config.ts';
import { OperatingError } from '../core/errors.ts';
import { folderProblem } from '../gateway/data-folder.ts';
import { keyIn, putKey } from '../gateway/own-key.ts';
import { backUp, readBackup, restoreDatabase } from '../store/backup.ts';
import { storePath } from '../store/database.ts';
import { summariseFile } from '../store/summary.ts';
import { type Command, type Io, parseArguments } from './command.ts';
import { CONFIG_HELP, configFile } from './config-file.ts';

export const backup: Command = {
  summary: "copy the gateway's key and database into one file",
  usage: `usage: qis backup <file> [--config <file>]

  The gateway may run. Keep the file as you would a password: whoever has it is the gateway.

  ${CONFIG_HELP}
`,
  async run(args, io) {
    const { file, data } = argumentsOf(args, io);
    if (existsSync(file)) throw new OperatingError('usage', `${file} exists already; name a new file`);
    if (!existsSync(storePath(data))) throw new OperatingError('store_unusable', `there is no gateway in ${data} yet`);
    const key = keyIn(data);
    backUp(data, file, { key, madeMs: Date.now() });
    const without =
      'the database of this gateway, without its key, which is not in its data folder: keep that beside it';
    io.stdout.write(`${file} holds ${key ? 'the key and the database of this gateway' : without}\n`);
    return 0;
  },
};

export const restore: Command = {
  summary: 'put a backup in the place of the data folder',
  usage: `usage: qis restore <file> [--config <file>]

  Stop the gateway first, and never run one key in two places. The database that was there is set aside.

  ${CONFIG_HELP}
`,
  async run(args, io) {
    const { file, data } = argumentsOf(args, io);
    const { key, madeMs } = readBackup(file);
    const problem = folderProblem(data);
    if (problem) throw new OperatingError('store_unusable', `the data folder ${data} ${problem}`);
    mkdirSync(data, { recursive: true, mode: 0o700 });
    refuseRunning(data);
    if (key) await putKey(data, key);
    const before = restoreDatabase(file, data);
    const aside = before ? `; what was there is now ${before}` : '';
    io.stdout.write(`${data} is as it was at ${new Date(madeMs).toISOString()}${aside}\n`);
    if (!key && !keyIn(data)) io.stdout.write('the backup holds no key: put identity.pem there before the start\n');
    return 0;
  },
};

/** A damaged file is no reason: it is what is to be replaced. @throws OperatingError already_running */
function refuseRunning(data: string): void {
  try {
    summariseFile(data);
  } catch (error) {
    if (error instanceof OperatingError && error.code === 'already_running') throw error;
  }
}

function argumentsOf(args: string[], io: Io): { file: string; data: string } {
  const { values, positionals } = parseArguments(args, { config: { type: 'string' } }, 1);
  const [file] = positionals;
  if (file === undefined) throw new OperatingError('usage', 'which file?');
  return { file: resolve(io.cwd, file), data: loadConfig(configFile(values.config, io)).data };
}
