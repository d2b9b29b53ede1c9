import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { heardPacketsMax, heardPerOriginMax } from '../../src/core/limits.ts';
import { AIR } from '../../src/distill/air.ts';
import { createHearsay } from '../../src/synthesize/hearsay.ts';
import { HOUR_MS, sighting, T0_MS } from './sightings.ts';

suite('hearsay', () => {
  test('holds a packet once', () => {
    const hearsay = createHearsay(AIR);
    const one = sighting();
    assert.equal(hearsay.add(one), true);
    assert.equal(hearsay.add(one), false);
    assert.deepEqual([...hearsay.all()], [one]);
  });

  test('one origin never pushes out what the others said', () => {
    const hearsay = createHearsay(AIR);
    const honest = sighting({ by: 'honest' });
    hearsay.add(honest);
    const flood = Array.from({ length: 10_000 }, () => sighting({ by: 'liar' }));
    for (const one of flood) hearsay.add(one);
    assert.deepEqual([...hearsay.all()], [honest, ...flood.slice(-heardPerOriginMax)]);
  });

  test('many origins never pass the cap; the oldest goes first', () => {
    const hearsay = createHearsay(AIR);
    const all = Array.from({ length: heardPacketsMax + 100 }, (_, i) => sighting({ by: `${i}` }));
    for (const one of all) hearsay.add(one);
    assert.equal(hearsay.size, heardPacketsMax);
    assert.equal(hearsay.all().next().value, all[100]);
  });

  test('counts distinct origins that agree', () => {
    const hearsay = createHearsay(AIR);
    const event = sighting();
    const say = (by: string, finding: 'confirm' | 'refute' | 'verdict', score = 50) =>
      hearsay.add(sighting({ by, finding, score, about: [event] }));
    for (let i = 0; i < 5; i++) say('a', 'confirm');
    say('b', 'verdict', 90);
    say('c', 'verdict', 10);
    say('d', 'refute');
    assert.equal(hearsay.agreeing(event.id, 1).length, 2);
    assert.equal(hearsay.agreeing(event.id, -1).length, 2);
    assert.equal(hearsay.agreeing(sighting().id, 1).length, 0);
  });

  test('what was dropped agrees no longer', () => {
    const hearsay = createHearsay(AIR);
    const event = sighting({ by: 'north' });
    hearsay.add(sighting({ by: 'liar', finding: 'refute', about: [event, event] }));
    for (let i = 0; i < heardPerOriginMax; i++) hearsay.add(sighting({ by: 'liar' }));
    assert.equal(hearsay.agreeing(event.id, -1).length, 0);
  });

  test('forgets what has expired', () => {
    const hearsay = createHearsay(AIR);
    const event = sighting({ issuedMs: T0_MS });
    hearsay.add(event);
    hearsay.add(sighting({ by: 'other', finding: 'confirm', issuedMs: T0_MS + HOUR_MS, about: [event] }));
    hearsay.forget(T0_MS + 6 * HOUR_MS - 1000);
    assert.equal(hearsay.size, 2);
    hearsay.forget(T0_MS + 6 * HOUR_MS);
    assert.equal(hearsay.size, 1);
    assert.equal(hearsay.agreeing(event.id, 1).length, 1);
    hearsay.forget(T0_MS + 8 * HOUR_MS);
    assert.equal(hearsay.size, 0);
    assert.equal(hearsay.agreeing(event.id, 1).length, 0);
  });
});
