import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { evidenceMax } from '../../src/core/limits.ts';
import { AIR } from '../../src/distill/air.ts';
import { type Advisory, createAdvisor } from '../../src/synthesize/advisor.ts';
import type { Sighting } from '../../src/synthesize/sighting.ts';
import { away, HERE, HOUR_MS, MINUTE_MS, sighting, T0_MS } from './sightings.ts';

const NOW_MS = T0_MS + MINUTE_MS;

/** A growing crowd that sees the same; what the advisor says as each of them speaks. */
function crowd(count: number, advise: (alike: readonly Sighting[]) => Advisory[]): (Advisory | undefined)[] {
  const alike: Sighting[] = [];
  return Array.from({ length: count }, (_, i) => {
    alike.push(sighting({ by: `${i}`, at: away(6 + (i % 3)) }));
    return advise(alike)[0];
  });
}

suite('advisor', () => {
  test('speaks at the first gateway, and again each time their number has doubled', () => {
    const advisor = createAdvisor(AIR, HERE);
    const said = crowd(20, (alike) => advisor.advise('pm2_5', alike, NOW_MS));
    assert.deepEqual(
      said.flatMap((advisory, i) => (advisory ? [i + 1] : [])),
      [1, 2, 4, 8, 16],
    );
    const probabilities = said.flatMap((advisory) => advisory?.probability ?? []);
    assert.deepEqual(
      probabilities,
      probabilities.toSorted((a, b) => a - b),
    );
    assert.ok(probabilities.every((p) => p > 0 && p < 1));
    for (const advisory of said) assert.ok((advisory?.evidence.length ?? 0) <= evidenceMax);
  });

  test('more packets of one gateway are not more gateways', () => {
    const advisor = createAdvisor(AIR, HERE);
    const again = Array.from({ length: 30 }, () => sighting({ at: away(6) }));
    assert.equal(advisor.advise('pm2_5', again.slice(0, 1), NOW_MS).length, 1);
    assert.deepEqual(advisor.advise('pm2_5', again, NOW_MS), []);
  });

  test('uses the earliest sighting of each gateway', () => {
    const first = sighting({ at: away(6), finding: 'event' });
    const later = sighting({ at: away(6), onsetMs: T0_MS + 20 * MINUTE_MS, finding: 'level' });
    const [advisory] = createAdvisor(AIR, HERE).advise('pm2_5', [later, first], NOW_MS);
    assert.deepEqual(advisory?.evidence, [first.id]);
  });

  test('says of what falls that it falls, and never of what only rises', () => {
    const falls = (quantity: 'temperature' | 'co2') => {
      const seen = sighting({ at: away(6), quantity, outcome: { observed: -20, baseline: 100 } });
      return createAdvisor(AIR, HERE).advise(quantity, [seen], NOW_MS)[0]?.falls;
    };
    assert.deepEqual([falls('temperature'), falls('co2')], [true, false]);
  });

  test('each phenomenon has its own episode', () => {
    const advisor = createAdvisor(AIR, HERE);
    assert.equal(advisor.advise('pm2_5', [sighting({ at: away(6) })], NOW_MS).length, 1);
    assert.equal(advisor.advise('co', [sighting({ at: away(6), quantity: 'co' })], NOW_MS).length, 1);
    assert.equal(advisor.advise('pm2_5', [sighting({ at: away(6) })], NOW_MS).length, 0);
  });

  test('an episode ends when nothing new was seen for two hours', () => {
    const advisor = createAdvisor(AIR, HERE);
    const at = (minutes: number) => {
      const onsetMs = T0_MS + minutes * MINUTE_MS;
      return advisor.advise('pm2_5', [sighting({ at: away(6), onsetMs })], onsetMs).length;
    };
    assert.deepEqual([0, 119, 237, 358, 359].map(at), [1, 0, 0, 1, 0]);
  });

  test('is sure of what is near, less of what is far, and silent out of reach', () => {
    const probability = (parts: number) =>
      createAdvisor(AIR, HERE).advise('pm2_5', [sighting({ at: away(parts) })], NOW_MS)[0]?.probability;
    assert.ok(probability(1)! > probability(5)!);
    assert.ok(probability(5)! > probability(10)!);
    assert.equal(probability(12), undefined, 'too faint to be worth a warning');
    assert.equal(probability(13), undefined);
  });

  test('what is out of reach does not prolong an episode', () => {
    const advisor = createAdvisor(AIR, HERE);
    const at = (minutes: number, parts: number) => {
      const onsetMs = T0_MS + minutes * MINUTE_MS;
      return advisor.advise('pm2_5', [sighting({ at: away(parts), onsetMs })], onsetMs).length;
    };
    assert.deepEqual([at(0, 6), at(100, 40), at(121, 6)], [1, 0, 1]);
  });

  test('who is trusted less makes it less sure, and nobody is trusted more than whole', () => {
    const probability = (weight: number) =>
      createAdvisor(AIR, HERE, { weightOf: () => weight }).advise('pm2_5', [sighting({ at: away(6) })], NOW_MS)[0]
        ?.probability;
    assert.ok(probability(0.5)! < probability(1)!);
    assert.equal(probability(1.3), probability(1));
    assert.equal(probability(0), undefined);
  });

  test('says nothing of what should have been here long ago', () => {
    const advise = (minutesLater: number) =>
      createAdvisor(AIR, HERE).advise('pm2_5', [sighting({ at: away(1) })], T0_MS + minutesLater * MINUTE_MS).length;
    assert.equal(advise(40), 1);
    assert.equal(advise(60), 0);
    assert.equal(advise(5 * 60), 0);
  });

  test('without a place it warns of nothing, nor of what states none', () => {
    assert.deepEqual(createAdvisor(AIR, undefined).advise('pm2_5', [sighting()], NOW_MS), []);
    assert.deepEqual(createAdvisor(AIR, HERE).advise('pm2_5', [sighting({ at: undefined })], NOW_MS), []);
  });

  test('tells when it is expected and how far away it was seen', () => {
    const [advisory] = createAdvisor(AIR, HERE).advise('pm2_5', [sighting({ at: away(6) })], NOW_MS);
    assert.ok(Math.abs(advisory!.distanceM - 20_850) < 50, `${advisory!.distanceM}`);
    assert.equal(Math.round((advisory!.atMs - T0_MS) / 1000), Math.round(advisory!.distanceM / AIR.travelSpeedMps));
    assert.ok(advisory!.atMs < T0_MS + 2 * HOUR_MS);
  });
});
