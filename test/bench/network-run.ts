// One run of the product's own network on recordings, disturbed or not: its alerts, and what became of its packets.
//
// Gateways, packets, signatures and admission are those of `qis replay`, in this process. Invariant: the same recordings
// and the same disturbance give the same run.
import { performance } from 'node:perf_hooks';
import type { TimedEvent } from '../../src/core/events.ts';
import type { Domains } from '../../src/distill/domains.ts';
import { loadDomains, withAlarms } from '../../src/gateway/domains.ts';
import { type Alert, type AlertWriter, createAlertWriter } from '../../src/sim/replay-alerts.ts';
import type { Disturbance } from '../../src/sim/replay-disturbance.ts';
import { runReplay } from '../../src/sim/replay-run.ts';
import type { Recording } from './recordings.ts';

export interface NetworkRunOptions {
  readonly recordings: readonly Recording[];
  /** ug/m3 */
  readonly alarm: number;
  readonly alone?: boolean;
  /** Watches everything within the tolerance at all times. */
  readonly isWide?: boolean;
  readonly disturbance?: Disturbance;
}

export interface NetworkRun {
  readonly alerts: readonly Alert[];
  /** Packets by origin, and by origin and receiver. */
  readonly issued: ReadonlyMap<string, number>;
  readonly received: ReadonlyMap<string, number>;
  /** By station, then by origin: what its word counts in the end; who is not there has no history. */
  readonly weights: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Pairs of station and origin whose key contradicted itself. */
  readonly condemned: number;
  readonly seconds: number;
}

/** PM2.5 among the phenomena of air. */
const PM2_5 = 1;

export const pairKey = (origin: string, receiver: string): string => `${origin} ${receiver}`;

const domainsOf = (alarm: number): Domains => withAlarms(loadDomains(['air']), { pm2_5: alarm });

export async function runNetwork(options: NetworkRunOptions): Promise<NetworkRun> {
  const { recordings, alarm, alone = false, isWide = false, disturbance } = options;
  const startMs = performance.now();
  const alerts: Alert[] = [];
  const write = (alert: Alert) => alerts.push(alert);
  const alarmed = new Set(['pm2_5']);
  const writers = new Map<string, AlertWriter>();
  for (const { id } of recordings) writers.set(id, createAlertWriter({ sensor: id, alarmed, write }));
  const [issued, received] = [new Map<string, number>(), new Map<string, number>()];
  const weights = new Map<string, ReadonlyMap<string, number>>();
  let condemned = 0;
  await runReplay({
    domains: domainsOf(alarm),
    stations: recordings.map(({ id, place, rows }) => ({ id, place, rows: inTurn(rows) })),
    alone,
    isWide,
    signal: new AbortController().signal,
    ...(disturbance && { disturbance }),
    listener: {
      row: (station, row) => writers.get(station)!.row(row),
      event(station, event) {
        writers.get(station)!.note(event);
        count(station, event, { issued, received });
      },
      moment: () => {},
      failed: (station, reason) => {
        throw new Error(`${station}: ${reason}`);
      },
      ended(station, standings, name) {
        const learned = standings.filter(({ phenomenon }) => phenomenon === PM2_5);
        weights.set(station, new Map(learned.map(({ origin, weight }) => [name(origin), weight])));
        condemned += standings.filter(({ equivocated }) => equivocated).length;
      },
    },
  });
  return { alerts, issued, received, weights, condemned, seconds: (performance.now() - startMs) / 1000 };
}

function count(
  station: string,
  event: TimedEvent,
  { issued, received }: { issued: Map<string, number>; received: Map<string, number> },
): void {
  const add = (to: Map<string, number>, key: string) => to.set(key, (to.get(key) ?? 0) + 1);
  if (event.type === 'packet_issued') add(issued, station);
  else if (event.type === 'packet_received') add(received, pairKey(event.origin, station));
}

async function* inTurn<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** As `qis replay` writes it, of the named stations. */
export function alertsText(alerts: readonly Alert[], of: ReadonlySet<string>): string {
  const lines = alerts
    .filter(({ sensor }) => of.has(sensor))
    .map(({ sensor, timestamp, kind, phenomenon, confidence }) =>
      [sensor, timestamp, kind, phenomenon, confidence.toFixed(3)].join(','),
    );
  return `${['sensor,timestamp,kind,phenomenon,confidence', ...lines].join('\n')}\n`;
}

/** Share of what these stations issued that each of the others among them received. */
export function deliveredShare({ issued, received }: NetworkRun, among: readonly string[]): number {
  let sent = 0;
  let arrived = 0;
  for (const origin of among) {
    sent += (issued.get(origin) ?? 0) * (among.length - 1);
    for (const receiver of among) arrived += received.get(pairKey(origin, receiver)) ?? 0;
  }
  return sent === 0 ? 1 : arrived / sent;
}
