// Tells a finding from nonsense: what a detector of the operator's own answers is checked before it becomes an event.
//
// Invariant: what passes has every member in its range, opens nothing that is open and ends nothing that is not.
import type { Finding } from '../detect/detector.ts';

export interface Against {
  /** Of the reading that was answered, Unix ms. */
  readonly timeMs: number;
  readonly isOpen: boolean;
  /** Severity classes there are. */
  readonly severityMax: number;
}

const KINDS = ['event', 'level', 'cleared'];
const CAUSES = ['rise', 'drop'];

/** @returns the finding with the members it may have; undefined where there is none; or what is wrong with it */
export function findingOf(answer: unknown, { timeMs, isOpen, severityMax }: Against): Finding | undefined | string {
  if (answer === undefined || answer === null) return undefined;
  if (typeof answer !== 'object') return `it answered ${JSON.stringify(answer)?.slice(0, 40)}, which is no finding`;
  const { kind, cause, onsetMs, samples, confidence, severity, durationS, rebaseBy } = answer as Finding;
  const isWithin = (value: unknown, from: number, to: number) =>
    typeof value === 'number' && value >= from && value <= to;
  const wrong = (member: string, is: unknown) => `its finding has ${member} ${JSON.stringify(is)?.slice(0, 40)}`;
  if (!KINDS.includes(kind)) return wrong('kind', kind);
  if (!CAUSES.includes(cause)) return wrong('cause', cause);
  if (!isWithin(onsetMs, 0, timeMs)) return wrong('onsetMs', onsetMs);
  if (!Number.isSafeInteger(samples) || samples < 1) return wrong('samples', samples);
  if (!isWithin(confidence, 0, 1)) return wrong('confidence', confidence);
  if (!Number.isInteger(severity) || !isWithin(severity, 1, severityMax)) return wrong('severity', severity);
  if (!isWithin(durationS, 0, timeMs / 1_000)) return wrong('durationS', durationS);
  if (rebaseBy !== undefined && !isWithin(rebaseBy, -1e9, 1e9)) return wrong('rebaseBy', rebaseBy);
  if ((kind === 'event') === isOpen) return `it told ${kind} while ${isOpen ? 'an' : 'no'} event was open`;
  const found = { kind, cause, onsetMs: Math.round(onsetMs), samples, confidence, severity };
  return {
    ...found,
    durationS: kind === 'cleared' ? Math.round(durationS) : 0,
    ...(kind === 'cleared' && rebaseBy !== undefined && { rebaseBy }),
  };
}
