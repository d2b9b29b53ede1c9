import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explanationsMax } from '../../src/core/explain-limits.ts';
import { AIR } from '../../src/distill/air.ts';
import { createAdvisor } from '../../src/synthesize/advisor.ts';
import type { AlarmTold } from '../../src/synthesize/alarm/alarm-outcome.ts';
import { createToldGrounds } from '../../src/synthesize/told-grounds.ts';
import { settled } from './alarm/told-judge.ts';
import { away, HERE, sighting, T0_MS } from './sightings.ts';

const WHERE = { phenomenon: 'pm2_5', sensor: 'roof', unit: 'ug/m3', timeMs: T0_MS };

function anAlarm(): AlarmTold {
  const one = settled();
  one.read((minutes) => 70 + (minutes % 7), 2);
  return one.told[0]!;
}

test('what is told has an id of its own, and is found by how that begins; the newest of each kind are kept', () => {
  const grounds = createToldGrounds();
  const told = anAlarm();
  const ids = Array.from({ length: explanationsMax + 3 }, (_, i) =>
    grounds.alarm(told, { ...WHERE, timeMs: T0_MS + i }),
  );
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}$/);
  const at = ids.length - 1;
  const [found] = grounds.explain(ids[at]!.slice(0, 6));
  assert.deepEqual(found, { ...told, kind: 'alarm', id: ids[at], told: 'event', ...WHERE, timeMs: T0_MS + at });
  assert.deepEqual(grounds.explain(ids[0]!), []);
  assert.equal(grounds.explain('').length, explanationsMax);
  const both = ['event', 'confirmed'] as const;
  const [one, other] = both.map((kind) => grounds.alarm({ ...told, kind }, WHERE));
  assert.notEqual(one, other, 'told at one moment');
});

test('an early warning by distance: what is left of the doubt is the product of what each sighting leaves', () => {
  const weights = [1, 0.4, 0.9];
  const seen = weights.map((_, i) => sighting({ by: `${i}`, at: away(4 + i), confidence: 90 - 20 * i }));
  const weightOf = (origin: string) => weights[seen.findIndex((one) => one.origin === origin)]!;
  const [advisory] = createAdvisor(AIR, HERE, { weightOf }).advise('pm2_5', seen, T0_MS);
  const { sightings, others, toldAgainAt } = advisory!.grounds;
  assert.deepEqual([sightings.length, others, toldAgainAt], [3, { sightings: 0, doubt: 1 }, 6]);
  const left = sightings.reduce((product, { doubt }) => product * doubt, 1);
  assert.ok(Math.abs(1 - left - advisory!.probability) < 1e-9);
  for (const { doubt, trust, confidence } of sightings)
    assert.ok(Math.abs(doubt - (1 - 0.5 * advisory!.grounds.nearness * trust * confidence)) < 1e-12);
  const grounds = createToldGrounds();
  const id = grounds.advisory(advisory!, T0_MS);
  assert.deepEqual(grounds.explain(id), [{ ...advisory, id, timeMs: T0_MS }]);
});
