// `qis maintenance`: a sensor is cleaned or mended, and nothing is concluded from it until that is over.
//
// The running gateway keeps it (gateway/maintenance.ts); one that is stopped has nothing to keep quiet.
import { loadConfig } from '../config/config.ts';
import { OperatingError } from '../core/errors.ts';
import type { ShownMaintenance } from '../gateway/maintenance-request.ts';
import { minuteOf } from '../observe/age.ts';
import { duration } from '../observe/amount.ts';
import { type Command, parseArguments } from './command.ts';
import { configFile, configHelp } from './config-file.ts';
import { askRunning } from './running-gateway.ts';

/** As the gateway answers it. */
type Answered = Omit<ShownMaintenance, 'leftS'> & { readonly left_s: number };

export const command: Command = {
  summary: 'say that a sensor is being cleaned: nothing is concluded from it meanwhile',
  usage: `usage: qis maintenance [--config <file>] [--json]
       qis maintenance <sensor> --for <time> [--config <file>] [--json]
       qis maintenance <sensor> --end [--config <file>] [--json]

  Its readings are shown in qis status, flagged. There is no alarm, no packet and no fault, and nothing is learned.
  It ends by itself, also after a restart. Without a sensor: which ones are in maintenance.

  <sensor>      name in the configuration; of a device behind a subscription zigbee/Balcony
  --for <time>  2h, 30min, 1d, 1h30min; at most 7d. While one is on it sets another end
  --end         it is over now
  ${configHelp(14)}
  --json        one JSON value on standard output and nothing else

  Example: qis maintenance roof --for 2h
`,
  async run(args, io) {
    const { values, positionals } = parseArguments(
      args,
      {
        for: { type: 'string' },
        end: { type: 'boolean', default: false },
        config: { type: 'string' },
        json: { type: 'boolean' },
      },
      1,
    );
    const [sensor] = positionals;
    const { for: time, end: isEnd } = values;
    if (sensor === undefined ? time !== undefined || isEnd : (time === undefined) !== isEnd)
      throw new OperatingError('usage', 'name a sensor with --for <time> or with --end, or nothing to list them');
    const forMs = time === undefined ? undefined : spanMs(time);
    const config = loadConfig(configFile(values.config, io));
    const request = { ask: 'maintenance', ...(sensor !== undefined && { sensor, forMs, isEnd }) };
    const all = await askRunning<readonly Answered[]>({ config, env: io.env, request });
    if (values.json) io.stdout.write(`${JSON.stringify({ maintenance: all })}\n`);
    else if (isEnd) io.stdout.write(`the maintenance of ${sensor} is over\n`);
    else for (const line of linesOf(all, sensor)) io.stdout.write(`${line}\n`);
    return 0;
  },
};

function linesOf(all: readonly Answered[], sensor: string | undefined): string[] {
  const shown = all.filter((one) => sensor === undefined || one.sensor === sensor);
  if (shown.length === 0) return ['no sensor is in maintenance'];
  return shown.map(
    (one) => `${one.sensor} is in maintenance until ${minuteOf(Date.parse(one.until))}, for ${duration(one.left_s)}`,
  );
}

const UNITS_MS = { d: 86_400_000, h: 3_600_000, min: 60_000 };

/** @throws OperatingError usage */
function spanMs(text: string): number {
  const [, d = '0', h = '0', min = '0'] = /^(?:(\d{1,3})d)?(?:(\d{1,3})h)?(?:(\d{1,5})m(?:in)?)?$/.exec(text) ?? [];
  const ms = Number(d) * UNITS_MS.d + Number(h) * UNITS_MS.h + Number(min) * UNITS_MS.min;
  if (ms > 0) return ms;
  throw new OperatingError('usage', `--for takes a time like 2h, 30min, 1d or 1h30min, not ${JSON.stringify(text)}`);
}
