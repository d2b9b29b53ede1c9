// The detectors that come with qis, by the name that a configuration or a replay manifest gives.
//
// Each is held to test/conformance/detector.ts. One that is added here has every fault check, is saved and restored, and
// can be chosen, without a line elsewhere.
import { DEPARTURE } from './departure.ts';
import type { DetectorKind } from './detector.ts';
import { THRESHOLD } from './threshold.ts';

const KINDS = { departure: DEPARTURE, threshold: THRESHOLD } as const satisfies Record<string, DetectorKind>;

export type DetectorName = keyof typeof KINDS;

export const DETECTOR_NAMES = Object.keys(KINDS) as DetectorName[];

export const DETECTOR_DEFAULT: DetectorName = 'departure';

export function detectorNamed(name: DetectorName): DetectorKind {
  return KINDS[name];
}
