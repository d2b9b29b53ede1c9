// Judges whether a mistake was named: one line must hold the name of what is concerned, words of the likeliest cause, and
// what to do about it. "No data" alone names nothing.
//
// Invariant: the three are looked for in one and the same line, so that a screen full of words proves nothing.
import type { Told, Where } from './firsthour-desk.ts';

/** Written down beside each mistake. */
export interface Rule {
  /** The sensor, the neighbour, or file and line. */
  readonly thing: RegExp;
  /** The likeliest cause. */
  readonly cause: RegExp;
  readonly advice: RegExp;
  /** What else is said of it, by whoever is at the other end: no noise. */
  readonly also?: RegExp;
}

/** A line that named it, and when. */
export interface Naming {
  readonly where: Where;
  readonly seconds: number;
  readonly line: string;
}

export const names = (line: string, { thing, cause, advice }: Rule): boolean =>
  thing.test(line) && cause.test(line) && advice.test(line);

/** @returns the first line for each rule, and undefined where there is none */
export function namings(told: readonly Told[], rules: readonly Rule[]): (Naming | undefined)[] {
  return rules.map((rule) => {
    const first = told.find(({ line }) => names(line, rule));
    return first && { where: first.where, seconds: Math.round(first.timeMs / 100) / 10, line: first.line };
  });
}

/** Warnings that say something else than the mistake, each once; numbers and times make no difference. */
export function noise(told: readonly Told[], rules: readonly Rule[]): string[] {
  const others = told.filter(({ where, line }) => where === 'warning' && !rules.some((rule) => isAbout(line, rule)));
  const alike = new Map(others.map(({ line }) => [line.replaceAll(/^\S+ |[0-9]+/g, ''), line]));
  return [...alike.values()];
}

/** It concerns the same thing, and gives the cause; what to do may stand elsewhere. */
const isAbout = (line: string, { thing, cause, also }: Rule): boolean =>
  (thing.test(line) && cause.test(line)) || also?.test(line) === true;
