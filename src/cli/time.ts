// `qis time`: what a gateway takes to have passed, and a way out when that is wrong.
import { loadConfig } from '../config/config.ts';
import { OperatingError } from '../core/errors.ts';
import { openStore } from '../store/store.ts';
import { type Command, parseArguments } from './command.ts';
import { CONFIG_HELP, configFile } from './config-file.ts';
import { askOrElse } from './running-gateway.ts';

export const command: Command = {
  summary: 'reset what a gateway takes to be the earliest possible time',
  usage: `usage: qis time reset [--config <file>]

  A gateway keeps a time that is known to have passed, and sends nothing while its clock shows less (qis status: time).
  Where that time came of a wrong clock, reset forgets it, also while the gateway runs.

  ${CONFIG_HELP}
`,
  async run(args, io) {
    const { values, positionals } = parseArguments(args, { config: { type: 'string' } }, 1);
    if (positionals[0] !== 'reset') throw new OperatingError('usage', 'the only thing to do with time is reset');
    const config = loadConfig(configFile(values.config, io));
    const asking = { config, env: io.env, request: { ask: 'time_reset' } };
    const { floor_ms: floorMs } = await askOrElse(asking, () => resetFile(config.data));
    const was = `${new Date(floorMs).toISOString()} is no longer taken to have passed`;
    io.stdout.write(`${floorMs > 0 ? was : 'no time was taken to have passed'}\n`);
    return 0;
  },
};

/** Of a gateway that is stopped. */
async function resetFile(data: string): Promise<{ floor_ms: number }> {
  await using store = openStore(data, { now: Date.now });
  const floorMs = store.timeFloorMs();
  store.commitNow(() => store.resetTimeFloor(0));
  return { floor_ms: floorMs };
}
