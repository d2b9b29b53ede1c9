// Takes the noise out of readings: the median of the last three, then a short exponential filter.
//
// The median removes a lone spike whole, at every rate; the filter averages fast sensors and leaves slow ones alone.
// Invariant: after a gap nothing from before it is left.
export interface SmootherState {
  /** The two raw values before this one, and the output. */
  older: number;
  newer: number;
  value: number;
  /** Median of the last three. */
  median: number;
}

export const newSmoother = (): SmootherState => ({ older: 0, newer: 0, value: 0, median: 0 });

export function restart(state: SmootherState, value: number): void {
  state.older = value;
  state.newer = value;
  state.median = value;
  state.value = value;
}

export function smooth(state: SmootherState, value: number, dtMs: number, smoothMs: number): void {
  const { older, newer } = state;
  state.median = Math.max(Math.min(older, newer), Math.min(Math.max(older, newer), value));
  state.value += ((state.median - state.value) * dtMs) / (smoothMs + dtMs);
  state.older = newer;
  state.newer = value;
}
