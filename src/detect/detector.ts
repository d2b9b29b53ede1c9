// The contract of a detector: good values of one channel in, findings out.
//
//     reading --> time order --> faults --> norm --observation--> detector --finding--> anomaly
//
// Faults, gaps, the order of time and what is usual are settled before a detector is asked, so every detector has them
// without writing one. One that scores readings makes events of its scores (episode.ts does that of any distance), and
// one that runs elsewhere may answer a reading late: a finding carries its own onset.
// Invariant: constant memory, no clock, no chance; one end for every event.
import type { Anomaly } from '../core/anomaly.ts';
import type { Quantity } from '../core/quantities.ts';
import type { Tuning } from './tuning.ts';

/** A good value and what the channel knows by then: plain data, written anew for each reading, so keep no reference. */
export interface Observation {
  /** Unix ms; rises from one to the next, unless `shift` was called between them. */
  readonly timeMs: number;
  /** In the unit of the quantity, within its range. */
  readonly value: number;
  /** The time it stands for: since the good value before, or a typical interval after a gap. */
  readonly spanMs: number;
  /** Typical time between readings; 0 before it is known. */
  readonly intervalMs: number;
  /** Median of the last three values, and that averaged over some seconds. */
  readonly median: number;
  readonly smoothed: number;
  /** What the channel normally shows at this hour, and its robust standard deviation around it. */
  readonly baseline: number;
  readonly spread: number;
  /** Time learned from, and whether that is enough to call something unusual. */
  readonly learnedMs: number;
  readonly isLearned: boolean;
  /** Since when the value has not moved at all, as a time span; 0 on a channel that often rests. */
  readonly stillMs: number;
}

/** What a detector concludes; the channel adds what, where and how far from the usual. */
export type Finding = Pick<Anomaly, 'onsetMs' | 'samples' | 'confidence' | 'severity' | 'durationS'> & {
  readonly kind: 'event' | 'level' | 'cleared';
  readonly cause: 'rise' | 'drop';
  /** With `cleared`: it did not end but is the usual state from now on; the baseline moves by this much. */
  readonly rebaseBy?: number;
};

export interface OpenEvent {
  /** First reading of it, Unix ms. */
  readonly onsetMs: number;
  /** Readings of it so far. */
  readonly count: number;
}

export interface Detector {
  /** Only good values, and none while a fault lasts. While an event is open the channel learns nothing. */
  accept(seen: Observation): Finding | undefined;
  /** The event that is open; asked for every reading. */
  readonly open: OpenEvent | undefined;
  /** What came before stands apart from what comes: there was a gap, or a fault. An open event stays open. */
  interrupt(): void;
  /** The clock was set: every remembered time moves by this much. */
  shift(byMs: number): void;
  /** A copy that JSON gives back as it is, always of the same size; a few kB, as it is saved every half hour. */
  state(): unknown;
}

export interface DetectorOptions {
  readonly quantity: Quantity;
  /** Rising edges between severity classes, in the unit of the quantity; may be empty. */
  readonly levels: readonly number[];
  readonly direction: 'rise' | 'both';
  /** A level that is an event by itself, however slowly it is reached; absent: the quantity has none. */
  readonly alarm?: number;
  readonly tuning: Tuning;
}

export interface DetectorKind {
  /** In configurations and beside every saved state, so that no detector is given the state of another. */
  readonly name: string;
  /** @param saved what `state` gave, from disk and for it alone; what does not fit is passed over, and it starts anew */
  create(options: DetectorOptions, saved?: unknown): Detector;
}

/**
 * A jump to a value that then does not move at all is how sensors stick: wait until it moves or is found stuck.
 * @param onsetMs of what looks like an event
 */
export function mayBeStuck({ timeMs, stillMs }: Observation, onsetMs: number): boolean {
  return stillMs > 0 && 2 * stillMs >= timeMs - onsetMs;
}
