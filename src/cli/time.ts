// `qis time`: what a gateway takes to have passed, and a way out when that is wrong.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../config/config.ts';
import { OperatingError } from '../core/errors.ts';
import { RESET_MARK } from '../gateway/time-keeper.ts';
import { openStore } from '../store/store.ts';
import { type Command, parseArguments } from './command.ts';
import { CONFIG_HELP, configFile } from './config-file.ts';

export const command: Command = {
  summary: 'reset what a gateway takes to be the earliest possible time',
  usage: `usage: qis time reset [--config <file>]

  A gateway keeps a time that is known to have passed, and sends nothing while its clock shows less (qis status: time).
  Where that time came of a wrong clock, reset forgets it. A gateway that runs does so within a second.

  ${CONFIG_HELP}
`,
  async run(args, io) {
    const { values, positionals } = parseArguments(args, { config: { type: 'string' } }, 1);
    if (positionals[0] !== 'reset') throw new OperatingError('usage', 'the only thing to do with time is reset');
    const { data } = loadConfig(configFile(values.config, io));
    io.stdout.write(`${await reset(data)}\n`);
    return 0;
  },
};

async function reset(data: string): Promise<string> {
  try {
    await using store = openStore(data, { now: Date.now });
    const floorMs = store.timeFloorMs();
    store.commitNow(() => store.resetTimeFloor(0));
    return floorMs > 0
      ? `${new Date(floorMs).toISOString()} is no longer taken to have passed`
      : 'no time was taken to have passed';
  } catch (error) {
    if (!(error instanceof OperatingError && error.code === 'already_running')) throw error;
    writeFileSync(join(data, RESET_MARK), '', { mode: 0o600 });
    return 'the gateway runs: it resets its time now, and its log says so';
  }
}
