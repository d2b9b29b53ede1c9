// A status as lines for people: `key: value`, what is inside indented; verdicts and reputation as sentences.
//
// Any JSON object is shown, so that a new number needs no change here. Invariant: whatever stands in it, a line is text
// without control characters.
import type { VerdictName } from '../core/events.ts';
import { plainLine } from '../core/plain-text.ts';
import { count } from '../observe/amount.ts';
import { verdictWords } from '../observe/finding-words.ts';
import { phenomenonName } from '../observe/phenomenon-name.ts';
import type { ShownConclusion } from './status-answer.ts';

export type Status = Readonly<Record<string, unknown>>;

/** One origin and phenomenon, as the running gateway tells it. */
export interface Standing {
  readonly name: string;
  readonly origin: string;
  readonly phenomenon: string;
  readonly weight: number;
  readonly equivocated: boolean;
  readonly reasons: Readonly<Record<string, number>>;
}

interface ShownVerdict {
  readonly time: string;
  readonly phenomenon: string;
  readonly verdict: VerdictName;
  readonly probability: number;
  /** What `qis explain` takes, or how it begins. */
  readonly about: string;
  readonly evidence: readonly string[];
  readonly neighbours?: number;
  readonly falls?: boolean;
}

/** Members of a status that are lists of what has a sentence. */
const SENTENCES: Readonly<Record<string, (item: unknown) => string>> = {
  verdicts: (item) => verdictLine(item as ShownVerdict),
  reputation: (item) => standingLine(item as Standing),
  problems: (item) => plainLine(String(item)),
  conclusions: (item) => conclusionLine(item as ShownConclusion),
};

export function statusLines(status: Status, indent = ''): string[] {
  return Object.entries(status).flatMap(([key, value]) => {
    const label = `${indent}${plainLine(key).replaceAll('_', ' ')}:`;
    if (Array.isArray(value) && value.some((item) => typeof item === 'object' || Object.hasOwn(SENTENCES, key))) {
      const lineOf = SENTENCES[key] ?? inOneLine;
      return [label, ...value.map((item) => `${indent}  ${lineOf(item)}`)];
    }
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return [label, ...statusLines(value as Status, `${indent}  `)];
    }
    return [`${label} ${shown(value)}`];
  });
}

function verdictLine(item: ShownVerdict): string {
  return plainLine(
    `${item.time}  ${verdictWords({ ...item, heard: item.evidence.length })} (${item.about.slice(0, 8)})`,
  );
}

const conclusionLine = ({ time, id, words }: ShownConclusion): string =>
  plainLine(`${time ?? 'none'}  ${words}${id === null ? '' : ` (${id})`}`);

/** What the word of one origin on one phenomenon counts here, and why. */
export function standingLine({ name, phenomenon, weight, equivocated, reasons }: Standing): string {
  const why = equivocated ? 'contradicted itself: its key was copied, or its owner lies' : reasonWords(reasons);
  return plainLine(`${name.padEnd(16)} ${phenomenonName(phenomenon).padEnd(12)} ${weight.toFixed(2)}  ${why}`);
}

/** How often what it said came true, and what others said of it; only what happened. */
function reasonWords({ came = 0, absent = 0, confirmed = 0, refuted = 0 }: Standing['reasons']): string {
  const times = (number: number) => (number === 1 ? 'once' : count(number, 'time'));
  const happened = [
    came > 0 && `came here too, ${times(came)}`,
    confirmed > 0 && `confirmed by others, ${times(confirmed)}`,
    absent > 0 && `did not come here, ${times(absent)}`,
    refuted > 0 && `others saw nothing of it, ${times(refuted)}`,
  ].filter((part) => part !== false);
  return happened.length === 0 ? 'nothing known yet' : `what it told ${happened.join('; ')}`;
}

function inOneLine(item: unknown): string {
  if (typeof item !== 'object' || item === null) return shown(item);
  return Object.entries(item)
    .map(([key, value]) => (key === 'time' ? shown(value) : `${plainLine(key).replaceAll('_', ' ')} ${shown(value)}`))
    .join(', ');
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : plainLine(value.map(shown).join(' '));
  return typeof value === 'object' ? `(${inOneLine(value)})` : plainLine(String(value));
}
