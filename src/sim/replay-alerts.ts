// What an operator is told by one gateway of a replay, at rows of its recording.
//
//   event, confirmed, local, advisory   as the alarm of a phenomenon tells them; where it has no alarm level: an onset, a
//                                       verdict that only we saw it, an early warning. A detector that was asked for by
//                                       name raises events of its own beside those of the alarm
//   fault                               a sign of the device itself
// Of one kind and phenomenon at most one an hour.
//
// An alert that a row brought about stands at that row; one that a packet brought about at the row of the same moment, or
// else at the next one: never at an earlier row. Silence between rows stands nowhere, for it ends with the row that could
// tell of it; nor does one within a day of an event, for a gap says nothing of what was measured. Alerts are never withdrawn: an event that turns out to be local is told twice.
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
  /** Whether the onsets of the detector are alerts there, too. */
  readonly onsets?: boolean;
  readonly write: (alert: Alert) => void;
}

export function createAlertWriter({ sensor, alarmed, onsets = false, write }: AlertWriterOptions): AlertWriter {
  let current: CsvRow | undefined;
  let waiting: Untimed[] = [];
  /** Our events that no verdict has called local. */
  const events = new Set<string>();
  const lastMs = new Map<string, number>();

  function place(alert: Untimed, { timeMs, written }: CsvRow, isSilent = false): void {
    const kind = `${alert.kind}/${alert.phenomenon}`;
    const sinceMs = (name: string) => timeMs - (lastMs.get(name) ?? Number.NEGATIVE_INFINITY);
    if (sinceMs(kind) < GAP_MS || (isSilent && sinceMs(`event/${alert.phenomenon}`) < EVENT_MS)) return;
    lastMs.set(kind, timeMs);
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
      const alert = alertOf(event, events, { alarmed, onsets });
      if (!alert) return;
      if (current?.timeMs === event.timeMs) place(alert, current, isSilence(event));
      else if (!isSilence(event)) waiting.push(alert);
    },
  };
}

const GAP_MS = 3_600_000;
const EVENT_MS = 24 * GAP_MS;

type Told = Required<Pick<AlertWriterOptions, 'alarmed' | 'onsets'>>;

function alertOf(event: TimedEvent, events: Set<string>, told: Told): Untimed | undefined {
  const { alarmed } = told;
  if (event.type === 'alarm') return { kind: event.kind, phenomenon: event.phenomenon, confidence: event.confidence };
  if (event.type === 'anomaly') return anomalyAlert(event, told);
  if ((event.type !== 'verdict' && event.type !== 'advisory') || alarmed.has(event.phenomenon)) return undefined;
  const { phenomenon, probability } = event;
  if (event.type === 'advisory') return { kind: 'advisory', phenomenon, confidence: probability };
  const isLocal = event.verdict === 'local' && events.delete(event.about);
  return isLocal ? { kind: 'local', phenomenon, confidence: 1 - probability } : undefined;
}

function anomalyAlert(
  { kind, cause, channel, confidence }: Extract<TimedEvent, { type: 'anomaly' }>,
  { alarmed, onsets }: Told,
): Untimed | undefined {
  const phenomenon = quantityOf(channel);
  // An alarm holds its two channels against each other itself.
  if (cause === 'disagreement' && alarmed.has(phenomenon)) return undefined;
  if (kind === 'fault' || (kind === 'event' && (onsets || !alarmed.has(phenomenon))))
    return { kind, phenomenon, confidence };
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
