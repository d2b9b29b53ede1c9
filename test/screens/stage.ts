// The gateways that README's screens are taken from: those of the demo, as processes, one of them with a sensor that is not
// plugged in. One second is a minute there.
//
// Nothing is played that the demo does not play; what the chosen gateway tells is kept. It runs until that one has judged.
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { acceleratedClock } from '../../src/core/clock.ts';
import type { TimedEvent } from '../../src/core/events.ts';
import { openFeed } from '../../src/sim/demo-feed.ts';
import { type DemoGateway, demoAccounts, setUpDemo } from '../../src/sim/demo-setup.ts';
import { createStory } from '../../src/sim/demo-story.ts';
import { DEMO, demoStations } from '../../src/sim/demo-world.ts';
import { openSerialPair, type SerialPair } from '../../src/sim/serial-pair.ts';
import { qis } from '../cli/qis.ts';
import { gatewayProcess } from '../conformance/gateway-process.ts';
import type { Scope } from '../scope.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export interface Stage {
  /** What the chosen gateway told since its start. */
  readonly events: readonly TimedEvent[];
  /** Of the event that it and its neighbours saw. */
  readonly about: string;
  /** A command asked of the chosen gateway, and what it wrote. */
  ask(...args: string[]): Promise<string>;
}

/** Between two neighbours, so that it hears both. */
const CHOSEN = 1;
const UNPLUGGED = { name: 'yard', device: 'PMS5003', port: '/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0' };
const PATIENCE_MS = 120_000;
const SETTLE_MS = 2_000;

/** @throws Error when nothing was judged in time */
export async function openStage(scope: Scope): Promise<Stage> {
  const root = temporaryFolder(scope);
  const stations = demoStations();
  const lines = new Map<number, SerialPair>();
  for (const { number, name } of stations)
    if (number !== DEMO.mqttGateway) lines.set(number, await openSerialPair(root, name));
  scope.after(() => Promise.all([...lines.values()].map((line) => line[Symbol.asyncDispose]())));
  const ports = new Map([...lines].map(([number, line]) => [number, line.path]));
  const accounts = demoAccounts();
  const gateways = await setUpDemo(root, stations, ports, accounts);
  for (const { learnConfig } of gateways) await qis(['run', '--json', '--config', learnConfig]);
  const chosen = gateways[CHOSEN]!;
  addSensor(chosen);

  const origin = { wallMs: Date.now(), shownMs: DEMO.startMs, factor: DEMO.factor };
  const story = createStory(acceleratedClock(origin));
  const url = `mqtt://127.0.0.1:${gateways[DEMO.mqttGateway - 1]!.port}`;
  const feed = openFeed({
    lines,
    story,
    mqtt: { url, username: accounts.sensor.name, password: accounts.sensor.password },
  });
  scope.after(() => feed[Symbol.asyncDispose]());
  const running = gateways.map((gateway) => live(scope, gateway, `${origin.wallMs}:${origin.shownMs}`));
  await Promise.all(
    running.map(async (one, index) => {
      await one.start();
      await feed.begin(gateways[index]!.station);
    }),
  );
  const links = ({ events }: (typeof running)[number]) => events.items.filter(({ type }) => type === 'link_up').length;
  await until(() => running.every((one) => links(one) === 2), 'the gateways did not find each other');
  await sleep(SETTLE_MS);
  story.begin();
  const { events } = running[CHOSEN]!;
  const judged = () => events.items.find((event) => event.type === 'verdict' && event.verdict === 'event');
  await until(() => judged() !== undefined, 'nothing was judged');
  await sleep(SETTLE_MS);
  const event = judged();
  if (event?.type !== 'verdict') throw new Error('nothing was judged');
  const ask = async (...args: string[]) => (await qis([...args, '--config', chosen.liveConfig])).stdout;
  return { events: events.items, about: event.about, ask };
}

function addSensor({ liveConfig }: DemoGateway): void {
  const config = parse(readFileSync(liveConfig, 'utf8')) as { sensors: object[] };
  writeFileSync(liveConfig, stringify({ ...config, sensors: [...config.sensors, UNPLUGGED] }));
}

function live(scope: Scope, { station: { name }, port, folder, liveConfig }: DemoGateway, origin: string) {
  const clock = ['--clock-origin', origin, '--clock-factor', `${DEMO.factor}`];
  const args = ['run', '--json', '--config', liveConfig, ...clock];
  return gatewayProcess(scope, { name, port, nodeId: Buffer.alloc(16), folder, args });
}

async function until(isSo: () => boolean, otherwise: string): Promise<void> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > untilMs) throw new Error(`${otherwise}; is this machine busy?`);
    await sleep(50);
  }
}
