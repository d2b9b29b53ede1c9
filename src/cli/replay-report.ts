// What a replay showed, in figures: for each station and in all (`--report`, `--json`).
//
// Everything is counted from alerts and events; persistence stands beside our own warnings, always.
import type { DomainProfile } from '../core/domain.ts';
import { type TimedEvent, VERDICT_NAMES, type VerdictName } from '../core/events.ts';
import type { CsvRow } from '../sense/replay/replay.ts';
import type { Alert } from '../sim/replay-alerts.ts';
import type { Place } from '../synthesize/sighting.ts';
import { createPersistence } from './replay-persistence.ts';
import { addMoment, type Moments, momentKey, type WarningFigures, warningFigures } from './replay-warnings.ts';

export interface StationFigures {
  readonly rows: number;
  /** Days (UTC) with a row. */
  readonly station_days: number;
  /** What was left out of the files, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly events: number;
  /** Events that neighbours confirmed, and what was high only here. */
  readonly confirmed: number;
  readonly locals: number;
  readonly faults: number;
  /** How often a sensor fell silent; an alert only where there was a row without its value. */
  readonly silences: number;
  readonly verdicts: Readonly<Record<VerdictName, number>>;
  readonly advisories: WarningFigures;
  readonly persistence: WarningFigures;
  readonly neighbours_persistence: WarningFigures;
  readonly packets_per_station_day: number;
  readonly bytes_per_station_day: number;
  /** All that was handed to the station, second copies included. */
  readonly received_packets_per_station_day: number;
  readonly received_bytes_per_station_day: number;
}

export interface ReplayReport {
  readonly mode: 'mesh' | 'alone';
  readonly gateways: number;
  readonly from: string | null;
  readonly to: string | null;
  /** Stations that took no part, or not to the end, and why. */
  readonly failed: readonly { readonly station: string; readonly reason: string }[];
  readonly total: StationFigures;
  readonly stations: Readonly<Record<string, StationFigures>>;
}

class Counts {
  rows = 0;
  days = 0;
  lastDay = -1;
  events = 0;
  faults = 0;
  confirmed = 0;
  locals = 0;
  advisories = 0;
  silences = 0;
  readonly verdicts = { event: 0, local: 0, fault: 0, uncorroborated: 0 };
  readonly dropped: Record<string, number> = {};
  readonly issued = { packets: 0, bytes: 0 };
  readonly received = { packets: 0, bytes: 0 };
}

const ALERT_COUNTS = {
  event: 'events',
  confirmed: 'confirmed',
  local: 'locals',
  fault: 'faults',
  advisory: 'advisories',
} as const;

export interface ReplayTally {
  row(station: string, row: CsvRow): void;
  event(station: string, event: TimedEvent): void;
  alert(alert: Alert): void;
  moment(timeMs: number): void;
  failed(station: string, reason: string): void;
  report(mode: 'mesh' | 'alone'): ReplayReport;
}

/** @param places of the stations of the manifest */
export function createReplayTally(domains: readonly DomainProfile[], places: ReadonlyMap<string, Place>): ReplayTally {
  const counts = new Map<string, Counts>();
  const persistence = createPersistence(domains, places);
  const events = new Map<string, number[]>();
  const advisories = new Map<string, number[]>();
  const failed: { station: string; reason: string }[] = [];
  const span = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY };
  const of = (station: string): Counts => {
    const known = counts.get(station) ?? new Counts();
    counts.set(station, known);
    return known;
  };
  const figures = (stations: readonly string[]): StationFigures => {
    const sum = total(stations.map(of));
    const only = (moments: Moments) => new Map([...moments].filter(([key]) => stations.includes(stationOf(key))));
    const begun = only(events);
    const perDay = (count: number) => (sum.days === 0 ? 0 : Math.round((count / sum.days) * 100) / 100);
    return {
      rows: sum.rows,
      station_days: sum.days,
      dropped: sum.dropped,
      events: sum.events,
      confirmed: sum.confirmed,
      locals: sum.locals,
      faults: sum.faults,
      silences: sum.silences,
      verdicts: sum.verdicts,
      advisories: warningFigures(only(advisories), begun),
      persistence: warningFigures(only(persistence.own), begun),
      neighbours_persistence: warningFigures(only(persistence.neighbours), begun),
      packets_per_station_day: perDay(sum.issued.packets),
      bytes_per_station_day: perDay(sum.issued.bytes),
      received_packets_per_station_day: perDay(sum.received.packets),
      received_bytes_per_station_day: perDay(sum.received.bytes),
    };
  };
  return {
    row(station, row) {
      const count = of(station);
      count.rows++;
      const day = Math.floor(row.timeMs / 86_400_000);
      if (day !== count.lastDay) count.days++;
      count.lastDay = day;
      span.fromMs = Math.min(span.fromMs, row.timeMs);
      span.toMs = Math.max(span.toMs, row.timeMs);
      persistence.row(station, row);
    },
    event(station, event) {
      persistence.event(station, event);
      noteEvent(of(station), event);
    },
    alert({ sensor, kind, phenomenon, timeMs }) {
      const count = of(sensor);
      count[ALERT_COUNTS[kind]]++;
      if (kind === 'event' || kind === 'advisory') {
        addMoment(kind === 'event' ? events : advisories, momentKey(sensor, phenomenon), timeMs);
      }
    },
    moment: persistence.moment,
    failed: (station, reason) => void failed.push({ station, reason }),
    report(mode) {
      const stations = [...counts].filter(([, { rows }]) => rows > 0).map(([station]) => station);
      const iso = (timeMs: number) => (Number.isFinite(timeMs) ? new Date(timeMs).toISOString() : null);
      return {
        mode,
        gateways: stations.length,
        from: iso(span.fromMs),
        to: iso(span.toMs),
        failed,
        total: figures(stations),
        stations: Object.fromEntries(stations.map((station) => [station, figures([station])])),
      };
    },
  };
}

const stationOf = (key: string): string => key.slice(key.indexOf(' ') + 1);

function noteEvent(count: Counts, event: TimedEvent): void {
  switch (event.type) {
    case 'reading_dropped':
      count.dropped[event.reason] = (count.dropped[event.reason] ?? 0) + event.count;
      return;
    case 'anomaly':
      if (event.cause === 'silent') count.silences++;
      return;
    case 'verdict':
      count.verdicts[event.verdict]++;
      return;
    case 'packet_issued':
      count.issued.packets++;
      count.issued.bytes += event.bytes;
      return;
    case 'packet_dropped':
      // Told of a packet that was received.
      if (event.reason === 'hop_limit') return;
      count.received.packets++;
      count.received.bytes += event.bytes;
      return;
    case 'packet_received':
      count.received.packets++;
      count.received.bytes += event.bytes;
  }
}

function total(all: readonly Counts[]): Counts {
  const sum = new Counts();
  for (const count of all) {
    sum.rows += count.rows;
    sum.days += count.days;
    sum.events += count.events;
    sum.faults += count.faults;
    sum.confirmed += count.confirmed;
    sum.locals += count.locals;
    sum.silences += count.silences;
    for (const name of VERDICT_NAMES) sum.verdicts[name] += count.verdicts[name];
    for (const [reason, number] of Object.entries(count.dropped)) {
      sum.dropped[reason] = (sum.dropped[reason] ?? 0) + number;
    }
    for (const way of ['issued', 'received'] as const) {
      sum[way].packets += count[way].packets;
      sum[way].bytes += count[way].bytes;
    }
  }
  return sum;
}
