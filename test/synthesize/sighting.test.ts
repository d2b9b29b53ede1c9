// Which sightings are taken for the same thing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AIR } from '../../src/distill/air.ts';
import { distanceM, matches } from '../../src/synthesize/sighting.ts';
import { away, HERE, HOUR_MS, MINUTE_MS, sighting, T0_MS, type Told } from './sightings.ts';

const here = sighting({ at: HERE });
const isSame = (told: Told) => matches(AIR, here, sighting(told));

test('no further apart than the reach of the domain, also where each coordinate alone is near enough', () => {
  assert.equal(isSame({ at: away(11) }), true);
  assert.equal(isSame({ at: away(0, 11) }), true);
  // Within twelve sixteenths each way, and 47 km away.
  const corner = away(11, 11);
  assert.ok(distanceM(HERE, corner) > AIR.reachM);
  assert.equal(isSame({ at: corner, onsetMs: T0_MS + 30 * MINUTE_MS }), false);
});

test('no further apart in time than travel explains', () => {
  const onset = (parts: number, minutes: number): Told => ({ at: away(parts), onsetMs: T0_MS + minutes * MINUTE_MS });
  assert.equal(isSame(onset(0, 30)), true);
  assert.equal(isSame(onset(0, 31)), false);
  assert.equal(isSame(onset(6, 95)), true);
  assert.equal(isSame(onset(6, 105)), false);
  assert.equal(isSame({ at: undefined, onsetMs: T0_MS + HOUR_MS }), false, 'no place explains no delay');
});

test('places on both sides of the date line are near', () => {
  const [west, east] = [
    { latitude: 10, longitude: 179.9 },
    { latitude: 10, longitude: -179.9 },
  ];
  for (const apartM of [distanceM(west, east), distanceM(east, west)]) {
    assert.ok(Math.abs(apartM - 21_900) < 100, `${apartM}`);
  }
});
