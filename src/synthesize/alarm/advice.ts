// Gives early warnings with a probability that was earned: a logistic model of one gateway, taught by what happened.
//
//   a neighbour newly above ──> example (how near the own value is, how much of the region is above, how often what
//   this neighbour had came here) ──> six hours later: it came, or it did not ──> one step of learning
// Told when it is likelier than not, when enough was learned, and never about what is here or has just been here.
// Invariant: at most `PENDING_MAX` examples wait, at most `PAIRS_MAX` neighbours are counted; plain state.

export interface AdviceState {
  /** Weights of the features, and the sum of squared gradients of each (Adagrad). */
  weights: number[];
  squares: number[];
  /** Examples learned from, and how many of them came true. */
  examples: number;
  came: number;
  pending: { atMs: number; features: number[]; origin: string }[];
  /** Of each neighbour: what it had first, and how much of it came here; fading. */
  pairs: Record<string, { had: number; came: number }>;
  /** When the own class was above last, and when something was told. */
  aboveMs: number;
  toldMs: number;
}

/** How far ahead an advisory looks. */
export const HORIZON_MS = 6 * 3_600_000;
const PENDING_MAX = 64;
const PAIRS_MAX = 256;
const RATE = 0.3;
const EXAMPLES_MIN = 30;
const CAME_MIN = 5;
const TELL_FROM = 0.5;
const PAIR_MEMORY = 50;

export const newAdvice = (): AdviceState => ({
  weights: [0, 0, 0, 0, 0],
  squares: [0, 0, 0, 0, 0],
  examples: 0,
  came: 0,
  pending: [],
  pairs: {},
  aboveMs: 0,
  toldMs: 0,
});

const squash = (x: number) => 1 / (1 + Math.exp(-Math.max(-30, Math.min(30, x))));
/** What each feature adds to the log-odds. */
const termsOf = (state: AdviceState, features: readonly number[]) =>
  features.map((feature, at) => feature * state.weights[at]!);
const score = (terms: readonly number[]) => squash(terms.reduce((sum, term) => sum + term, 0));

/** Whether enough was learned to warn at all; until then whoever guesses otherwise may speak. */
export function hasLearned({ examples, came }: Pick<AdviceState, 'examples' | 'came'>): boolean {
  return examples >= EXAMPLES_MIN && came >= CAME_MIN;
}

/** Every own reading: what waited long enough, or has come, is learned from. */
export function resolveAdvice(state: AdviceState, isAbove: boolean, nowMs: number): void {
  if (isAbove) state.aboveMs = nowMs;
  while (state.pending.length > 0 && (isAbove || nowMs - state.pending[0]!.atMs > HORIZON_MS)) {
    const { features, origin, atMs } = state.pending.shift()!;
    const came = isAbove && nowMs - atMs <= HORIZON_MS ? 1 : 0;
    const error = score(termsOf(state, features)) - came;
    features.forEach((feature, at) => {
      const gradient = error * feature;
      state.squares[at]! += gradient * gradient;
      state.weights[at]! -= (RATE * gradient) / Math.sqrt(state.squares[at]! + 1e-9);
    });
    state.examples++;
    state.came += came;
    const pair = state.pairs[origin];
    if (!pair) continue;
    const kept = Math.min(1, PAIR_MEMORY / (pair.had + 1));
    pair.had = (pair.had + 1) * kept;
    pair.came = (pair.came + came) * kept;
  }
}

export interface Approach {
  /** Which neighbour is newly above. */
  readonly origin: string;
  /** The own value and the usual one over the alarm level. */
  readonly nearness: number;
  readonly usual: number;
  /** Share of the known weight that is above, 0 to 1. */
  readonly share: number;
}

/** An early warning, and what it comes of. */
export interface Advice {
  /** That the own value is in the alarm class within the horizon, 0 to 1. */
  readonly probability: number;
  readonly approach: Approach;
  /** What each of them adds to the log-odds of the probability. */
  readonly terms: {
    readonly always: number;
    readonly nearness: number;
    readonly usual: number;
    readonly share: number;
    readonly followed: number;
  };
  /** Of this neighbour: what it had first, and how much of it came here; fading. */
  readonly had: number;
  readonly came: number;
  /** How many examples this was learned from. */
  readonly examples: number;
}

/** A neighbour went above while the own class is below. @returns undefined where there is nothing to tell */
export function advise(state: AdviceState, approach: Approach, nowMs: number): Advice | undefined {
  const { origin, nearness, usual, share: above } = approach;
  if (state.aboveMs > 0 && nowMs - state.aboveMs < HORIZON_MS) return undefined;
  if (!state.pairs[origin] && Object.keys(state.pairs).length < PAIRS_MAX) state.pairs[origin] = { had: 0, came: 0 };
  const pair = state.pairs[origin] ?? { had: 0, came: 0 };
  const followed = (pair.came + 1) / (pair.had + 3);
  const log = (x: number) => Math.max(-4, Math.min(1, Math.log2(Math.max(x, 1e-3))));
  const features = [1, log(nearness) + 1, log(usual) + 1, 2 * above - 0.5, Math.log(followed / (1 - followed))];
  const terms = termsOf(state, features);
  const probability = score(terms);
  if (state.pending.length < PENDING_MAX) state.pending.push({ atMs: nowMs, features, origin });
  if (!hasLearned(state) || probability < TELL_FROM) return undefined;
  if (state.toldMs > 0 && nowMs - state.toldMs < HORIZON_MS) return undefined;
  state.toldMs = nowMs;
  const [always, near, typical, share, came] = terms as [number, number, number, number, number];
  const named = { always, nearness: near, usual: typical, share, followed: came };
  return { probability, approach, terms: named, ...pair, examples: state.examples };
}
