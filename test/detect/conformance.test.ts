import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DETECTOR_DEFAULT, DETECTOR_NAMES, detectorNamed } from '../../src/detect/registry.ts';
import { detectorConformance } from '../conformance/detector.ts';
import { scoring } from './scoring-detector.ts';

for (const name of DETECTOR_NAMES) detectorConformance(detectorNamed(name));
// One of another make: a score for each reading, from a model in typed arrays.
detectorConformance(scoring);

test('a detector has the name it is chosen by, and departure is what runs when none is chosen', () => {
  for (const name of DETECTOR_NAMES) assert.equal(detectorNamed(name).name, name);
  assert.equal(DETECTOR_DEFAULT, 'departure');
});
