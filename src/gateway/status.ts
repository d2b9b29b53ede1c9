// Says how a running gateway does: what `qis status` shows, what is wrong, and the line that systemd shows.
//
//     snapshot ─┐
//     events ───┼──> rows that say whether there is trouble ──> state and problems in words
//     counters ─┘
//
// Invariant: the state is the same wherever it is told; times of the process decide, which nobody sets.
import type { PacketReason } from '../core/events.ts';
import type { ReferencedClock } from '../core/referenced-clock.ts';
import { span } from '../observe/age.ts';
import { count } from '../observe/amount.ts';
import { type Conclusions, createConclusions } from '../observe/conclusions.ts';
import { createDayTally, type DayTally, type Tally } from '../observe/day-tally.ts';
import { healthOf, healthWords, judgedLink, judgedSensor, type SensorHealth } from '../observe/health.ts';
import { createLinkOutages, type LinkOutages } from '../observe/link-outages.ts';
import { EXPECTED_PACKETS } from '../observe/log-level.ts';
import type { Telemetry } from '../observe/telemetry.ts';
import type { Gateway } from './gateway.ts';
import type { TimeKeeper } from './time-keeper.ts';

export interface StatusParts {
  readonly gateway: Gateway;
  readonly clock: ReferencedClock;
  /** The operator vouches for the machine's clock. */
  readonly isVouched: boolean;
  readonly time: TimeKeeper;
  readonly telemetry: Pick<Telemetry, 'bus' | 'counters' | 'gauges'>;
  readonly version: string;
  /** Since the process began, in ms of the clock's pace; never set. */
  readonly uptimeMs: () => number;
}

export interface StatusSource extends Disposable {
  now(): ReturnType<typeof statusOf>;
  /** The state, and how much there is of what. */
  inOneLine(): string;
}

export function openStatus(parts: StatusParts): StatusSource {
  const { clock, telemetry, uptimeMs } = parts;
  const conclusions = createConclusions();
  const outages = createLinkOutages(uptimeMs);
  const day = createDayTally({ read: () => tallyOf(telemetry), uptimeMs, rate: clock.rate });
  const unsubscribe = [telemetry.bus.listen(conclusions.note), telemetry.bus.listen(outages.note)];
  const now = () => statusOf(parts, { conclusions, outages, day });
  return {
    now,
    inOneLine: () => lineOf(now()),
    [Symbol.dispose]() {
      for (const stop of unsubscribe) stop();
      day[Symbol.dispose]();
    },
  };
}

interface Followed {
  readonly conclusions: Conclusions;
  readonly outages: LinkOutages;
  readonly day: DayTally;
}

function statusOf(parts: StatusParts, { conclusions, outages, day }: Followed) {
  const { gateway, clock, time, telemetry, version, uptimeMs } = parts;
  const snapshot = gateway.snapshot();
  const { store } = snapshot;
  const upMs = uptimeMs();
  const shown = time.shown(snapshot.held);
  const sensors = snapshot.sensors.map((sensor) => judgedSensor(attended(sensor, gateway), upMs));
  const links = snapshot.links.map((link) => judgedLink(link, outages.downMs(link.name)));
  const doubts = { clockProblem: shown.problem, diskProblem: store.problem };
  return {
    running: true,
    ...healthOf({ uptimeMs: upMs, ...doubts, sensors, links }),
    pid: process.pid,
    version,
    nowMs: clock.now(),
    startedMs: Math.round(clock.now() - upMs),
    uptimeS: Math.round(upMs / 1000),
    clockQuality: clock.quality(),
    time: { ...shown, source: sourceOf(parts) },
    ...snapshot,
    sensors,
    links,
    conclusions: conclusions.latest(store.verdicts),
    lastDay: day.shown(),
    gauges: telemetry.gauges.snapshot(),
    counters: telemetry.counters.snapshot(),
  };
}

/** Whoever works on a sensor wants no trouble told of it. */
function attended<Row extends SensorHealth>(
  sensor: Row,
  { maintenance }: Pick<Gateway, 'maintenance'>,
): Row | Attended<Row> {
  const { name } = sensor;
  const on = maintenance.list().find((one) => name === one.sensor || name.startsWith(`${one.sensor}/`));
  return on ? { ...sensor, state: 'maintenance', problem: `in maintenance for another ${span(on.leftMs)}` } : sensor;
}

type Attended<Row> = Omit<Row, 'state' | 'problem'> & { readonly state: 'maintenance'; readonly problem: string };

function lineOf({ sensors, links, store, ...health }: ReturnType<typeof statusOf>): string {
  const up = links.filter((link) => link.up).length;
  const has = `${count(sensors.length, 'sensor')}, ${up} of ${count(links.length, 'link')} up`;
  return `${healthWords(health)}; ${has}, ${count(store.unsent, 'packet')} to send`;
}

/** Where the time comes from. */
function sourceOf({ clock, isVouched }: Pick<StatusParts, 'clock' | 'isVouched'>): string {
  const { machineMs, receiverMs } = clock.sources();
  const isMachine = machineMs !== undefined;
  const machine = isVouched
    ? "this machine's clock, which you vouch for"
    : "this machine's clock, which is synchronised";
  if (clock.quality() === 0) return 'no clock that can be trusted';
  if (clock.rate !== undefined) return 'a clock that is faster, for a demonstration';
  if (receiverMs !== undefined) return isMachine ? `${machine}, beside a GNSS receiver` : 'a GNSS receiver';
  return isMachine ? machine : 'a clock that was synchronised, and is not now';
}

/** What a day is told in: readings, conclusions, packets. */
function tallyOf({ counters, gauges }: Pick<Telemetry, 'counters' | 'gauges'>): Tally {
  const counts = Object.entries(counters.snapshot());
  const sum = (type: string, isCounted = (_reason: string) => true) =>
    counts.reduce((total, [name, times]) => {
      const [of, reason = ''] = name.split('.');
      return of === type && isCounted(reason) ? total + times : total;
    }, 0);
  return {
    readings: gauges.snapshot().readings ?? 0,
    verdicts: sum('verdict'),
    alarms: sum('alarm'),
    packetsIssued: sum('packet_issued'),
    packetsReceived: sum('packet_received'),
    packetsRefused: sum('packet_dropped', (reason) => !EXPECTED_PACKETS.has(reason as PacketReason)),
  };
}
