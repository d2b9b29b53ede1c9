// Runs `qis demo`: the main job on real parts. Five gateways as five processes on this machine, each with its own key,
// broker and database; a plume crosses them, a fire burns beside one, one sensor sticks, one client attacks. Exits 0 only
// if all of that was dealt with, by every part of the loop.
//
//     set up -> learn (hours of frames through the real path) -> live (a shared clock, 60 times as fast) -> figures
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acceleratedClock, type ClockOrigin } from '../core/clock.ts';
import { OperatingError } from '../core/errors.ts';
import type { TimedEvent } from '../core/events.ts';
import { type Feed, openFeed } from '../sim/demo-feed.ts';
import { keepLearned, takeLearned } from '../sim/demo-learned.ts';
import { startGateway } from '../sim/demo-process.ts';
import { type DemoAccounts, type DemoGateway, demoAccounts, setUpDemo } from '../sim/demo-setup.ts';
import { createStory, type Story } from '../sim/demo-story.ts';
import { DEMO, demoStations } from '../sim/demo-world.ts';
import { type HostileClient, openHostileClient } from '../sim/hostile-client.ts';
import { openSerialPair, type SerialPair } from '../sim/serial-pair.ts';
import { type Command, type Io, parseArguments } from './command.ts';
import { checkGateway, createTold } from './demo-explain.ts';
import { learn, stopIfInterrupted } from './demo-learning.ts';
import { linkBytes, statusesOf, weightsMoved } from './demo-status.ts';
import { createTally, type DemoFigures, type Measured } from './demo-tally.ts';
import { createTimeline } from './demo-timeline.ts';
import { learnedLine, openingLines, summaryLines } from './demo-words.ts';
import { type ExplainedAnswer, explainedText } from './explain.ts';

export const command: Command = {
  summary: 'watch five gateways sense, conclude, sign, route, weigh and answer',
  usage: `usage: qis demo [--json] [--explain <gateway>] [--learned <folder>]

  --json      the figures as one JSON object on standard output, and nothing else
  --explain   after the story ask this gateway, for example gateway-2, why each of its verdicts stands
  --learned   for developers: keep what the gateways learn in this folder; if it is there, take it from there
`,
  run,
};

const indented = (text: string): string => text.replaceAll(/^/gm, '  ');

/** Two for each link, one for each neighbour that said what it watches: then whatever one issues reaches the others. */
const LINKED = 4 * DEMO.gateways;
/** They take a second or two; a machine that is this slow would not keep up with the story. */
const LINKED_MS_MAX = 60_000;
const HOSTILE_REPLAYS = 2;

async function run(args: string[], io: Io): Promise<number> {
  const { values } = parseArguments(args, {
    json: { type: 'boolean', default: false },
    explain: { type: 'string' },
    learned: { type: 'string' },
  });
  if (values.explain !== undefined) checkGateway(values.explain);
  const { stdout } = io;
  const draw = (text: string) => (stdout.draw ? stdout.draw(text) : stdout.write(text));
  const say = (line: string) => void (values.json || draw(`${line}\n`));
  const root = mkdtempSync(join(tmpdir(), 'qis-demo-'));
  try {
    const learned = values.learned === undefined ? undefined : resolve(io.cwd, values.learned);
    const { figures, missing, explained } = await play({ root, learned }, values.explain, say, io);
    const explanations = values.explain !== undefined && { explanations: explained.map((one) => one.explanation) };
    if (values.json) io.stdout.write(`${JSON.stringify({ ...figures, ...explanations })}\n`);
    for (const answer of explained) say(`${indented(explainedText(answer))}\n`);
    if (missing.length === 0) return 0;
    throw new OperatingError('demo_failed', `the demo did not show everything: ${missing.join('; ')}`);
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
  asked: string | undefined,
  say: (line: string) => void,
  io: Io,
): Promise<{ figures: DemoFigures; missing: string[]; explained: ExplainedAnswer[] }> {
  await using stack = new AsyncDisposableStack();
  const wallMs = performance.now();
  const seconds = () => (performance.now() - wallMs) / 1000;
  const stage = await setTheStage(folders, stack, say);
  const alone = stage.known ?? (await learn(stage.gateways, io));
  if (folders.learned !== undefined && !stage.known) keepLearned(folders.learned, folders.root, alone);
  say(learnedLine(seconds(), alone));

  const hostile = `client:${stage.accounts.hostile.name}`;
  const tally = createTally(hostile);
  for (const event of alone) tally.noteAlone(event);
  const colour = 'isTTY' in io.stdout && io.stdout.isTTY === true && !io.env.NO_COLOR;
  const timeline = createTimeline({ colour, hostile, write: say });
  const told = createTold(asked);
  const measured = await live(stage, stack, io, {
    note(gateway, event) {
      tally.note(gateway, event);
      timeline.note(gateway, event);
      told.note(gateway, event);
    },
    begin(timeMs) {
      tally.begin(timeMs);
      timeline.begin(timeMs);
    },
  });
  timeline.end();
  const figures = tally.figures(measured);
  for (const line of summaryLines(figures, seconds(), timeline.paint)) say(line);
  const explained = measured.gateways === DEMO.gateways ? await told.explain(stage.gateways, io) : [];
  return { figures, missing: tally.missing(figures), explained };
}

interface Audience {
  note(gateway: string, event: TimedEvent): void;
  /** The story begins now. @param timeMs of the gateways' clock */
  begin(timeMs: number): void;
}

/** Starts the gateways, and plays the story in real time. They still run when it is over. */
async function live(stage: Stage, stack: AsyncDisposableStack, io: Io, audience: Audience): Promise<Measured> {
  const { gateways } = stage;
  const origin: ClockOrigin = { wallMs: Date.now(), shownMs: DEMO.startMs, factor: DEMO.factor };
  const clock = acceleratedClock(origin);
  const story = createStory(clock);
  const feed = stack.use(feedOf(stage, story));
  const linked = new Set<string>();
  const processes = gateways.map(({ liveConfig, station: { name } }) => {
    const onEvent = (event: TimedEvent) => {
      if (event.type === 'link_up') linked.add(`${name}, link to ${event.link}`);
      if (event.type === 'peer_known') linked.add(`${name}, announcement of ${event.peer}`);
      audience.note(name, event);
    };
    return stack.use(startGateway(liveConfig, { origin, onEvent }));
  });
  await Promise.all(processes.map(({ started }, index) => started.then(() => feed.begin(gateways[index]!.station))));
  const isGoing = () => !io.signal.aborted && processes.every((process) => process.isRunning());
  const untilMs = performance.now() + LINKED_MS_MAX;
  while (linked.size < LINKED && isGoing() && performance.now() < untilMs) await sleep(20);
  stopIfInterrupted(io);
  if (linked.size < LINKED) throw new OperatingError('demo_failed', unlinked(linked));
  const atStart = await statusesOf(gateways, io);
  audience.begin(story.begin());
  stack.use(await attack(stage));
  while (story.now() < DEMO.startMs + DEMO.endsAt * 60_000 && isGoing()) await sleep(100);
  stopIfInterrupted(io);
  const atEnd = await statusesOf(gateways, io);
  return {
    gateways: processes.filter((process) => process.isRunning()).length,
    weights_moved: weightsMoved(atStart, atEnd),
    link_bytes: linkBytes(atEnd),
    raw_bytes: feed.rawBytes(),
  };
}

function unlinked({ size }: ReadonlySet<string>): string {
  return `the gateways did not all find their neighbours (${size} of ${LINKED} links and announcements came up in time); if the machine is busy, try again later`;
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

const urlOf = ({ gateways }: Stage, number: number) => `mqtt://127.0.0.1:${gateways[number - 1]!.port}`;

function feedOf(stage: Stage, story: Story): Feed {
  const { name: username, password } = stage.accounts.sensor;
  return openFeed({ lines: stage.lines, story, mqtt: { url: urlOf(stage, DEMO.mqttGateway), username, password } });
}

/** An insider waits for something to forge. */
function attack(stage: Stage): Promise<HostileClient> {
  const { name: username, password } = stage.accounts.hostile;
  return openHostileClient({ url: urlOf(stage, DEMO.hostileAt), username, password, replays: HOSTILE_REPLAYS });
}
