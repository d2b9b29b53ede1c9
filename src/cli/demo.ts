// `qis demo`: the main job on real parts. Five gateways as five processes on this machine, each with its own key, broker
// and database; a plume crosses them, one sensor sticks, one client attacks. Exits 0 only if all of that was dealt with.
//
//     set up -> learn (two days of frames through the real path) -> live (a shared clock, 60 times as fast) -> figures
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acceleratedClock, type ClockOrigin } from '../core/clock.ts';
import { OperatingError } from '../core/errors.ts';
import type { TimedEvent } from '../core/events.ts';
import { readStatus, statusPath } from '../observe/status-socket.ts';
import { openFeed } from '../sim/demo-feed.ts';
import { type GatewayProcess, startGateway } from '../sim/demo-process.ts';
import { type DemoGateway, demoAccounts, setUpDemo } from '../sim/demo-setup.ts';
import { DEMO, demoStations } from '../sim/demo-world.ts';
import { openHostileClient } from '../sim/hostile-client.ts';
import { openSerialPair, type SerialPair } from '../sim/serial-pair.ts';
import { type Command, type Io, parseArguments } from './command.ts';
import { createTally, type DemoFigures } from './demo-tally.ts';
import { createTimeline } from './demo-timeline.ts';
import { openingLines, summaryLines } from './demo-words.ts';

export const command: Command = {
  summary: 'watch five gateways sense, conclude, sign, route, weigh and answer',
  usage: `usage: qis demo [--json]

  --json   the figures as one JSON object on standard output, and nothing else
`,
  run,
};

/** Processes need this long to start on a slow machine; their shared clock reaches the start of the story then. */
const START_MS = 4_000;
const HOSTILE_REPLAYS = 2;

async function run(args: string[], io: Io): Promise<number> {
  const { values } = parseArguments(args, { json: { type: 'boolean', default: false } });
  const say = (line: string) => void (values.json || io.stdout.write(`${line}\n`));
  const root = mkdtempSync(join(tmpdir(), 'qis-demo-'));
  try {
    const figures = await play(root, say, io);
    stopIfInterrupted(io);
    if (values.json) io.stdout.write(`${JSON.stringify(figures.figures)}\n`);
    if (figures.missing.length === 0) return 0;
    throw new OperatingError('demo_failed', `the demo did not show everything: ${figures.missing.join('; ')}`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function play(
  root: string,
  say: (line: string) => void,
  io: Io,
): Promise<{ figures: DemoFigures; missing: string[] }> {
  await using stack = new AsyncDisposableStack();
  const wallMs = performance.now();
  const stations = demoStations();
  const accounts = demoAccounts();
  const lines = new Map<number, SerialPair>();
  for (const { number, name } of stations) {
    if (number !== DEMO.mqttGateway) lines.set(number, stack.use(await openSerialPair(root, name)));
  }
  const kind = [...lines.values()].every((line) => line.kind === 'pty') ? 'pty' : 'tcp';
  for (const line of openingLines(kind)) say(line);
  const ports = new Map([...lines].map(([number, line]) => [number, line.path]));
  const gateways = await setUpDemo(root, stations, ports, accounts);
  await learn(gateways, io);
  stopIfInterrupted(io);
  say(`  learned two days of air in ${((performance.now() - wallMs) / 1000).toFixed(0)} s; the story begins\n`);

  const hostile = `client:${accounts.hostile.name}`;
  const tally = createTally(hostile);
  const colour = 'isTTY' in io.stdout && io.stdout.isTTY === true && !io.env.NO_COLOR;
  const timeline = createTimeline({ startMs: DEMO.startMs, colour, hostile, write: say });
  const origin: ClockOrigin = { wallMs: Date.now() + START_MS, shownMs: DEMO.startMs, factor: DEMO.factor };
  const clock = acceleratedClock(origin);
  const onEvent = (gateway: string) => (event: TimedEvent) => {
    tally.note(gateway, event);
    timeline.note(gateway, event);
  };
  const processes = gateways.map((gateway) =>
    stack.use(startGateway(gateway.liveConfig, { origin, onEvent: onEvent(gateway.station.name) })),
  );
  await Promise.all(processes.map((process) => process.started));
  await sleep(Math.max(0, origin.wallMs - Date.now()));

  const url = (number: number) => `mqtt://127.0.0.1:${gateways[number - 1]!.port}`;
  const { name: username, password } = accounts.sensor;
  const feed = stack.use(
    await openFeed({ stations, lines, clock, mqtt: { url: url(DEMO.mqttGateway), username, password } }),
  );
  const attacker = { username: accounts.hostile.name, password: accounts.hostile.password, replays: HOSTILE_REPLAYS };
  stack.use(await openHostileClient({ url: url(DEMO.hostileAt), ...attacker }));

  const endMs = DEMO.startMs + DEMO.endsAt * 60_000;
  while (clock.now() < endMs && !io.signal.aborted && processes.every((process) => process.isRunning()))
    await sleep(100);
  timeline.end();
  const linkBytes = await linkBytesOf(gateways, io);
  const alive = processes.filter((process) => process.isRunning()).length;
  const figures = tally.figures({ gateways: alive, link_bytes: linkBytes, raw_bytes: feed.rawBytes() });
  for (const line of summaryLines(figures, (performance.now() - wallMs) / 1000, timeline.paint)) say(line);
  return { figures, missing: tally.missing(figures) };
}

function stopIfInterrupted({ signal }: Io): void {
  if (signal.aborted) throw new OperatingError('demo_failed', 'the demo was interrupted');
}

/** Two at a time: the work is all processor. */
async function learn(gateways: readonly DemoGateway[], io: Io): Promise<void> {
  const waiting = [...gateways];
  const worker = async () => {
    for (let gateway = waiting.shift(); gateway && !io.signal.aborted; gateway = waiting.shift()) {
      await using process: GatewayProcess = startGateway(gateway.learnConfig, { onEvent: () => {} });
      const { code, stderr } = await process.exited;
      if (code !== 0 && !io.signal.aborted)
        throw new OperatingError('demo_failed', `${gateway.station.name} could not learn: ${stderr}`);
    }
  };
  await Promise.all([worker(), worker()]);
}

/** What the gateways count at the sockets of the links they dialled, both ways. */
async function linkBytesOf(gateways: readonly DemoGateway[], io: Io): Promise<number> {
  let bytes = 0;
  for (const { folder } of gateways) {
    const status = (await readStatus(statusPath(join(folder, 'data'), io.env))) as
      | { links?: { bytes_in: number; bytes_out: number }[] }
      | undefined;
    for (const link of status?.links ?? []) bytes += link.bytes_in + link.bytes_out;
  }
  return bytes;
}
