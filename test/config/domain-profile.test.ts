import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { loadDomain } from '../../src/config/domain-profile.ts';
import { domainProblems } from '../../src/config/domain-relations.ts';
import { publishedDomainSchema } from '../../src/config/domain-schema.ts';
import { BUILT_IN_DOMAINS } from '../../src/distill/domains.ts';
import { loadDomains } from '../../src/gateway/domains.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const NOISE = new URL('../../examples/noise.yaml', import.meta.url).pathname;
const PHENOMENON = { quantity: 'noise', scale: 0.1, levels: [55, 65], alarm: 65 };
const cells = { cells: { start: 0, width: 1, count: 10 } };
const named = {
  name: 'phenomenon',
  attribute: 'phenomenon',
  buckets: { registry: ['noise'] },
  distance: 'categorical',
};
const dimension = (change: object) => ({
  name: 'd',
  attribute: 'site',
  buckets: cells,
  distance: 'ordinal',
  weight: 1,
  ...change,
});
const fine = (change: object) => ({ fine: [dimension(change)] });

test('the built-in domains and the example pass every check', () => {
  for (const profile of BUILT_IN_DOMAINS) assert.deepEqual(domainProblems(profile), []);
  const noise = loadDomain(NOISE);
  assert.deepEqual([noise.id, noise.name, noise.phenomena.length], ['noise', 'noise', 1]);
  assert.deepEqual(
    noise.coarse.map(({ name }) => name),
    ['phenomenon', 'latitude_cell', 'longitude_cell'],
  );
  const severity = noise.fine[0]!.buckets;
  assert.equal('registry' in severity && severity.registry.length, 6, 'one class more than levels');
});

test('the published schema is the one that is checked', () => {
  const published = readFileSync(new URL('../../docs/domain.schema.json', import.meta.url), 'utf8');
  assert.equal(published, publishedDomainSchema());
});

/** What is wrong with a file -> what its owner reads. */
const MISTAKES: Record<string, [change: object, says: RegExp]> = {
  'an unknown key': [{ phenomenons: [] }, /noise.yaml:\d+: unknown key "phenomenons"; did you mean "phenomena"\?/],
  'a registered name': [{ name: 'clinical' }, /name: "clinical" is registered; choose another/],
  'a name that no packet can carry': [{ name: 'Street noise' }, /is not a domain name/],
  'no phenomena': [{ phenomena: [] }, /phenomena/],
  'an unknown quantity': [{ phenomena: [{ ...PHENOMENON, quantity: 'loudness' }] }, /quantity/],
  'levels that fall': [{ phenomena: [{ ...PHENOMENON, levels: [65, 55] }] }, /phenomena\[0\]\.levels: must rise/],
  'an alarm that cannot be': [{ phenomena: [{ ...PHENOMENON, alarm: 400 }] }, /levels: 400 lies outside 0 to 150 dB/],
  'a scale no packet holds': [{ phenomena: [{ ...PHENOMENON, scale: 1e-9 }] }, /scale: 1e-9 is too fine/],
  'a phenomenon twice': [{ phenomena: [PHENOMENON, { ...PHENOMENON }] }, /"noise" is that of phenomena\[0\] too/],
  'an address that does not begin with the phenomenon': [{ coarse: [dimension({})] }, /coarse\[0\]: must be made from/],
  'five coarse dimensions': [{ coarse: [0, 1, 2, 3, 4].map(() => dimension({})) }, /coarse/],
  'an unknown attribute': [
    fine({ attribute: 'temperatur' }),
    /attribute: "temperatur" is not known; did you mean "temperature"/,
  ],
  'parts of nothing': [fine({ buckets: { parts: 4 } }), /refines: goes with parts, and parts need it/],
  'parts of another attribute': [
    { ...fine({ buckets: { parts: 4 }, refines: 'phenomenon' }), coarse: [{ ...named, weight: 0 }] },
    /refines: "phenomenon" is not a coarse dimension with cells of site/,
  ],
  'a circle of words': [fine({ buckets: { registry: ['a'] }, distance: 'circular' }), /go round in a circle/],
  'edges that fall': [fine({ buckets: { edges: [2, 1] } }), /buckets\.edges: must rise/],
  'nothing that counts': [fine({ weight: 0 }), /no dimension has a weight above 0/],
  'a lifetime beyond the protocol': [{ lifetimeH: { event: 49 } }, /lifetimeH/],
};

for (const [what, [change, says]] of Object.entries(MISTAKES)) {
  test(`${what} is told`, (t) => {
    const file = join(temporaryFolder(t), 'noise.yaml');
    writeFileSync(
      file,
      stringify({ name: 'noise', phenomena: [PHENOMENON], ...change }, { aliasDuplicateObjects: false }),
    );
    assert.throws(() => loadDomain(file), { code: 'config_invalid', message: says });
  });
}

test('domains are found by name or file, and none stands in the way of another', (t) => {
  const folder = temporaryFolder(t);
  const copy = join(folder, 'copy.yaml');
  writeFileSync(copy, readFileSync(NOISE));
  assert.deepEqual(
    loadDomains(['air', NOISE]).all.map(({ id }) => id),
    [0, 'noise'],
  );
  const refused = (names: string[], message: RegExp) =>
    assert.throws(() => loadDomains(names), { code: 'config_invalid', message });
  refused(
    ['airr'],
    /^domains: "airr" is not a domain; did you mean "air"\?; name air, finetune, clinical or a file such as \.\/airr\.yaml$/,
  );
  refused([NOISE, copy], /the domain "noise" is there twice/);
  writeFileSync(copy, stringify({ name: 'street', phenomena: [PHENOMENON] }));
  refused([NOISE, copy], /noise belongs to "noise" and to "street"; keep it in one domain/);
  assert.throws(() => loadDomains([join(folder, 'gone.yaml')]), { code: 'config_missing' });
});
