// What an operator is told by one gateway of a replay, at rows of its recording.
//
//   event, confirmed, local, advisory   as the alarm of a phenomenon tells them; where it has no alarm level: an onset, a
//                                       verdict that only we saw it, an early warning
//   fault                               a sign of the device itself; of one phenomenon at most one an hour
//
// An alert that a row brought about stands at that row; one that a packet brought about at the row of the same moment, or
// else at the next one: never at an earlier row. Silence between rows stands nowhere, for it ends with the row that could
// tell of it. Alerts are never withdrawn: an event that turns out to be local is told twice.
import type { AlarmKind, TimedEvent } from '../core/events.ts';
import type { CsvRow } from '../sense/replay/replay.ts';

export interface Alert {
  readonly sensor: string;
  /** Of the row it stands at. */
  readonly timeMs: number;
  /** The same, as written in the file. */
  readonly timestamp: string;
  readonly kind: AlarmKind;
  readonly phenomenon: string;
  /** 0 to 1. */
  readonly confidence: number;
}

type Untimed = Omit<Alert, 'sensor' | 'timeMs' | 'timestamp'>;

export interface AlertWriter {
  /** The next row is being read. */
  row(row: CsvRow): void;
  note(event: TimedEvent): void;
}

export interface AlertWriterOptions {
  readonly sensor: string;
  /** Phenomena that have an alarm level, by name. */
  readonly alarmed: ReadonlySet<string>;
  readonly write: (alert: Alert) => void;
}

export function createAlertWriter({ sensor, alarmed, write }: AlertWriterOptions): AlertWriter {
  let current: CsvRow | undefined;
  let waiting: Untimed[] = [];
  /** Our events that no verdict has called local. */
  const events = new Set<string>();
  const faultMs = new Map<string, number>();

  function place(alert: Untimed, { timeMs, written }: CsvRow): void {
    if (alert.kind === 'fault') {
      if (timeMs - (faultMs.get(alert.phenomenon) ?? Number.NEGATIVE_INFINITY) < FAULT_GAP_MS) return;
      faultMs.set(alert.phenomenon, timeMs);
    }
    write({ sensor, timeMs, timestamp: written, ...alert });
  }

  return {
    row(row) {
      current = row;
      for (const alert of waiting) place(alert, row);
      waiting = [];
    },
    note(event) {
      if (event.type === 'packet_issued' && event.finding === 'event') remember(events, event.id);
      const alert = alertOf(event, events, alarmed);
      if (!alert) return;
      if (current?.timeMs === event.timeMs) place(alert, current);
      else if (!isSilence(event)) waiting.push(alert);
    },
  };
}

const FAULT_GAP_MS = 3_600_000;

function alertOf(event: TimedEvent, events: Set<string>, alarmed: ReadonlySet<string>): Untimed | undefined {
  if (event.type === 'alarm') return { kind: event.kind, phenomenon: event.phenomenon, confidence: event.confidence };
  if (event.type === 'anomaly') return anomalyAlert(event, alarmed);
  if ((event.type !== 'verdict' && event.type !== 'advisory') || alarmed.has(event.phenomenon)) return undefined;
  const { phenomenon, probability } = event;
  if (event.type === 'advisory') return { kind: 'advisory', phenomenon, confidence: probability };
  const isLocal = event.verdict === 'local' && events.delete(event.about);
  return isLocal ? { kind: 'local', phenomenon, confidence: 1 - probability } : undefined;
}

function anomalyAlert(
  { kind, cause, channel, confidence }: Extract<TimedEvent, { type: 'anomaly' }>,
  alarmed: ReadonlySet<string>,
): Untimed | undefined {
  const phenomenon = quantityOf(channel);
  // An alarm holds its two channels against each other itself.
  if (cause === 'disagreement' && alarmed.has(phenomenon)) return undefined;
  if (kind === 'fault' || (kind === 'event' && !alarmed.has(phenomenon))) return { kind, phenomenon, confidence };
  return undefined;
}

function isSilence(event: TimedEvent): boolean {
  return event.type === 'anomaly' && event.cause === 'silent';
}

/** Verdicts come within hours. */
const EVENTS_MAX = 256;

function remember(events: Set<string>, id: string): void {
  if (events.size >= EVENTS_MAX) events.delete(events.values().next().value ?? '');
  events.add(id);
}

/** `<sensor>/<quantity>`; a sensor's name may hold anything. */
function quantityOf(channel: string): string {
  return channel.slice(channel.lastIndexOf('/') + 1);
}
