// The profile is data: what the code takes for granted about it.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FINDINGS } from '../../src/core/condition.ts';
import type { Dimension, DomainProfile } from '../../src/core/domain.ts';
import { coarseOrdinalsMax, fineOrdinalsMax } from '../../src/core/limits.ts';
import { QUANTITIES } from '../../src/core/quantities.ts';
import { AIR, SITES } from '../../src/distill/air.ts';
import { attributesOf } from '../../src/distill/distiller.ts';
import { BUILT_IN_DOMAINS, createDomains } from '../../src/distill/domains.ts';
import { lifetimeMaxOf, REGISTERED_DOMAINS } from '../../src/packet/outcome.ts';

const profile: DomainProfile = AIR;
const registry = (dimension: Dimension | undefined) =>
  dimension && 'registry' in dimension.buckets ? dimension.buckets.registry : [];

suite('the air domain', () => {
  test('is plain data', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(profile)), profile);
  });

  test('has its registered number, and is found by it and by its quantities', () => {
    assert.equal(REGISTERED_DOMAINS[Number(profile.id)], profile.name);
    const domains = createDomains(BUILT_IN_DOMAINS);
    assert.equal(domains.of(0), profile);
    assert.equal(domains.ofQuantity('pm2_5'), profile);
    assert.equal(domains.of('air'), undefined, 'a packet spells no registered domain as a name');
    assert.equal(domains.of(1)?.name, 'finetune');
    assert.equal(domains.of(3), undefined);
  });

  test('each phenomenon is a quantity of its own, with rising levels within its range', () => {
    const names = profile.phenomena.map(({ quantity }) => quantity);
    assert.equal(new Set(names).size, names.length);
    for (const { quantity, levels, scale, alarm } of profile.phenomena) {
      const { min, max, resolution } = QUANTITIES[quantity];
      assert.deepEqual(
        levels,
        levels.toSorted((a, b) => a - b),
        quantity,
      );
      for (const level of levels) assert.ok(level > min && level < max, `${quantity} ${level}`);
      assert.ok(scale <= Math.max(resolution, 1) && max / scale < 2 ** 31, quantity);
      if (alarm !== undefined) assert.ok(levels.includes(alarm), quantity);
    }
  });

  test('severity has a class for every level', () => {
    const classes = registry(profile.fine.find(({ name }) => name === 'severity')).length;
    for (const { quantity, levels } of profile.phenomena) assert.ok(levels.length + 1 <= classes, quantity);
  });

  test('its dimensions fit a packet, and parts refine cells of the same attribute', () => {
    assert.ok(profile.coarse.length <= coarseOrdinalsMax && profile.fine.length <= fineOrdinalsMax);
    assert.deepEqual(
      registry(profile.coarse[0]),
      profile.phenomena.map(({ name }) => name),
      'ordinals are those of the phenomena',
    );
    for (const dimension of profile.fine.filter(({ buckets }) => 'parts' in buckets)) {
      const parent = profile.coarse.find(({ name }) => name === dimension.refines);
      assert.equal(parent?.attribute, dimension.attribute);
      assert.ok(parent && 'cells' in parent.buckets);
    }
  });

  test('every attribute is one that a station or its surroundings have', () => {
    const station = { profile, latitude: 1, longitude: 1, site: 1, contextTag: () => Buffer.alloc(4) };
    const known = [...Object.keys(attributesOf(station, 'pm2_5', 0, 1)), 'relative_humidity', 'temperature', 'fault'];
    for (const { attribute } of [...profile.coarse, ...profile.fine]) assert.ok(known.includes(attribute), attribute);
    assert.deepEqual(registry(profile.fine.find(({ attribute }) => attribute === 'site')), SITES);
  });

  test('every finding has a lifetime the protocol allows', () => {
    for (const finding of FINDINGS) {
      const hours = profile.lifetimeH[finding] ?? 0;
      assert.ok(Number.isInteger(hours) && hours >= 1 && hours <= lifetimeMaxOf(FINDINGS.indexOf(finding)), finding);
    }
  });

  test('near is within reach', () => {
    assert.ok(profile.nearM < profile.reachM);
  });
});
