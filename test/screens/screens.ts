// README's screens: a name, how it is taken from gateways that run, and how it is made again from what was kept of them.
//
// Invariant: what stands in README is what the product's own words make of `told.json`, so a test needs no gateway.
import type { StatusAnswer } from '../../src/cli/status-answer.ts';
import { screenLines } from '../../src/cli/status-screen.ts';
import type { TimedEvent } from '../../src/core/events.ts';
import { createLog } from '../../src/observe/log-line.ts';
import type { Stage } from './stage.ts';

/** What is kept of the gateways. */
export interface Told {
  readonly status: StatusAnswer;
  readonly explained: readonly string[];
  readonly events: readonly TimedEvent[];
}

const LOG_LINES = 8;

export const SCREENS: Readonly<Record<string, (told: Told) => readonly string[]>> = {
  status: ({ status }) => ['$ qis status', ...screenLines(status, 'qis.yaml')],
  explain: ({ explained }) => [`$ qis explain ${explained[0]!.slice(0, 8)}`, ...explained],
  log: ({ events }) => logLines(events),
};

export async function toldBy({ events, about, ask }: Stage): Promise<Told> {
  const status = JSON.parse(await ask('status', '--json')) as StatusAnswer;
  const explained = (await ask('explain', about.slice(0, 8))).trimEnd().split('\n');
  // Only what leaves a line in the log, and of that the last: the first ones tell of links and ports.
  const told = events.filter((event) => logLines([event]).length > 0);
  return { status: shown(status), explained, events: told.slice(-LOG_LINES) };
}

function logLines(events: readonly TimedEvent[]): string[] {
  const lines: string[] = [];
  const log = createLog('info', (line) => lines.push(line));
  for (const event of events) log(event);
  return lines;
}

/** The members that the screen is made of. */
function shown(status: StatusAnswer): StatusAnswer {
  const { running, state, problems, name, public_key, version, now, started, uptime_s, time, held, ...more } = status;
  const { sensors, readings, links, conclusions, last_day, channels = [], store } = more;
  return {
    ...{ running, state, problems, name, public_key, version, now, started, uptime_s, time, held },
    ...{ sensors, readings, links, conclusions, last_day, store: { problem: store?.problem ?? null } },
    channels: channels.map(({ sensor, quantity }) => ({ sensor, quantity })),
  } as StatusAnswer;
}
