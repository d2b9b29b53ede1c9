// The demo's timeline: one line for what a gateway concluded, with the time of the demo and the bytes it cost.
import type { TimedEvent } from '../core/events.ts';
import { plainLine } from '../core/plain-text.ts';

export type Style = 'plain' | 'good' | 'bad' | 'notice' | 'dim';

const CODES: Record<Style, string> = { plain: '0', good: '32', bad: '31', notice: '33', dim: '2' };

export interface TimelineOptions {
  readonly colour: boolean;
  /** `via` of the hostile client. */
  readonly hostile: string;
  readonly write: (line: string) => void;
}

interface Entry {
  readonly label: string;
  readonly text: string;
  readonly style: Style;
  readonly bytes?: number;
}

export function createTimeline({ colour, hostile, write }: TimelineOptions) {
  /** What a detector said last, by gateway: the packet it becomes follows at once and brings the bytes. */
  const anomalies = new Map<string, Extract<TimedEvent, { type: 'anomaly' }>>();
  /** Own findings of broken sensors. */
  const faults = new Set<string>();
  /** When the story began: before, the gateways come up in any order and dial neighbours that are not there yet. */
  let beganMs: number | undefined;
  let isOver = false;

  function paint(text: string, style: Style): string {
    return colour && style !== 'plain' ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text;
  }

  function entryOf(gateway: string, event: TimedEvent): Entry | undefined {
    switch (event.type) {
      case 'anomaly':
        anomalies.set(gateway, event);
        return undefined;
      case 'packet_issued':
        if (event.finding === 'fault') faults.add(event.id);
        return issued(event, anomalies.get(gateway));
      case 'verdict':
        return event.verdict === 'uncorroborated' ? undefined : verdict(event, faults.has(event.about));
      case 'advisory':
        return { label: 'advisory', style: 'notice', text: advisory(event) };
      case 'packet_dropped':
        return event.via === hostile ? rejected(event) : undefined;
      case 'source_down':
      case 'link_down':
        return beganMs === undefined ? undefined : { label: 'trouble', style: 'bad', text: event.reason };
      case 'warning':
        return { label: 'warning', style: 'bad', text: event.message };
      default:
        return undefined;
    }
  }

  return {
    note(gateway: string, event: TimedEvent): void {
      const entry = isOver ? undefined : entryOf(gateway, event);
      if (!entry) return;
      const bytes = entry.bytes === undefined ? '' : `${entry.bytes} B`;
      const label = paint(entry.label.padEnd(9), entry.style);
      write(
        `  ${clockText(event.timeMs - (beganMs ?? event.timeMs))}  ${gateway}  ${label}  ${plainLine(entry.text).padEnd(66)} ${bytes.padStart(6)}`.trimEnd(),
      );
    },
    paint,
    /** @param timeMs of the gateways' clock: from here on the time is counted */
    begin(timeMs: number): void {
      beganMs = timeMs;
    },
    /** What the gateways say while they are stopped is no part of the story. */
    end(): void {
      isOver = true;
    },
  };
}

function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function issued(
  event: Extract<TimedEvent, { type: 'packet_issued' }>,
  anomaly: Extract<TimedEvent, { type: 'anomaly' }> | undefined,
): Entry {
  const { finding, phenomenon, bytes } = event;
  const about = event.evidence[0]?.slice(0, 8);
  if (finding === 'confirm')
    return { label: 'confirm', style: 'dim', text: `sees ${phenomenon} too, as ${about} says`, bytes };
  if (finding === 'refute') return { label: 'refute', style: 'dim', text: `sees nothing of what ${about} says`, bytes };
  if (finding === 'verdict')
    return { label: 'deposit', style: 'dim', text: `tells the others its verdict on ${about}`, bytes };
  if (!anomaly) return { label: finding, style: 'plain', text: phenomenon, bytes };
  const value = `${anomaly.observed.toFixed(0)} ${anomaly.unit}`;
  if (finding === 'fault') {
    return {
      label: 'FAULT',
      style: 'bad',
      text: `${anomaly.channel} ${anomaly.cause.replaceAll('_', ' ')} at ${value}`,
      bytes,
    };
  }
  if (finding === 'cleared') {
    return {
      label: 'cleared',
      style: 'plain',
      text: `${phenomenon} is back at ${value} after ${Math.round(anomaly.durationS / 60)} min`,
      bytes,
    };
  }
  const text = `${phenomenon} at ${value}, normal ${anomaly.baseline.toFixed(0)} (${percent(anomaly.confidence)} sure)`;
  return {
    label: finding === 'event' ? 'EVENT' : 'level',
    style: finding === 'event' ? 'notice' : 'plain',
    text,
    bytes,
  };
}

/** @param isFault it is about a sensor that was found broken */
function verdict(event: Extract<TimedEvent, { type: 'verdict' }>, isFault: boolean): Entry {
  const { phenomenon, probability, evidence } = event;
  const behind = `${evidence.length} packet${evidence.length === 1 ? '' : 's'} behind it`;
  if (event.verdict === 'event')
    return {
      label: 'VERDICT',
      style: 'good',
      text: `${phenomenon}: a real event (${percent(probability)}, ${behind})`,
    };
  const text = isFault
    ? `${phenomenon}: the sensor is at fault, not the air (${percent(1 - probability)})`
    : `${phenomenon}: only here, a source nearby or the sensor (${percent(1 - probability)}, ${behind})`;
  return { label: 'VERDICT', style: 'bad', text };
}

function advisory(event: Extract<TimedEvent, { type: 'advisory' }>): string {
  const when = event.inMinutes === 0 ? 'any minute now' : `in about ${event.inMinutes} min`;
  return `${event.phenomenon} likely to reach you ${when}, seen ${event.distanceKm} km away`;
}

function rejected(event: Extract<TimedEvent, { type: 'packet_dropped' }>): Entry {
  const what = event.reason === 'bad_signature' ? 'a forged packet' : 'a replayed packet';
  return {
    label: 'REJECTED',
    style: 'good',
    text: `${what} of an insider (${event.reason.replaceAll('_', ' ')})`,
    bytes: event.bytes,
  };
}
