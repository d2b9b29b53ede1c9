import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AIR } from '../../src/distill/air.ts';
import { createDomains } from '../../src/distill/domains.ts';

test('a domain is found by its id and by its quantities; one that nobody has is none', () => {
  const domains = createDomains([AIR]);
  assert.equal(domains.of(AIR.id), AIR);
  assert.equal(domains.ofQuantity('pm2_5'), AIR);
  for (const other of [7, 'air', 'noise']) assert.equal(domains.of(other), undefined);
  assert.equal(domains.ofQuantity('noise'), undefined);
});

test('findings and phenomena have names, those of another domain but the finding', () => {
  const { named } = createDomains([AIR]);
  assert.deepEqual(named({ domain: AIR.id, coarse: [1, 2, 3], finding: 1 }), { finding: 'fault', phenomenon: 'pm2_5' });
  for (const outcome of [
    { domain: 7, coarse: [1], finding: 0 },
    { domain: AIR.id, coarse: [99], finding: 0 },
    { domain: AIR.id, coarse: [], finding: 0 },
  ]) {
    assert.deepEqual(named(outcome), { finding: 'event', phenomenon: 'unknown' });
  }
});
