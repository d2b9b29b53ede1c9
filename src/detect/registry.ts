// The detectors that come with qis, by the name that a configuration or a replay manifest gives.
//
// Each is held to test/conformance/detector.ts. One that is added here has every fault check, is saved and restored, can be
// chosen, and scores a recording, without a line elsewhere.
import { DEPARTURE } from './departure.ts';
import type { DetectorKind } from './detector.ts';
import { departureScorer, type Scorer, thresholdScorer } from './scorer.ts';
import { SHAPE } from './shape.ts';
import { ShapeScorer } from './shape-score.ts';
import { THRESHOLD } from './threshold.ts';

const KINDS = { departure: DEPARTURE, threshold: THRESHOLD, shape: SHAPE } as const satisfies Record<
  string,
  DetectorKind
>;

export type DetectorName = keyof typeof KINDS;

const SCORERS: Readonly<Record<DetectorName, () => Scorer>> = {
  departure: departureScorer,
  threshold: thresholdScorer,
  shape: () => new ShapeScorer(),
};

export const DETECTOR_NAMES = Object.keys(KINDS) as DetectorName[];

export const DETECTOR_DEFAULT: DetectorName = 'departure';

export function isDetectorName(name: string): name is DetectorName {
  return Object.hasOwn(KINDS, name);
}

export function detectorNamed(name: DetectorName): DetectorKind {
  return KINDS[name];
}

export function scorerNamed(name: DetectorName): Scorer {
  return SCORERS[name]();
}
