// Counts the files of src/ that somebody has to know who follows one thing through a running gateway: those that are entered.
//
// An interval begins with its input and ends when all is still; an idle one is the same without input, just before. A file
// counts as entered if any function of it was called more often than in the idle interval: what timers do anyway is no
// part of the path, and a file that does both stays in.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Calls, filesEntered, openCallCounter } from './call-counter.ts';
import type { DrivenGateway } from './driven-gateway.ts';

const SETTLE_MS = 100;
const QUIET_UG_M3 = 11;
const SMOKE_UG_M3 = 90;
/** The sensor warms up, and everything was called once. */
const WARM_UP_FRAMES = 12;
const SMOKE_FRAMES_MAX = 60;

export interface EnteredFiles {
  /** A frame from the serial line of which nothing comes. */
  readonly quiet_reading: readonly string[];
  /** The frame that makes an event certain, until its packet is committed and published. */
  readonly reading_to_packet: readonly string[];
  /** A neighbour's packet that confirms it, until the operator is told and the packet acknowledged to the broker's client. */
  readonly arrival_to_verdict: readonly string[];
}

type Interval = (input: () => unknown) => Promise<Calls>;

export async function enteredFiles(): Promise<EnteredFiles> {
  using counter = await openCallCounter();
  // After the counter, and so not at the top of this file.
  const { openDrivenGateway } = await import('./driven-gateway.ts');
  await using gateway = await openDrivenGateway();
  const interval: Interval = async (input) => {
    await counter.take();
    await input();
    await sleep(SETTLE_MS);
    return counter.take();
  };
  // In this order: each needs what the one before it leaves.
  return {
    quiet_reading: await quietReading(gateway, interval),
    reading_to_packet: await packetOfSmoke(gateway, interval),
    arrival_to_verdict: await verdictOfArrival(gateway, interval),
  };
}

async function quietReading(gateway: DrivenGateway, interval: Interval): Promise<string[]> {
  for (let i = 0; i < WARM_UP_FRAMES; i++) await interval(gateway.frame(QUIET_UG_M3 + (i % 3)));
  const idle = await interval(() => {});
  const reading = await interval(gateway.frame(QUIET_UG_M3));
  const { readMs, nowMs } = gateway.times();
  check(readMs === nowMs && count(gateway, 'anomaly') === 0, 'the quiet reading was not read, or not quiet');
  return filesEntered(reading, idle);
}

async function packetOfSmoke(gateway: DrivenGateway, interval: Interval): Promise<string[]> {
  const idle = await interval(() => {});
  let reading: Calls = new Map();
  for (let i = 0; i < SMOKE_FRAMES_MAX && events(gateway) === 0; i++) {
    reading = await interval(gateway.frame(SMOKE_UG_M3 + (i % 5)));
  }
  check(events(gateway) === 1, 'no packet came of the smoke');
  return filesEntered(reading, idle);
}

async function verdictOfArrival(gateway: DrivenGateway, interval: Interval): Promise<string[]> {
  const before = count(gateway, 'verdict');
  const agree = await gateway.agreement();
  const idle = await interval(() => {});
  const arrival = await interval(agree);
  check(count(gateway, 'packet_received') === 1, 'the packet was not taken in');
  check(count(gateway, 'verdict') === before + 1, 'no verdict came of the arrival');
  return filesEntered(arrival, idle);
}

/** Packets of events: a level was told before. */
const events = (gateway: DrivenGateway): number =>
  gateway.events.items.filter((event) => event.type === 'packet_issued' && event.finding === 'event').length;

const count = ({ events }: DrivenGateway, type: string): number =>
  events.items.filter((event) => event.type === type).length;

function check(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
