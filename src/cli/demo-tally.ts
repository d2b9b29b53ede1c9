// What happened in the demo, counted from the events of its gateways: the figures of `qis demo --json`.
//
// Everything is counted from what the five processes reported; nothing is assumed.
import type { TimedEvent } from '../core/events.ts';

export interface DemoFigures {
  readonly gateways: number;
  readonly events_confirmed: number;
  readonly faults_named: number;
  readonly forgeries_rejected: number;
  readonly replays_rejected: number;
  readonly advisories: number;
  /** Seconds of demo time from the first advisory to a gateway's own detection. */
  readonly lead_time_s: { readonly median: number | null };
  readonly packet_bytes: { readonly p50: number; readonly p95: number; readonly max: number };
  readonly link_bytes: number;
  readonly raw_bytes: number;
}

export interface Tally {
  note(gateway: string, event: TimedEvent): void;
  figures(extra: { gateways: number; link_bytes: number; raw_bytes: number }): DemoFigures;
  /** What did not happen; empty when the demo succeeded. */
  missing(figures: DemoFigures): string[];
}

/** @param hostile `via` of the hostile client */
export function createTally(hostile: string): Tally {
  const confirmed = new Set<string>();
  const faults = new Set<string>();
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
    note(gateway, event) {
      if (event.type === 'packet_dropped') noteDrop(event);
      if (event.type === 'packet_issued') packetBytes.push(event.bytes);
      if (event.type === 'verdict' && event.verdict === 'event') confirmed.add(event.about);
      if (event.type === 'verdict' && event.verdict === 'fault') faults.add(event.about);
      if (event.type === 'anomaly' && event.kind === 'event' && !detectedMs.has(gateway)) {
        detectedMs.set(gateway, event.timeMs);
      }
      if (event.type === 'advisory') {
        advisories++;
        if (!advisedMs.has(gateway)) advisedMs.set(gateway, event.timeMs);
      }
    },
    figures: (extra) => ({
      gateways: extra.gateways,
      events_confirmed: confirmed.size,
      faults_named: faults.size,
      forgeries_rejected: forgeries,
      replays_rejected: replays,
      advisories,
      lead_time_s: { median: median(leads(advisedMs, detectedMs)) },
      packet_bytes: {
        p50: quantile(packetBytes, 0.5),
        p95: quantile(packetBytes, 0.95),
        max: Math.max(0, ...packetBytes),
      },
      link_bytes: extra.link_bytes,
      raw_bytes: extra.raw_bytes,
    }),
    missing(figures) {
      const wanted: [keyof DemoFigures, number, string][] = [
        ['gateways', 5, 'gateways that stayed up'],
        ['events_confirmed', 3, 'events confirmed by neighbours'],
        ['faults_named', 1, 'a stuck sensor named as a fault'],
        ['forgeries_rejected', 1, 'a forged packet rejected'],
        ['replays_rejected', 1, 'a replayed packet rejected'],
        ['advisories', 1, 'an early warning'],
      ];
      return wanted
        .filter(([key, least]) => (figures[key] as number) < least)
        .map(([key, least, what]) => `${what} (${key}: ${figures[key]}, at least ${least} expected)`);
    },
  };
}

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
