// The outcome of the first vector, and of the worked example in docs/protocol.md.
import type { Outcome } from '../../src/packet/outcome.ts';

/** A PM2.5 event near Albany, NY, concluded 4 minutes after its onset. */
export const smoke: Outcome = {
  version: 1,
  domain: 0,
  coarse: [1, 266, 213],
  fine: [4, 2, 5, 8, 3, 4, 2],
  finding: 0,
  action: [2, 6],
  score: 87,
  observed: 853,
  baseline: 112,
  spread: 21,
  samples: 24,
  confidence: 93,
  issued: 1_790_000_000,
  age: 240,
  duration: 0,
  context: Buffer.from('c0ffee01', 'hex'),
  sequence: 41,
  clock: 2,
  lifetime: 6,
  sensor: 1,
  evidence: [],
};
