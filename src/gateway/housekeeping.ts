// When a gateway saves what it learned and clears up: every half hour, or on the operator's schedule.
//
// node-cron is loaded only where a schedule is configured: it costs 15 MB of memory for its time zones.
import type { Config } from '../config/config.ts';
import { OperatingError } from '../core/errors.ts';

const HOUSEKEEPING_MS = 1_800_000;

/** Why it is not a schedule; undefined when it is one. */
export async function scheduleProblem(schedule: string): Promise<string | undefined> {
  const { validate } = await import('node-cron');
  return validate(schedule) ? undefined : 'is not a schedule; write five fields as in crontab, such as "17 3 * * *"';
}

/** @throws OperatingError config_invalid */
export async function openHousekeeping(
  { housekeeping }: Pick<Config, 'housekeeping'>,
  task: () => void,
): Promise<AsyncDisposable> {
  if (housekeeping === undefined) {
    const timer = setInterval(task, HOUSEKEEPING_MS);
    return { [Symbol.asyncDispose]: async () => clearInterval(timer) };
  }
  const problem = await scheduleProblem(housekeeping);
  if (problem) throw new OperatingError('config_invalid', `housekeeping: ${JSON.stringify(housekeeping)} ${problem}`);
  const { schedule } = await import('node-cron');
  const scheduled = schedule(housekeeping, task);
  return { [Symbol.asyncDispose]: async () => void (await scheduled.destroy()) };
}
