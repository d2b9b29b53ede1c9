// `npm run -s bench -- county --json`: what a station of a dense county receives, and what it can tell by that.
//
//     made air ──> gateways of a replay, that narrow what they watch or never do ──> copies and bytes a station-day, verdicts
//
// Received counts every copy that reached a gateway, what was seen before included. Rivals that share nothing or values stand
// beside. Figures count from the day on when learning is over. Invariant: the same seed gives the same figures.
import { parse } from '../../src/packet/packet.ts';
import type { Alert } from '../../src/sim/replay-alerts.ts';
import { COUNTY_ALARM, type County, makeCounty, type Span, START_MS, spacingM } from './county-air.ts';
import { runNetwork } from './network-run.ts';
import { rivalAlerts } from './rivals.ts';

const COUNTY = { stations: 116, days: 15, learningDays: 8, faults: 20, seed: 20_260_101 };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Figures = Record<string, number>;

export async function benchCounty(only?: string): Promise<Record<string, unknown>> {
  const county = makeCounty(COUNTY);
  const result: Record<string, unknown> = { ...COUNTY, spacing_m: spacingM(county.recordings) };
  const runs: Record<string, () => Figures | Promise<Figures>> = {
    narrowing: () => network(county, { isWide: false }),
    wide: () => network(county, { isWide: true }),
    alone: () => network(county, { alone: true }),
    threshold: () => verdicts(rivalAlerts({ rival: 'threshold', ...asked(county) }), county),
    buddy: () => verdicts(rivalAlerts({ rival: 'buddy', ...asked(county) }), county),
  };
  for (const [name, run] of Object.entries(runs))
    if (!only || only.split(',').includes(name)) result[name] = await run();
  return result;
}

const asked = ({ recordings }: County) => ({ recordings, alarm: COUNTY_ALARM });

async function network(county: County, how: { isWide?: boolean; alone?: boolean }): Promise<Figures> {
  const { recordings } = county;
  const traffic = { copies: 0, bytes: 0, packets: new Set<string>() };
  const sinceS = (START_MS + COUNTY.learningDays * DAY_MS) / 1000;
  const arrived = (station: string, bytes: Buffer): boolean => {
    const parsed = parse(bytes);
    if (!parsed.ok || parsed.packet.outcome.issued < sinceS) return false;
    traffic.copies += 1;
    traffic.bytes += bytes.length;
    traffic.packets.add(`${station} ${parsed.packet.kid.toString('hex')} ${parsed.packet.outcome.sequence}`);
    return false;
  };
  const run = await runNetwork({ recordings, alarm: COUNTY_ALARM, ...how, disturbance: { isLost: arrived } });
  const days = recordings.length * (COUNTY.days - COUNTY.learningDays);
  const sent = [...run.issued.values()].reduce((sum, one) => sum + one, 0) / (recordings.length * COUNTY.days);
  return {
    copies_received_a_day: rounded(traffic.copies / days),
    bytes_received_a_day: Math.round(traffic.bytes / days),
    packets_received_a_day: rounded(traffic.packets.size / days),
    packets_sent_a_day: rounded(sent),
    ...verdicts(run.alerts, county),
    seconds: Math.round(run.seconds),
  };
}

/** As the scorer of injected faults counts: of those that alarmed, how many ended as local or fault, how many were confirmed. */
function verdicts(alerts: readonly Alert[], { recordings, events, faults }: County): Figures {
  const sinceMs = START_MS + COUNTY.learningDays * DAY_MS;
  const of = new Map(recordings.map(({ id }) => [id, [] as Alert[]]));
  for (const alert of alerts) of.get(alert.sensor)!.push(alert);
  const during = ({ station, fromMs, untilMs }: Span, lateMs: number) =>
    of.get(recordings[station]!.id)!.filter(({ timeMs }) => timeMs >= fromMs - HOUR_MS && timeMs < untilMs + lateMs);
  const has = (found: readonly Alert[], ...kinds: string[]) => found.some(({ kind }) => kinds.includes(kind));
  const settled = events.filter(({ fromMs }) => fromMs >= sinceMs);
  const told = settled.filter((span) => has(during(span, 0), 'event', 'confirmed'));
  const alarmed = faults.filter((span) => has(during(span, 0), 'event', 'local', 'fault'));
  const isTrue = ({ sensor, timeMs }: Alert) =>
    events.some(
      ({ station, fromMs, untilMs }) =>
        recordings[station]!.id === sensor && timeMs >= fromMs - 3 * HOUR_MS && timeMs < untilMs + HOUR_MS,
    );
  const late = alerts.filter(({ timeMs }) => timeMs >= sinceMs);
  return {
    events: settled.length,
    events_told: share(told.length, settled.length),
    events_confirmed: share(
      settled.filter((span) => has(during(span, 3 * HOUR_MS), 'confirmed')).length,
      settled.length,
    ),
    events_called_local: share(settled.filter((span) => has(during(span, 0), 'local')).length, settled.length),
    faults: faults.length,
    faults_alarmed: alarmed.length,
    rejected: share(alarmed.filter((span) => has(during(span, 6 * HOUR_MS), 'local', 'fault')).length, alarmed.length),
    confirmed: faults.filter((span) => has(during(span, 6 * HOUR_MS), 'confirmed')).length,
    false_events_a_week: rounded(
      late.filter((alert) => alert.kind === 'event' && !isTrue(alert)).length /
        ((recordings.length * (COUNTY.days - COUNTY.learningDays)) / 7),
    ),
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
const share = (part: number, of: number): number => (of === 0 ? 0 : Math.round((part / of) * 1000) / 1000);
