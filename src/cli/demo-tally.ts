// Counts what happened in the demo, from the events of its gateways: the figures of `qis demo --json`.
//
// Everything is counted from what the five processes reported; nothing is assumed.
import type { TimedEvent } from '../core/events.ts';
import { createExchange, type ExchangeFigures } from './demo-exchange.ts';

export interface DemoFigures extends ExchangeFigures {
  readonly gateways: number;
  readonly events_confirmed: number;
  readonly faults_named: number;
  readonly forgeries_rejected: number;
  readonly replays_rejected: number;
  readonly advisories: number;
  /** Weights of a gateway's word, in the eyes of another, that are not what they were at the start. */
  readonly weights_moved: number;
  /** Seconds of demo time from the first advisory to a gateway's own detection. */
  readonly lead_time_s: { readonly median: number | null };
  readonly packet_bytes: { readonly p50: number; readonly p95: number; readonly max: number };
  readonly link_bytes: number;
  readonly raw_bytes: number;
}

export interface Tally {
  /** What a gateway reported while it learned, on its own. */
  noteAlone(event: TimedEvent): void;
  note(gateway: string, event: TimedEvent): void;
  /** The story begins. @param timeMs of the gateways' clock */
  begin(timeMs: number): void;
  figures(measured: Measured): DemoFigures;
  /** What did not happen; empty when the demo succeeded. */
  missing(figures: DemoFigures): string[];
}

/** What no event tells. */
export type Measured = Pick<DemoFigures, 'gateways' | 'weights_moved' | 'link_bytes' | 'raw_bytes'>;

/** @param hostile `via` of the hostile client */
export function createTally(hostile: string): Tally {
  const exchange = createExchange();
  const confirmed = new Set<string>();
  /** Own findings of broken sensors, and what was called a fault: a rise that nobody else saw is no broken sensor. */
  const faultsFound = new Set<string>();
  const calledFault = new Set<string>();
  const advisedMs = new Map<string, number>();
  const detectedMs = new Map<string, number>();
  const packetBytes: number[] = [];
  let forgeries = 0;
  let replays = 0;
  let advisories = 0;

  function noteDrop(event: Extract<TimedEvent, { type: 'packet_dropped' }>): void {
    if (event.via !== hostile) return;
    if (event.reason === 'bad_signature') forgeries++;
    if (event.reason === 'duplicate' || event.reason === 'own_echo') replays++;
  }

  return {
    noteAlone: exchange.noteAlone,
    begin: exchange.begin,
    note(gateway, event) {
      exchange.note(gateway, event);
      if (event.type === 'packet_dropped') noteDrop(event);
      if (event.type === 'packet_issued') packetBytes.push(event.bytes);
      if (event.type === 'packet_issued' && event.finding === 'fault') faultsFound.add(event.id);
      if (event.type === 'verdict' && event.verdict === 'event') confirmed.add(event.about);
      if (event.type === 'verdict' && event.verdict === 'fault') calledFault.add(event.about);
      if (event.type === 'anomaly' && event.kind === 'event' && !detectedMs.has(gateway)) {
        detectedMs.set(gateway, event.timeMs);
      }
      if (event.type === 'advisory') {
        advisories++;
        if (!advisedMs.has(gateway)) advisedMs.set(gateway, event.timeMs);
      }
    },
    figures: (measured) => ({
      gateways: measured.gateways,
      events_confirmed: confirmed.size,
      faults_named: calledFault.intersection(faultsFound).size,
      forgeries_rejected: forgeries,
      replays_rejected: replays,
      advisories,
      ...exchange.figures(),
      weights_moved: measured.weights_moved,
      lead_time_s: { median: median(leads(advisedMs, detectedMs)) },
      packet_bytes: {
        p50: quantile(packetBytes, 0.5),
        p95: quantile(packetBytes, 0.95),
        max: Math.max(0, ...packetBytes),
      },
      link_bytes: measured.link_bytes,
      raw_bytes: measured.raw_bytes,
    }),
    missing: (figures) =>
      WANTED.filter(([key, least]) => figures[key] < least).map(
        ([key, least, what]) => `${what} (${key}: ${figures[key]}, at least ${least} expected)`,
      ),
  };
}

type Counted = { [Key in keyof DemoFigures]: DemoFigures[Key] extends number ? Key : never }[keyof DemoFigures];

/** What must have happened, how often at least, and what is said when it did not. */
const WANTED: readonly (readonly [Counted, number, string])[] = [
  ['gateways', 5, 'not all gateways stayed up'],
  ['events_confirmed', 3, 'too few events were confirmed by neighbours'],
  ['faults_named', 1, 'no stuck sensor was named as a fault'],
  ['forgeries_rejected', 1, 'no forged packet was rejected'],
  ['replays_rejected', 1, 'no replayed packet was rejected'],
  ['advisories', 1, 'nobody was warned early'],
  ['confirms', 1, 'no confirmation of one gateway counted in a verdict of another'],
  ['verdict_deposits', 1, 'no verdict was told to others with the evidence behind it'],
  ['hops_max', 2, 'no packet crossed two links, passed on by the gateway between them'],
  ['lone_rises_told', 1, 'no rise at one station alone was told from an event by what its neighbours said'],
  ['weights_moved', 1, 'nobody thinks more or less of the word of another gateway than at the start'],
];

function leads(advised: Map<string, number>, detected: Map<string, number>): number[] {
  const result: number[] = [];
  for (const [gateway, atMs] of detected) {
    const warnedMs = advised.get(gateway);
    if (warnedMs !== undefined && warnedMs < atMs) result.push((atMs - warnedMs) / 1000);
  }
  return result;
}

function median(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.round(quantile(values, 0.5));
}

/** Nearest rank; 0 for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
