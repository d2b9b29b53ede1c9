// Puts into words what is wrong with a configuration file: the key, the value, the line.
//
// zod says what it expected, the YAML document says where that stands. Secrets are never repeated.
import { isMap, isScalar, isSeq, type LineCounter, type Node, type Pair, type ParsedNode } from 'yaml';
import type { z } from 'zod';
import { didYouMean } from '../core/nearest.ts';

export interface Problem {
  /** Such as `sensors[0].baud`; '' for the file itself. */
  readonly key: string;
  /** As JSON, cut to a length that can be read; absent when the key is, and for secrets. */
  readonly value?: string;
  /** From 1. */
  readonly line: number;
  /** All of it in one line, without the file. */
  readonly message: string;
}

export type Path = readonly (string | number)[];

/** Where things stand in the file. */
export interface Source {
  readonly contents: ParsedNode | null;
  readonly lines: LineCounter;
}

/** A public key with its check and quotes is 71. */
const VALUE_SHOWN_MAX = 72;
const SECRETS = /(^|\.)(password|community)$/;

const WANTED: Record<string, string> = {
  string: 'text; put it in quotes',
  number: 'a number',
  int: 'a whole number',
  object: 'a group of keys (key: value)',
  array: 'a list (lines that begin with -)',
};

/** `"96k" is not a number` and the like, or what stands in for it when there is no value. */
export function problemAt(source: Source, path: Path, says: string, value?: unknown): Problem {
  const key = keyOf(path);
  const line = lineOf(source, path);
  if (value === undefined || value === null) return { key, line, message: key === '' ? says : `${key} ${says}` };
  const shown = shownValue(key, value);
  if (shown === undefined) return { key, line, message: `${key} ${says}` };
  return { key, value: shown, line, message: key === '' ? `${shown} ${says}` : `${key}: ${shown} ${says}` };
}

/** One for each unknown key, one for anything else. */
export function problemsOf(source: Source, issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path as Path;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.message.split('\n').map((says, i) => {
        const at = [...path, issue.keys[i]!];
        const where = path.length === 0 ? '' : `${keyOf(path)}: `;
        return { key: keyOf(at), line: lineOf(source, at), message: where + says };
      });
    case 'invalid_union': {
      // The alternative that got furthest is the one that was meant, and of several the one with the least wrong.
      const meant = issue.errors.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? [];
      return meant.flatMap((inner) => problemsOf(source, { ...inner, path: [...path, ...inner.path] }));
    }
    default:
      return [problemAt(source, path, says(issue), issue.input)];
  }
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(...issues.map(({ path, code }) => path.length + (code === 'unrecognized_keys' ? 1 : 0)));
}

function says(issue: z.core.$ZodIssue): string {
  if (issue.input === null) return 'has no value';
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `is not ${WANTED[issue.expected] ?? issue.expected}`;
    case 'invalid_value': {
      if (issue.input === undefined) return `is missing; use ${issue.values.join(', ')}`;
      const values = issue.values.map(String);
      const guess = didYouMean(String(issue.input), values);
      return guess === '' ? `is not one of ${values.join(', ')}` : `is not known${guess}`;
    }
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') return 'is empty';
      return issue.inclusive ? `is less than ${issue.minimum}` : `must be more than ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'string') return `is longer than ${issue.maximum} characters`;
      if (issue.origin === 'array') return `has more than ${issue.maximum} entries`;
      return `is more than ${issue.maximum}`;
    default:
      return issue.message;
  }
}

/** `sensors[0].baud` */
export function keyOf(path: Path): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}

function shownValue(key: string, value: unknown): string | undefined {
  if (SECRETS.test(key)) return undefined;
  const json = (typeof value === 'number' ? String(value) : JSON.stringify(value)).replace(/\/\/[^/"]*@/, '//...@');
  return json.length > VALUE_SHOWN_MAX ? `${json.slice(0, VALUE_SHOWN_MAX)}...` : json;
}

/** The line of the last part of the path that is there. */
export function lineOf({ contents, lines }: Source, path: Path): number {
  let node: unknown = contents;
  let line = contents ? lineAt(lines, contents) : 1;
  for (const part of path) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(({ key }) => isScalar(key) && String(key.value) === part);
      if (!pair) return line;
      line = lineAt(lines, pair.key as Node);
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number' && node.items[part]) {
      node = node.items[part];
      line = lineAt(lines, node as Node);
    } else return line;
  }
  return line;
}

function lineAt(lines: LineCounter, node: Node): number {
  return Math.max(1, lines.linePos(node.range?.[0] ?? 0).line);
}
