// A mistake of the first hour: what it is, by which rule it counts as named, and how it is made on real parts.
import type { Scope } from '../scope.ts';
import type { Desk } from './firsthour-desk.ts';
import type { Rule } from './firsthour-rule.ts';

export interface Room extends Desk {
  readonly scope: Scope;
  /** `silence_s` of a sensor; nothing where the device's own is waited for. */
  readonly silence: { readonly silence_s?: number };
}

export interface Mistake {
  readonly name: string;
  /** Each must be told. */
  readonly rules: readonly Rule[];
  /** @returns 'left out' when a program that it needs is missing */
  readonly make: (room: Room) => Promise<unknown>;
}

export const LEFT_OUT = 'left out';
