import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { AIR } from '../../src/distill/air.ts';
import { distanceM, offsetM, type Place } from '../../src/synthesize/sighting.ts';
import { arrivalAt } from '../../src/synthesize/travel.ts';
import { away, HERE, HOUR_MS, MINUTE_MS, sighting, T0_MS } from './sightings.ts';

/** Onsets of a front that reaches `HERE` at T0 and moves the given way. */
function front(places: readonly Place[], { speedMps, towardsDeg }: { speedMps: number; towardsDeg: number }) {
  const [sin, cos] = [Math.sin((towardsDeg * Math.PI) / 180), Math.cos((towardsDeg * Math.PI) / 180)];
  return places.map((at, i) => {
    const { east, north } = offsetM(HERE, at);
    const aheadM = east * sin + north * cos;
    return sighting({ by: `${i}`, at, onsetMs: Math.round(T0_MS / 1000 + aheadM / speedMps) * 1000 });
  });
}

function assertAt(atMs: number | undefined, wantedMs: number, withinMs: number): void {
  assert.ok(
    atMs !== undefined && Math.abs(atMs - wantedMs) <= withinMs,
    `${((atMs ?? Number.NaN) - wantedMs) / MINUTE_MS} min`,
  );
}

suite('travel', () => {
  test('offsets in metres, also over the date line', () => {
    const { east, north } = offsetM({ latitude: 60, longitude: 179.9 }, { latitude: 60, longitude: -179.9 });
    assert.ok(Math.abs(east - 11_120) < 10, `${east}`);
    assert.equal(north, 0);
    assert.ok(offsetM({ latitude: 0, longitude: -179.9 }, { latitude: 0, longitude: 179.9 }).east < 0);
    assert.ok(Math.abs(distanceM({ latitude: 0, longitude: 0 }, { latitude: 1, longitude: 0 }) - 111_195) < 10);
  });

  test('one sighting comes straight here at the speed of the domain', () => {
    const one = sighting({ at: away(4) });
    const distance = distanceM(HERE, one.place!);
    const arrival = arrivalAt(AIR, HERE, [one]);
    assertAt(arrival?.atMs, T0_MS + (distance / AIR.travelSpeedMps) * 1000, 1);
    assert.ok(Math.abs((arrival?.distanceM ?? 0) - distance) < 1);
  });

  test('no place, no arrival', () => {
    assert.equal(arrivalAt(AIR, HERE, []), undefined);
    assert.equal(arrivalAt(AIR, HERE, [sighting({ at: undefined })]), undefined);
    const both = [sighting({ at: undefined, onsetMs: T0_MS - HOUR_MS }), sighting({ at: away(2) })];
    assert.deepEqual(arrivalAt(AIR, HERE, both), arrivalAt(AIR, HERE, both.slice(1)));
  });

  test('a second sighting in the same place changes nothing', () => {
    const twice = [sighting({ by: 'a', at: away(8) }), sighting({ by: 'b', at: away(8) })];
    assertAt(arrivalAt(AIR, HERE, twice)?.atMs, arrivalAt(AIR, HERE, twice.slice(1))!.atMs, 1);
  });

  test('two sightings on the line to here tell the speed', () => {
    const two = front([away(6), away(3)], { speedMps: 12, towardsDeg: 180 });
    assertAt(arrivalAt(AIR, HERE, two)?.atMs, T0_MS, 4 * MINUTE_MS);
    assert.ok(Math.abs(arrivalAt(AIR, HERE, two)!.distanceM - distanceM(HERE, away(3))) < 1);
  });

  test('stations all around find the direction too', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 360, noNaN: true }),
        fc.double({ min: 2, max: 20, noNaN: true }),
        (towardsDeg, speedMps) => {
          const places = [away(4, 1), away(3, -4), away(6, 3), away(2, 5), away(5, -2), away(-3, 2), away(-4, -3)];
          assertAt(arrivalAt(AIR, HERE, front(places, { speedMps, towardsDeg }))?.atMs, T0_MS, 2 * MINUTE_MS);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('stations on a line say nothing across it: there, the speed of the domain is expected', () => {
    const abreast = [away(4, -6), away(4, 0), away(4, 6)].map((at, i) => sighting({ by: `${i}`, at }));
    const alone = arrivalAt(AIR, HERE, [sighting({ at: away(4, 0) })])!;
    assertAt(arrivalAt(AIR, HERE, abreast)?.atMs, alone.atMs, MINUTE_MS);
  });

  test('equal onsets all around are here at the same time', () => {
    const places = [away(4), away(-4), away(0, 4), away(0, -4)];
    const all = places.map((at, i) => sighting({ by: `${i}`, at }));
    assertAt(arrivalAt(AIR, HERE, all)?.atMs, T0_MS, 1);
  });

  test('what moves away does not come', () => {
    const leaving = front([away(3), away(8)], { speedMps: 5, towardsDeg: 0 });
    assert.equal(arrivalAt(AIR, HERE, leaving), undefined);
  });

  test('works over the date line', () => {
    const fiji = { latitude: -17.015625, longitude: 179.984375 };
    const [near, far] = [sighting({ at: away(0, 1, fiji) }), sighting({ at: away(0, -1, fiji) })];
    assert.ok((near.place?.longitude ?? 0) < -179);
    assert.ok(Math.abs(arrivalAt(AIR, fiji, [near])!.distanceM - arrivalAt(AIR, fiji, [far])!.distanceM) < 1);
  });

  test('the arrival is finite for any places and times', () => {
    const told = fc.tuple(fc.integer({ min: -12, max: 12 }), fc.integer({ min: -12, max: 12 }), fc.nat({ max: 9_000 }));
    fc.assert(
      fc.property(fc.array(told, { minLength: 1, maxLength: 12 }), (all) => {
        const seen = all.map(([north, east, lateS], i) =>
          sighting({ by: `${i}`, at: away(north, east), onsetMs: T0_MS + lateS * 1000 }),
        );
        const arrival = arrivalAt(AIR, HERE, seen);
        if (arrival) assert.ok(Number.isFinite(arrival.atMs) && Number.isFinite(arrival.distanceM));
      }),
    );
  });
});
