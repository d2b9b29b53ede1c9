// What is left of a configuration when what is wrong with it is taken out, so that the rest can be checked as if nothing
// were: entries of lists are replaced by ones that say nothing, other keys are left out.
//
// Invariant: an index means the same entry as in the file, and nothing is said of what was taken out.
import type { Problem } from './problem.ts';
import { type ConfigShape, SCHEMA } from './schema.ts';

type Entry = (index: number, old: unknown) => object;

/** A point on the curve that no gateway has for a key (the base point). */
const NOBODY = `58${'66'.repeat(31)}`;
const ELSEWHERE = 'mqtt://nowhere.invalid:1';

/** Entries that are right, clash with nothing and need nothing. */
const ENTRIES: Readonly<Record<string, Entry>> = {
  sensors: (index) => ({
    name: `taken-out-${index}`,
    mqtt: { topic: 'taken/out', url: ELSEWHERE },
    readings: [{ key: 'value', quantity: 'pm2_5', unit: 'ug/m3' }],
  }),
  // What it is read by stays: it may be a name, a column or a register.
  readings: (index, old) => {
    const by = Object.entries(old ?? {}).filter(([key]) => key === 'key' || key === 'column' || key === 'register');
    return { ...Object.fromEntries(by), quantity: 'pm2_5', unit: 'ug/m3', channel: `taken_out_${index}` };
  },
  neighbours: (index) => ({ name: `taken-out-${index}`, url: ELSEWHERE }),
  peers: (index) => ({ name: `taken-out-${index}`, key: NOBODY }),
  'broker.accounts': (index) => ({ name: `taken-out-${index}`, password: `taken out ${index}`, role: 'sensor' }),
};
const PART = /^(sensors\[\d+\]\.readings\[\d+\]|(sensors|neighbours|peers|broker\.accounts)\[\d+\]|[^.[]+)/;

/** `sensors[1].readings[0].unit` stands in `sensors[1]`, `location.latitude` in `location`. */
const partOf = (key: string): string => PART.exec(key)?.[1] ?? key;

export interface Taken {
  /** Whether a key stands in what was taken out, or around it. */
  concerns(key: string): boolean;
  readonly parts: readonly string[];
}

export function takenOut(problems: readonly Problem[]): Taken {
  const parts = [...new Set(problems.map(({ key }) => partOf(key)).filter((key) => key !== ''))];
  const isIn = (key: string, part: string) => key === part || key.startsWith(`${part}.`) || key.startsWith(`${part}[`);
  return { parts, concerns: (key) => parts.some((part) => isIn(key, part) || isIn(part, key)) };
}

/** @returns undefined where too little is left to be a configuration */
export function soundPart(written: unknown, { parts }: Taken): ConfigShape | undefined {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return undefined;
  const left = structuredClone(written) as Record<string, unknown>;
  for (const part of parts) takeOut(left, part);
  left.name ??= 'taken-out';
  const parsed = SCHEMA.safeParse(left);
  return parsed.success ? parsed.data : undefined;
}

function takeOut(left: Record<string, unknown>, part: string): void {
  const [, list, last] = /^(.*)\[(\d+)\]$/.exec(part) ?? [];
  const entry = ENTRIES[list?.replace(/^.*\]\./, '') ?? ''];
  if (!entry || list === undefined) {
    delete left[part];
    return;
  }
  const entries = list.split(/[.[\]]+/).reduce<unknown>((value, key) => memberOf(value, key), left);
  const index = Number(last);
  if (Array.isArray(entries) && index < entries.length) entries[index] = entry(index, entries[index]);
}

const memberOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
