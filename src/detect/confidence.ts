// Says how sure a conclusion is, 0 to 1: a product of what can be doubted, so that one weak part makes a weak whole.
//
//   event, level   size of the departure  x  readings that show it  x  how much of the channel was learned
//   cleared        readings that show it  x  how much of the channel was learned
//   threshold      readings that show it, as nothing was learned for it
//   stuck          how much was learned of its runs;  out_of_range, disagreement: readings;  silent: it is a fact
// Invariant: each factor rises with its evidence and stays below 1. It is a rank and a weight, not a probability.

const dayMs = 86_400_000;

/** 0.86 at 6 spreads, 0.96 at 10. */
const ofSize = (spreads: number) => 1 - Math.exp(-Math.abs(spreads) / 3);
/** 0.75 for two readings, 0.99 for seven. */
const ofReadings = (samples: number) => 1 - 2 ** -samples;
/** 0.61 after six hours, 0.93 after two days. */
const ofLearning = (learnedMs: number) => 1 - Math.exp(-learnedMs / dayMs) / 2;

export function eventConfidence(evidence: { spreads: number; samples: number; learnedMs: number }): number {
  return ofSize(evidence.spreads) * ofReadings(evidence.samples) * ofLearning(evidence.learnedMs);
}

/** Of what needs no learning: 0.75 for two readings, never above 0.999. */
export function readingsConfidence(samples: number): number {
  return ofReadings(Math.min(samples, 10));
}

export function clearedConfidence(samples: number, learnedMs: number): number {
  return ofReadings(samples) * ofLearning(learnedMs);
}

export function faultConfidence(
  cause: 'stuck' | 'out_of_range' | 'silent' | 'disagreement',
  samples: number,
  runs: number,
): number {
  if (cause === 'silent') return 0.99;
  return cause === 'stuck' ? 1 - 1 / (2 + runs / 10) : ofReadings(samples);
}
