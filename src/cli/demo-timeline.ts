// The demo's timeline: one line for what a gateway concluded, with the time of the demo and the bytes it cost, in the
// words of the log (observe/finding-words.ts).
import type { TimedEvent } from '../core/events.ts';
import { plainLine } from '../core/plain-text.ts';
import { advisoryWords, findingWords, issuedWords, verdictWords } from '../observe/finding-words.ts';

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
        return issued(event, anomalies.get(gateway));
      case 'verdict':
        return event.verdict === 'uncorroborated' ? undefined : verdict(event);
      case 'advisory':
        return { label: 'advisory', style: 'notice', text: advisoryWords(event) };
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

type Of<Type extends TimedEvent['type']> = Extract<TimedEvent, { type: Type }>;

/** What a packet is called in the margin, and how it looks; the others are notes of what happened. */
const LABELS: Partial<Record<Of<'packet_issued'>['finding'], Pick<Entry, 'label' | 'style'>>> = {
  event: { label: 'EVENT', style: 'notice' },
  fault: { label: 'FAULT', style: 'bad' },
  confirm: { label: 'confirm', style: 'dim' },
  refute: { label: 'refute', style: 'dim' },
  verdict: { label: 'deposit', style: 'dim' },
};

/** @param anomaly what the gateway's detector said last */
function issued(event: Of<'packet_issued'>, anomaly: Of<'anomaly'> | undefined): Entry {
  const { finding, bytes } = event;
  const isOwn = finding === 'event' || finding === 'fault' || finding === 'cleared';
  const text = isOwn && anomaly ? findingWords(anomaly) : issuedWords(event);
  return { label: finding, style: 'plain', ...LABELS[finding], text, bytes };
}

function verdict(event: Of<'verdict'>): Entry {
  const text = verdictWords({ ...event, heard: event.evidence.length });
  return { label: 'VERDICT', style: event.verdict === 'event' ? 'good' : 'bad', text };
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
