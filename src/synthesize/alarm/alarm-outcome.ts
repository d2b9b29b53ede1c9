// Describes what comes of a reading: what the operator is told, and what the others are told of the own alarm class.
import type { DeviceSign } from './device-signs.ts';
import type { Grounds } from './grounds.ts';
import type { Told } from './verdict.ts';

export type AlarmCause = 'stuck' | 'dead' | 'drift' | 'disagreement' | DeviceSign['cause'];

export interface AlarmTold {
  readonly kind: Told | 'fault' | 'advisory';
  /** 0 to 1. */
  readonly confidence: number;
  /** Half-hour median, in the unit of the quantity. */
  readonly observed: number;
  /** Of a fault. */
  readonly cause?: AlarmCause;
  /** Of a fault that neighbours show: how many. */
  readonly neighbours?: number;
  /** Of an advisory: when it is expected, Unix ms. */
  readonly interval?: { readonly fromMs: number; readonly untilMs: number };
  /** What it rests on. */
  readonly grounds: Grounds;
}

/** What the others are told of the own class. */
export interface AlarmLevel {
  /** 1 above, -1 below; since when, Unix ms. */
  readonly side: number;
  readonly sinceMs: number;
  /** In the unit of the quantity; the usual one is the median of the day before. */
  readonly value: number;
  readonly usual: number;
}

export interface AlarmOutcome {
  readonly told: readonly AlarmTold[];
  readonly level: AlarmLevel | undefined;
}

export const NOTHING: AlarmOutcome = { told: [], level: undefined };
