// What an operator is told by one gateway of a replay, at rows of its recording.
//
//   event      an onset, once, when it is detected; a change of its level or its end is none
//   fault      a check that named one, or a verdict that called an event of ours a fault
//   advisory   an early warning
//
// An alert that a row brought about stands at that row; one that a packet brought about at the row of the same moment, or
// else at the next one: never at an earlier row. Silence between rows stands nowhere, for it ends with the row that could
// tell of it. Alerts are never withdrawn: an event that turns out to be a fault is told twice.
import type { TimedEvent } from '../core/events.ts';
import type { CsvRow } from '../sense/replay/replay.ts';

export type AlertKind = 'event' | 'fault' | 'advisory';

export interface Alert {
  readonly sensor: string;
  /** Of the row it stands at. */
  readonly timeMs: number;
  /** The same, as written in the file. */
  readonly timestamp: string;
  readonly kind: AlertKind;
  readonly phenomenon: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** A fault that other gateways' packets showed. */
  readonly byVerdict: boolean;
}

type Untimed = Omit<Alert, 'sensor' | 'timeMs' | 'timestamp'>;

export interface AlertWriter {
  /** The next row is being read. */
  row(row: CsvRow): void;
  note(event: TimedEvent): void;
}

export function createAlertWriter(sensor: string, write: (alert: Alert) => void): AlertWriter {
  let current: CsvRow | undefined;
  let waiting: Untimed[] = [];
  /** Our events that no verdict has called a fault. */
  const events = new Set<string>();

  function place(alert: Untimed, { timeMs, written }: CsvRow): void {
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
      const alert = alertOf(event, events);
      if (!alert) return;
      if (current?.timeMs === event.timeMs) place(alert, current);
      else if (!isSilence(event)) waiting.push(alert);
    },
  };
}

function alertOf(event: TimedEvent, events: Set<string>): Untimed | undefined {
  if (event.type === 'anomaly' && (event.kind === 'event' || event.kind === 'fault')) {
    const { kind, confidence } = event;
    return { kind, phenomenon: quantityOf(event.channel), confidence, byVerdict: false };
  }
  if (event.type === 'verdict' && event.verdict === 'fault' && events.delete(event.about)) {
    return { kind: 'fault', phenomenon: event.phenomenon, confidence: 1 - event.probability, byVerdict: true };
  }
  if (event.type === 'advisory') {
    return { kind: 'advisory', phenomenon: event.phenomenon, confidence: event.probability, byVerdict: false };
  }
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
