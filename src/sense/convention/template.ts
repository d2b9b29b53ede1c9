// The part of Jinja that sensors' value templates need: a path into the message, filters, arithmetic.
//
//     {{ value_json.a['PM2.5'] | float / 10 | round(1) }}     {{ value }}     {{ (value_json.t - 32) * 5 / 9 }}
//
// Whatever else a template holds (statements, conditions, functions) makes it refused as a whole: no guess is better.
// Defaults such as float(0) are not taken: what is missing stays missing, and no reading is made up.
// Invariant: compiling and evaluating take time and depth in proportion to templateLengthMax.
import { templateLengthMax } from '../../core/limits.ts';
import { isObject, memberOf } from '../value/json.ts';
import { numberOf } from '../value/meaning.ts';

export interface Template {
  /** Whether it looks into the payload as JSON. */
  readonly isJson: boolean;
  /** @returns undefined for what the message does not have; NaN for what should be a number and is not */
  evaluate(text: string, document: unknown): unknown;
}

type Node = (text: string, document: unknown) => unknown;

interface Cursor {
  readonly tokens: readonly string[];
  at: number;
  isJson: boolean;
}

/** @returns undefined for a template that is not understood */
export function compileTemplate(template: string): Template | undefined {
  if (template.length > templateLengthMax) return undefined;
  const inside = /^\s*\{\{-?([^{}]*?)-?\}\}\s*$/.exec(template)?.[1];
  const tokens = inside === undefined ? undefined : tokensOf(inside);
  if (!tokens) return undefined;
  const cursor: Cursor = { tokens, at: 0, isJson: false };
  const evaluate = sum(cursor);
  return evaluate && cursor.at === tokens.length ? { isJson: cursor.isJson, evaluate } : undefined;
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  const token = /\s*(\d+(?:\.\d+)?|[A-Za-z_]\w*|'[^'\\]*'|"[^"\\]*"|[.|()[\],+\-*/=])\s*/y;
  while (token.lastIndex < text.length) {
    const found = token.exec(text)?.[1];
    if (found === undefined) return undefined;
    tokens.push(found);
  }
  return tokens;
}

const isNext = (cursor: Cursor, ...words: readonly string[]): boolean => words.includes(cursor.tokens[cursor.at] ?? '');

/** Steps over the word when it comes next. */
function take(cursor: Cursor, word: string): boolean {
  if (!isNext(cursor, word)) return false;
  cursor.at++;
  return true;
}

function sum(cursor: Cursor): Node | undefined {
  return chain(cursor, ['+', '-'], product);
}

function product(cursor: Cursor): Node | undefined {
  return chain(cursor, ['*', '/'], filtered);
}

/** Of operators of one rank, from left to right. */
function chain(
  cursor: Cursor,
  operators: readonly string[],
  operand: (cursor: Cursor) => Node | undefined,
): Node | undefined {
  let left = operand(cursor);
  while (left && isNext(cursor, ...operators)) {
    const operator = cursor.tokens[cursor.at++]!;
    const [a, b] = [left, operand(cursor)];
    if (!b) return undefined;
    left = (text, document) => computed(operator, a(text, document), b(text, document));
  }
  return left;
}

function computed(operator: string, left: unknown, right: unknown): unknown {
  const a = asNumber(left);
  const b = asNumber(right);
  if (a === undefined || b === undefined) return undefined;
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  return operator === '*' ? a * b : a / b;
}

const asNumber = (value: unknown): number | undefined =>
  value === undefined || value === null || value === '' ? undefined : numberOf(value);

/** A filter binds closer than an operator: `a / 10 | round` rounds the 10. */
function filtered(cursor: Cursor): Node | undefined {
  let node = primary(cursor);
  while (node && take(cursor, '|')) node = filter(cursor, node);
  return node;
}

function filter(cursor: Cursor, inner: Node): Node | undefined {
  const name = cursor.tokens[cursor.at++] ?? '';
  const argument = take(cursor, '(') ? literals(cursor) : [];
  if (!argument) return undefined;
  if (name === 'default' || name === 'd' || name === 'is_defined') return inner;
  if (name === 'round' && argument.length > 1) return undefined;
  const apply = FILTERS[name as keyof typeof FILTERS];
  if (!Object.hasOwn(FILTERS, name)) return undefined;
  const digits = Number(argument[0] ?? 0);
  return (text, document) => {
    const value = asNumber(inner(text, document));
    return value === undefined ? undefined : apply(value, digits);
  };
}

const FILTERS = {
  float: (value: number) => value,
  int: (value: number) => Math.trunc(value),
  abs: (value: number) => Math.abs(value),
  round: (value: number, digits: number) => Number(value.toFixed(Math.min(Math.max(0, digits), 20))),
} as const;

/** What stands between brackets: numbers and texts, with or without the name of the argument. */
function literals(cursor: Cursor): string[] | undefined {
  const found: string[] = [];
  while (!take(cursor, ')')) {
    if (cursor.tokens[cursor.at + 1] === '=') cursor.at += 2;
    const sign = take(cursor, '-') ? '-' : '';
    const token = cursor.tokens[cursor.at++];
    if (token === undefined || !/^[\d'"a-zA-Z]/.test(token)) return undefined;
    found.push(sign + token);
    if (!isNext(cursor, ')') && !take(cursor, ',')) return undefined;
  }
  return found;
}

function primary(cursor: Cursor): Node | undefined {
  const token = cursor.tokens[cursor.at++] ?? '';
  if (/^\d/.test(token)) return () => Number(token);
  if (token === '-') {
    const inner = primary(cursor);
    return inner && ((text, document) => computed('*', -1, inner(text, document)));
  }
  if (token === '(' || ((token === 'float' || token === 'int') && take(cursor, '('))) {
    const inner = sum(cursor);
    if (!inner || !take(cursor, ')')) return undefined;
    return token === '('
      ? inner
      : (text, document) => {
          const value = asNumber(inner(text, document));
          return value === undefined ? undefined : FILTERS[token as 'float' | 'int'](value);
        };
  }
  if (token === 'value') return isNext(cursor, '.', '[', '(') ? undefined : (text) => text;
  return token === 'value_json' ? path(cursor) : undefined;
}

/** `.name`, `['name']`, `[0]`, any number of them. */
function path(cursor: Cursor): Node | undefined {
  cursor.isJson = true;
  const steps: (string | number)[] = [];
  while (isNext(cursor, '.', '[')) {
    const isDot = cursor.tokens[cursor.at++] === '.';
    const token = cursor.tokens[cursor.at++] ?? '';
    const quoted = /^['"](.*)['"]$/.exec(token)?.[1];
    if (isDot ? !/^[A-Za-z_]/.test(token) : quoted === undefined && !/^\d+$/.test(token)) return undefined;
    if (!isDot && !take(cursor, ']')) return undefined;
    steps.push(isDot ? token : (quoted ?? Number(token)));
  }
  if (isNext(cursor, '(')) return undefined;
  return (_, document) =>
    steps.reduce<unknown>((at, step) => {
      if (Array.isArray(at)) return typeof step === 'number' ? at[step] : undefined;
      return isObject(at) ? memberOf(at, String(step)) : undefined;
    }, document);
}
