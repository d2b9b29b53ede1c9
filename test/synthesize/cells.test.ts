// The index of what was heard: it may pass over nothing that matches, and has to pass over what is elsewhere.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { heardLooksMax } from '../../src/core/load-limits.ts';
import { AIR } from '../../src/distill/air.ts';
import { seededRandom } from '../../src/sim/random.ts';
import { createHearsay } from '../../src/synthesize/hearsay.ts';
import { isFirstHand, matches, type Sighting } from '../../src/synthesize/sighting.ts';
import { createSynthesizer } from '../../src/synthesize/synthesizer.ts';
import { away, HERE, MINUTE_MS, sighting, T0_MS } from './sightings.ts';

/** Events and their ends over half a continent, some of them without a place. */
function scattered(count: number): Sighting[] {
  const random = seededRandom(4);
  return Array.from({ length: count }, (_, i) =>
    sighting({
      by: `station ${i % 40}`,
      at: i % 17 === 0 ? undefined : away(Math.floor(60 * random() - 30), Math.floor(60 * random() - 30)),
      quantity: (['pm2_5', 'co2', 'no2'] as const)[i % 3]!,
      finding: i % 5 === 0 ? 'cleared' : 'event',
      severity: 1 + (i % 6),
      onsetMs: T0_MS + Math.floor(240 * random()) * MINUTE_MS,
    }),
  );
}

suite('cells', () => {
  test('witnesses are all that match and were seen first-hand, found in a part of what was heard', () => {
    const hearsay = createHearsay(AIR);
    const all = scattered(1_500);
    for (const one of all) hearsay.add(one);
    let looks = 0;
    for (const about of all.slice(0, 100)) {
      const expected = all.filter((other) => isFirstHand(other) && matches(AIR, other, about));
      const found = [...hearsay.witnesses(about.outcome)];
      looks += found.length;
      assert.deepEqual(new Set(found.filter((other) => matches(AIR, other, about))), new Set(expected));
    }
    assert(looks / 100 < all.length / 3, `${looks / 100} of ${all.length} looked at`);
  });

  test('what was dropped is no witness any more', () => {
    const hearsay = createHearsay(AIR);
    const one = sighting();
    hearsay.add(one);
    hearsay.forget(one.expiresMs);
    assert.deepEqual([...hearsay.witnesses(one.outcome)], []);
  });

  test('a flood is looked at so much and no more from one tick to the next, and weighed after it', () => {
    const synthesizer = createSynthesizer({ profile: AIR, nodeId: 'own', here: HERE, random: () => 0.5 });
    const views = [{ sensor: 'roof', quantity: 'pm2_5', state: 'event', value: 40 }] as const;
    const [own, other] = [sighting({ by: 'own', at: HERE }), sighting({ by: 'own', at: HERE, quantity: 'no2' })];
    for (const one of [own, other]) synthesizer.issued(one, one.issuedMs);
    const nowMs = own.issuedMs + MINUTE_MS;
    // Each of them bears on the first event, so each of them asks for a look at all of those before.
    const count = Math.ceil(Math.sqrt(2 * heardLooksMax)) + 1;
    for (let i = 0; i < count; i++) synthesizer.hear(sighting({ by: `station ${i}` }), nowMs, views);
    const confirming = Array.from(
      { length: 4 },
      (_, i) => ({ by: `sure ${i}`, finding: 'confirm', quantity: 'no2', about: [other] }) as const,
    );
    const told = confirming.flatMap((said) => synthesizer.hear(sighting(said), nowMs, views));
    assert.deepEqual(told, [], 'that was enough for now');
    const late = synthesizer.tick(nowMs + 1_000, views);
    const verdicts = late.flatMap((one) => (one.kind === 'verdict' ? [[one.about.id, one.verdict]] : []));
    assert.deepEqual(verdicts, [[other.id, 'event']]);
  });
});
