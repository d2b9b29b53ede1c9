import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createEquivocation } from '../../src/synthesize/equivocation.ts';
import type { Sighting } from '../../src/synthesize/sighting.ts';

function said(id: string, sequence: number, issued: number, clock = 2, origin = 'a'): Sighting {
  return { id, origin, outcome: { sequence, issued, clock } } as unknown as Sighting;
}

suite('equivocation', () => {
  test('one sequence in two packets is proof; the same packet again is none', () => {
    const { check } = createEquivocation();
    assert.equal(check(said('p', 5, 100)), undefined);
    assert.equal(check(said('p', 5, 100)), undefined);
    assert.equal(check(said('q', 5, 100)), 'p');
  });

  test('one sequence proves nothing where a clock was not synchronised', () => {
    for (const [first, second] of [
      [1, 2],
      [2, 0],
    ] as const) {
      const { check } = createEquivocation();
      assert.equal(check(said('p', 5, 100, first)), undefined);
      assert.equal(check(said('q', 5, 100, second)), undefined);
    }
  });

  test('a higher sequence with an earlier time is proof, in whichever order they arrive', () => {
    const forward = createEquivocation();
    assert.equal(forward.check(said('p', 5, 100)), undefined);
    assert.equal(forward.check(said('q', 6, 99)), 'p');
    const backward = createEquivocation();
    assert.equal(backward.check(said('q', 6, 99)), undefined);
    assert.equal(backward.check(said('p', 5, 100)), 'q');
  });

  test('old after new is no proof, nor are two in one second, nor a clock that was not synchronised', () => {
    const { check } = createEquivocation();
    assert.equal(check(said('p', 9, 100)), undefined);
    assert.equal(check(said('q', 3, 50)), undefined);
    assert.equal(check(said('r', 10, 100)), undefined);
    assert.equal(check(said('s', 11, 40, 1)), undefined);
    assert.equal(check(said('t', 5, 999, 2, 'b')), undefined, 'another origin');
  });

  test('memory is bounded per origin', () => {
    const { check } = createEquivocation();
    for (let i = 0; i < 1000; i++) assert.equal(check(said(`p${i}`, i, i)), undefined);
    assert.equal(check(said('other', 10, 10)), undefined, 'long forgotten');
    assert.equal(check(said('other', 999, 999)), 'p999');
  });
});
