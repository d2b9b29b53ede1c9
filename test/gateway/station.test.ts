// Where a gateway stands, what it watches, and which topics those live on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DomainProfile } from '../../src/core/domain.ts';
import { AIR, SITES } from '../../src/distill/air.ts';
import { createDomains } from '../../src/distill/domains.ts';
import { FINETUNE } from '../../src/distill/finetune.ts';
import { type Setting, stationOf, watchedLevels, watchedPhenomena } from '../../src/gateway/station.ts';
import { tokens } from '../../src/packet/fingerprint.ts';

const domains = createDomains([AIR]);
const PLACE = { latitude: 48.25, longitude: 8.25 };
const setting = (change: Partial<Setting> = {}): Setting => ({ domains, place: PLACE, ...change });
const tag = () => Buffer.alloc(4);

test('a site has its ordinal, the first one as well; none is not stated', () => {
  const ordinals = SITES.map((site) => stationOf(setting({ site }), AIR, tag).site);
  assert.deepEqual(
    ordinals,
    SITES.map((_, index) => index + 1),
  );
  assert.equal(stationOf(setting(), AIR, tag).site, 0);
});

test('what the operator names is watched and nothing else; else what the domain watches by itself', () => {
  assert.deepEqual([...watchedPhenomena({ domains, watch: ['pm10', 'co'] }).keys()].toSorted(), ['co', 'pm10']);
  const usual = AIR.phenomena.flatMap(({ quantity, watched }) => (watched ? quantity : []));
  assert.deepEqual([...watchedPhenomena({ domains }).keys()], usual);
  assert.ok(!usual.includes('pm10'));
});

test('our own cell and the near ones are watched; without a place, any', () => {
  const { deposits: _, ...measured } = AIR;
  const at = (change: Partial<Setting>) =>
    watchedLevels(setting({ domains: createDomains([measured]), watch: ['pm2_5'], ...change }), undefined);
  const [own, ...near] = at({});
  assert.match(own!.levels.join('/'), /^[0-9a-f]{8}\/[0-9a-f]{8}\/[0-9a-f]{8}$/);
  assert.equal(near.length, 8, 'an alarm weighs whoever is in reach, on all sides');
  assert.equal(at({ watch: ['co2'] }).length, 4, 'without one, beyond the nearer borders');
  const [anywhere, ...more] = at({ place: undefined });
  assert.deepEqual(more, []);
  assert.deepEqual(anywhere, { domain: AIR.id, levels: [own!.levels[0], '+', '+'] });
});

test('what is deposited in air states no place, and is watched as such; all of a domain without measurements is', () => {
  const levels = (profiles: readonly DomainProfile[]) =>
    watchedLevels(setting({ domains: createDomains(profiles), watch: ['pm2_5'] }), undefined).at(-1);
  const stated = tokens({ domain: AIR.id, coarse: [0, 0, 0] });
  assert.deepEqual(levels([AIR]), { domain: AIR.id, levels: stated });
  assert.deepEqual(levels([FINETUNE]), { domain: FINETUNE.id, levels: ['+', '+'] });
});

test('where a phenomenon is narrowed, its places and those right around us take the place of its cells', () => {
  const watch = ['pm2_5', 'co2'] as const;
  const place = { coarse: [1, 277, 376], fine: [0, 0, 16, 16, 0, 0, 0] };
  const levels = (places: (typeof place)[]) =>
    watchedLevels(setting({ watch }), undefined, new Map([['pm2_5', places]])).map((one) => one.levels);
  const narrow = levels([place, place]).filter((one) => one.length > 3);
  assert.equal(narrow.length, 10, 'nine around us, and one that is chosen twice');
  assert.equal(levels([place]).length, 10 + 4 + 1, 'of the other phenomenon all cells');
  for (const one of narrow) {
    assert.equal(one.length, 7, 'phenomenon, cell, any severity and time, parts of the cell, any detail');
    assert.deepEqual(one.slice(3, 5), ['+', '+']);
  }
  const many = Array.from({ length: 70 }, (_, i) => ({ ...place, coarse: [1, 100 + i, 376] }));
  assert.equal(levels(many).length, 9 + 4 + 1, 'what an announcement has no room for is not narrowed');
});
