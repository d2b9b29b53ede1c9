// Runs `qis demo`: the main job on real parts. Five gateways as five processes on this machine, each with its own key,
// broker and database; a plume crosses them, a fire burns beside one, one sensor sticks, one client attacks. Exits 0 only
// if all of that was dealt with, by every part of the loop.
//
//     set up -> learn (hours of frames through the real path) -> live (a shared clock, 60 times as fast) -> figures
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acceleratedClock, type Clock, type ClockOrigin } from '../core/clock.ts';
import { OperatingError } from '../core/errors.ts';
import type { TimedEvent } from '../core/events.ts';
import { type Feed, openFeed } from '../sim/demo-feed.ts';
import { keepLearned, takeLearned } from '../sim/demo-learned.ts';
import { startGateway } from '../sim/demo-process.ts';
import { type DemoAccounts, type DemoGateway, demoAccounts, setUpDemo } from '../sim/demo-setup.ts';
import { DEMO, demoStations } from '../sim/demo-world.ts';
import { openHostileClient } from '../sim/hostile-client.ts';
import { openSerialPair, type SerialPair } from '../sim/serial-pair.ts';
import { type Command, type Io, parseArguments } from './command.ts';
import { learn, stopIfInterrupted } from './demo-learning.ts';
import { linkBytes, statusesOf, weightsMoved } from './demo-status.ts';
import { createTally, type DemoFigures, type Measured } from './demo-tally.ts';
import { createTimeline } from './demo-timeline.ts';
import { learnedLine, openingLines, summaryLines } from './demo-words.ts';

export const command: Command = {
  summary: 'watch five gateways sense, conclude, sign, route, weigh and answer',
  usage: `usage: qis demo [--json] [--learned <folder>]

  --json      the figures as one JSON object on standard output, and nothing else
  --learned   for developers: keep what the gateways learn in this folder; if it is there, take it from there
`,
  run,
};

/** Five processes need this long to start and to link up; their shared clock reaches the start of the story then. */
const START_MS = 6_000;
/** On a machine that has more to do, they need as many times longer as others wait for a core; but nobody waits for ever. */
const START_FACTOR_MAX = 4;
const HOSTILE_REPLAYS = 2;

async function run(args: string[], io: Io): Promise<number> {
  const { values } = parseArguments(args, {
    json: { type: 'boolean', default: false },
    learned: { type: 'string' },
  });
  const say = (line: string) => void (values.json || io.stdout.write(`${line}\n`));
  const root = mkdtempSync(join(tmpdir(), 'qis-demo-'));
  try {
    const learned = values.learned === undefined ? undefined : resolve(io.cwd, values.learned);
    const figures = await play({ root, learned }, say, io);
    if (values.json) io.stdout.write(`${JSON.stringify(figures.figures)}\n`);
    if (figures.missing.length === 0) return 0;
    throw new OperatingError('demo_failed', `the demo did not show everything: ${figures.missing.join('; ')}`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

interface Folders {
  readonly root: string;
  /** Where it is kept what the gateways learned; undefined where it is not. */
  readonly learned: string | undefined;
}

/** The gateways on disk, and what they and the world around them are reached by. */
interface Stage {
  readonly gateways: readonly DemoGateway[];
  readonly lines: ReadonlyMap<number, SerialPair>;
  readonly accounts: DemoAccounts;
  /** What the gateways reported while they learned, if that was before. */
  readonly known: TimedEvent[] | undefined;
}

async function play(
  folders: Folders,
  say: (line: string) => void,
  io: Io,
): Promise<{ figures: DemoFigures; missing: string[] }> {
  await using stack = new AsyncDisposableStack();
  const wallMs = performance.now();
  const seconds = () => (performance.now() - wallMs) / 1000;
  const stage = await setTheStage(folders, stack, say);
  const alone = stage.known ?? (await learn(stage.gateways, io));
  if (folders.learned !== undefined && !stage.known) keepLearned(folders.learned, folders.root, alone);
  say(learnedLine(seconds(), alone));

  const hostile = `client:${stage.accounts.hostile.name}`;
  const tally = createTally({ hostile, startMs: DEMO.startMs });
  for (const event of alone) tally.noteAlone(event);
  const colour = 'isTTY' in io.stdout && io.stdout.isTTY === true && !io.env.NO_COLOR;
  const zeroMs = DEMO.startMs - START_MS * DEMO.factor;
  const timeline = createTimeline({ zeroMs, startMs: DEMO.startMs, colour, hostile, write: say });
  const note = (gateway: string, event: TimedEvent) => {
    tally.note(gateway, event);
    timeline.note(gateway, event);
  };
  const measured = await live(stage, stack, io, note);
  stopIfInterrupted(io);
  timeline.end();
  const figures = tally.figures(measured);
  for (const line of summaryLines(figures, seconds(), timeline.paint)) say(line);
  return { figures, missing: tally.missing(figures) };
}

/** The story, in real time. The gateways still run when it is over. */
async function live(
  stage: Stage,
  stack: AsyncDisposableStack,
  io: Io,
  note: (gateway: string, event: TimedEvent) => void,
): Promise<Measured> {
  const { gateways } = stage;
  const origin: ClockOrigin = { wallMs: Date.now() + startMs(), shownMs: DEMO.startMs, factor: DEMO.factor };
  const clock = acceleratedClock(origin);
  const processes = gateways.map(({ liveConfig, station }) => {
    const onEvent = (event: TimedEvent) => note(station.name, event);
    return stack.use(startGateway(liveConfig, { origin, onEvent }));
  });
  await Promise.all(processes.map((process) => process.started));
  await sleep(Math.max(0, origin.wallMs - Date.now()));
  const atStart = await statusesOf(gateways, io);
  const feed = await startTheWorld(stage, clock, stack);
  const endMs = DEMO.startMs + DEMO.endsAt * 60_000;
  while (clock.now() < endMs && !io.signal.aborted && processes.every((process) => process.isRunning()))
    await sleep(100);
  const atEnd = await statusesOf(gateways, io);
  return {
    gateways: processes.filter((process) => process.isRunning()).length,
    weights_moved: weightsMoved(atStart, atEnd),
    link_bytes: linkBytes(atEnd),
    raw_bytes: feed.rawBytes(),
  };
}

function startMs(): number {
  const waiting = loadavg()[0]! / availableParallelism();
  return START_MS * Math.min(Math.max(1, waiting), START_FACTOR_MAX);
}

async function setTheStage(
  { root, learned }: Folders,
  stack: AsyncDisposableStack,
  say: (line: string) => void,
): Promise<Stage> {
  const stations = demoStations();
  const accounts = demoAccounts();
  const lines = new Map<number, SerialPair>();
  for (const { number, name } of stations) {
    if (number !== DEMO.mqttGateway) lines.set(number, stack.use(await openSerialPair(root, name)));
  }
  const kind = [...lines.values()].every((line) => line.kind === 'pty') ? 'pty' : 'tcp';
  for (const line of openingLines(kind)) say(line);
  const ports = new Map([...lines].map(([number, line]) => [number, line.path]));
  const known = learned === undefined ? undefined : takeLearned(learned, root);
  return { gateways: await setUpDemo(root, stations, ports, accounts), lines, accounts, known };
}

/** The sensors speak, and the insider waits for something to forge. */
async function startTheWorld(
  { gateways, lines, accounts }: Stage,
  clock: Clock,
  stack: AsyncDisposableStack,
): Promise<Feed> {
  const stations = gateways.map(({ station }) => station);
  const url = (number: number) => `mqtt://127.0.0.1:${gateways[number - 1]!.port}`;
  const { name: username, password } = accounts.sensor;
  const mqtt = { url: url(DEMO.mqttGateway), username, password };
  const feed = stack.use(await openFeed({ stations, lines, clock, mqtt }));
  const { hostile } = accounts;
  const attacker = { username: hostile.name, password: hostile.password, replays: HOSTILE_REPLAYS };
  stack.use(await openHostileClient({ url: url(DEMO.hostileAt), ...attacker }));
  return feed;
}
