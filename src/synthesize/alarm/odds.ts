// Learns how often own rises were shared, local or faulty, and makes of it the probability that is told with a verdict.
//
//   told ──> share of the others that is above now: one of five cases ──> three hours later: shared, or only here
//   probability = those of this kind and case that were shared; before any, what the share itself suggests
// Real local rises are 16 to 115 times as common as faults, but how common shared ones are differs from place to place.
// Invariant: at most `PENDING_MAX` wait; lists of constant length; plain state. What nobody could know teaches nothing.
import type { RegionView } from './region.ts';
import type { Told } from './verdict.ts';

export interface OddsState {
  /** By kind and case: how many were told and resolved, and how many of these were shared; fading. */
  told: number[];
  shared: number[];
  /** What own rises turned out to be; fading. */
  rises: { shared: number; local: number; faulty: number };
  /** At what place of the lists, told when (Unix ms), and time since then with the region known, and above; ms. */
  pending: { at: number; atMs: number; knownMs: number; aboveMs: number }[];
}

const KINDS: Readonly<Record<Told, number>> = { event: 0, confirmed: 1, local: 2 };
/** Case 0: nobody knows. Else by the weighted share above. */
const EDGES = [0.2, 0.4, 0.6, 0.8];
const CASES = EDGES.length + 2;
/** How long a rise has to become shared, and how long the others must agree. */
const HORIZON_MS = 3 * 3_600_000;
const SHARED_MS = 30 * 60_000;
const PENDING_MAX = 16;
/** Cases that are remembered of each list, and the weight of what is believed before any. */
const MEMORY = 100;
const PRIOR = 4;
/** Believed before any: a quarter of the others above is even odds that it will be shared, a half makes it seven to one. */
const HALFWAY = 0.25;
const STEEPNESS = 8;

export function newOdds(): OddsState {
  const zeros = () => new Array<number>(Object.keys(KINDS).length * CASES).fill(0);
  return { told: zeros(), shared: zeros(), rises: { shared: 0, local: 0, faulty: 0 }, pending: [] };
}

/** Every own reading, for as long as it stands. @param faulty a sign of the device was found now */
export function resolveOdds(
  state: OddsState,
  { region, faulty, stepMs, nowMs }: { region: number; faulty: boolean; stepMs: number; nowMs: number },
): void {
  if (faulty) count(state.rises, 'faulty');
  // A rise of a sensor that is at fault says nothing of the neighbourhood.
  if (faulty) state.pending = [];
  for (const one of state.pending) {
    if (region !== 0) one.knownMs += stepMs;
    if (region > 0) one.aboveMs += stepMs;
  }
  while (state.pending.length > 0 && nowMs - state.pending[0]!.atMs >= HORIZON_MS) learn(state, state.pending.shift()!);
}

function learn(state: OddsState, { at, knownMs, aboveMs }: OddsState['pending'][number]): void {
  if (knownMs < SHARED_MS) return;
  const isShared = aboveMs >= SHARED_MS;
  const kept = Math.min(1, MEMORY / (state.told[at]! + 1));
  state.told[at] = (state.told[at]! + 1) * kept;
  state.shared[at] = (state.shared[at]! + (isShared ? 1 : 0)) * kept;
  if (at < CASES) count(state.rises, isShared ? 'shared' : 'local');
}

function count(rises: OddsState['rises'], kind: keyof OddsState['rises']): void {
  rises[kind]++;
  const sum = rises.shared + rises.local + rises.faulty;
  if (sum > MEMORY) for (const name of ['shared', 'local', 'faulty'] as const) rises[name] *= MEMORY / sum;
}

/** How the probability of a verdict came about. */
export interface Odds {
  /** That the verdict is right: shared, or of `local` that it is not; 0 to 1. */
  readonly probability: number;
  /** Weighted share of the others that is above; undefined where nobody knows. */
  readonly share: number | undefined;
  /** What is believed before any, 0 to 1, and as how many cases that counts. */
  readonly before: number;
  readonly beforeCases: number;
  /** How many of this kind and share were told and resolved, and how many of these were shared; fading. */
  readonly told: number;
  readonly shared: number;
}

/** A verdict is being told. */
export function oddsOf(state: OddsState, kind: Told, view: Pick<RegionView, 'above' | 'below'>, nowMs: number): Odds {
  const { above, below } = view;
  const knows = above + below > 0;
  const share = knows ? (above + 0.5) / (above + below + 1) : 0.5;
  const at = KINDS[kind] * CASES + (knows ? 1 + EDGES.filter((edge) => share >= edge).length : 0);
  if (state.pending.length >= PENDING_MAX) state.pending.shift();
  state.pending.push({ at, atMs: nowMs, knownMs: 0, aboveMs: 0 });
  const { rises } = state;
  const usual = (rises.shared + 2) / (rises.shared + rises.local + rises.faulty + 4);
  const before = knows ? 1 / (1 + Math.exp(-STEEPNESS * (share - HALFWAY))) : usual;
  const past = { told: state.told[at]!, shared: state.shared[at]! };
  const shared = (past.shared + PRIOR * before) / (past.told + PRIOR);
  const probability = kind === 'local' ? 1 - shared : shared;
  return { probability, share: knows ? share : undefined, before, beforeCases: PRIOR, ...past };
}
