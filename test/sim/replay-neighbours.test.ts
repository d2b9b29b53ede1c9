import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { neighboursOf, placesOf } from '../../src/sim/replay-neighbours.ts';

const place = fc.record({
  latitude: fc.double({ min: -80, max: 80, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

test('everybody can be reached from everybody, and nobody is their own neighbour', () => {
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 30 }), (places) => {
      const pairs = neighboursOf(places);
      const reached = new Set([0]);
      for (let round = 0; round < places.length; round++) {
        for (const [a, b] of pairs) {
          assert.ok(a < b && b < places.length);
          if (reached.has(a)) reached.add(b);
          if (reached.has(b)) reached.add(a);
        }
      }
      assert.equal(reached.size, places.length);
      assert.equal(new Set(pairs.map(String)).size, pairs.length);
    }),
  );
});

test('groups far apart, in which each has its nearest ones, are linked all the same', () => {
  const group = (longitude: number) =>
    Array.from({ length: 5 }, (_, index) => ({ latitude: 48 + index / 100, longitude }));
  const pairs = neighboursOf([...group(8), ...group(20)]);
  assert.ok(pairs.some(([a, b]) => a < 5 && b >= 5));
});

test('the nearest are linked', () => {
  const line = Array.from({ length: 20 }, (_, index) => ({ latitude: 48 + index / 10, longitude: 8 }));
  const linked = neighboursOf(line).filter((pair) => pair.includes(10));
  assert.deepEqual(linked.map(([a, b]) => (a === 10 ? b : a)).filter((at) => Math.abs(at - 10) <= 1).length, 2);
  assert.ok(linked.every(([a, b]) => b - a <= 3));
});

test('a station without coordinates stands among those that have them; without any, all stand in one spot', () => {
  const here = { place: { latitude: 10, longitude: 179.5 } };
  const there = { place: { latitude: 12, longitude: -179.5 } };
  const places = placesOf([here, { place: undefined }, there]);
  assert.deepEqual([places[0], places[2]], [here.place, there.place]);
  assert.equal(places[1]!.latitude, 11);
  assert.equal(Math.abs(places[1]!.longitude), 180);
  const [one, other] = placesOf([{ place: undefined }, { place: undefined }]);
  assert.deepEqual(one, other);
});
