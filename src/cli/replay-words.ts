// Tells people of a replay: one line while it runs, a few at the end.
import { VERDICT_NAMES } from '../core/events.ts';
import type { Output } from './command.ts';
import type { ReplayReport } from './replay-report.ts';
import type { WarningFigures } from './replay-warnings.ts';

const BAR_WIDTH = 30;
const REDRAW_MS = 100;

export interface Progress {
  /** @param share of the work that is done, 0 to 1; @param timeMs where in the recordings we are */
  at(share: number, timeMs: number): void;
  /** Takes the bar away. */
  end(): void;
}

/** A bar on a terminal, nothing anywhere else. */
export function createProgress(output: Output): Progress {
  let drawnMs = Number.NEGATIVE_INFINITY;
  const draw = (text: string) => (output.draw ? output.draw(text) : output.write(text));
  return {
    at(share, timeMs) {
      const nowMs = performance.now();
      if (!output.isTTY || nowMs - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs;
      const done = Math.round(Math.min(1, share) * BAR_WIDTH);
      const bar = `${'#'.repeat(done)}${'.'.repeat(BAR_WIDTH - done)}`;
      draw(`\r[${bar}] ${new Date(timeMs).toISOString().slice(0, 10)}`);
    },
    end() {
      if (drawnMs > 0) draw(`\r${' '.repeat(BAR_WIDTH + 13)}\r`);
    },
  };
}

export function reportWords({ mode, gateways, from, to, total }: ReplayReport): string {
  const { verdicts } = total;
  const rows: [string, string][] = [
    ['gateways', `${gateways}, ${mode === 'alone' ? 'each alone' : 'in a mesh'}`],
    ['recorded', `${from ?? '-'} to ${to ?? '-'}, ${total.rows} rows, ${total.station_days} station-days`],
    ['left out', counted(total.dropped)],
    ['events', `${total.events}, ${total.confirmed} times confirmed by others`],
    ['local', `${total.locals}`],
    ['faults', `${total.faults}; silent ${total.silences} times`],
    ['verdicts', VERDICT_NAMES.map((name) => `${verdicts[name]} ${name}`).join(', ')],
    ['advisories', warningWords(total.advisories, total.events)],
    ['persistence', warningWords(total.persistence, total.events)],
    ['neighbours persist', warningWords(total.neighbours_persistence, total.events)],
    ['sent', `${total.packets_per_station_day} packets, ${total.bytes_per_station_day} bytes a station-day`],
    [
      'received',
      `${total.received_packets_per_station_day} packets, ${total.received_bytes_per_station_day} bytes a station-day`,
    ],
  ];
  return rows.map(([name, value]) => `${name.padEnd(20)}${value}\n`).join('');
}

function counted(reasons: Readonly<Record<string, number>>): string {
  const parts = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

function warningWords({ warnings, precision, lead_median_s, events_warned }: WarningFigures, events: number): string {
  if (precision === null || lead_median_s === null) return `${warnings}`;
  const percent = (precision * 100).toFixed(1);
  const lead = (lead_median_s / 3600).toFixed(1);
  return `${warnings}, ${percent} % followed by an event within 6 h, median lead ${lead} h; ${events_warned} of ${events} events warned of`;
}
