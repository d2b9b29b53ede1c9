import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Condition } from '../../../src/core/condition.ts';
import { curatedOutcomesMax, methodReportsMax, reportersPerOutcomeMax } from '../../../src/core/election-limits.ts';
import { reputationsMax } from '../../../src/core/limits.ts';
import { createElection } from '../../../src/synthesize/election/election.ts';

const HERE: Condition = { domain: 'made', coarse: [1], fine: [1] };
const THERE: Condition = { domain: 'made', coarse: [2], fine: [9] };
const likeness = (a: Condition, b: Condition) => (a.coarse[0] === b.coarse[0] ? 1 : 0);
const DAY = 86_400_000;

const opened = (saved?: object) =>
  createElection({
    own: 'own',
    pinned: new Set(['friend', 'second', 'third', 'liar']),
    functions: ['a', 'b'],
    ...(saved && { saved }),
  });
type Election = ReturnType<typeof opened>;

const claim = (id: string, origin: string, action = 1, condition = HERE) => ({ id, origin, action, condition });
const reputation = (election: Election, of: ReturnType<typeof claim>, nowMs = 0) =>
  election.judged(of.condition, { likeness, nowMs }).reputationOf(of);

test('what came is worth more, what did not come less, and nobody reported is between', () => {
  const election = opened();
  election.heard({ claim: claim('good', 'friend'), reporter: 'own', share: 1 }, 0);
  election.heard({ claim: claim('bad', 'second', 2), reporter: 'own', share: 0 }, 0);
  const worths = [claim('good', 'friend'), claim('new', 'friend'), claim('bad', 'second')].map(election.worthOf);
  assert.deepEqual(
    worths.map((worth) => Number(worth.toFixed(2))),
    [1.33, 1, 0.61],
  );
  const { orderOf } = election.judged(HERE, { likeness, nowMs: 0 });
  assert.ok(orderOf(claim('good', 'friend')) > orderOf(claim('new', 'friend')));
});

test('a claim that does not reproduce takes its origin and its method along, near that condition', () => {
  const election = opened();
  const before = reputation(election, claim('one', 'liar'));
  election.heard({ claim: claim('one', 'liar'), reporter: 'own', share: 0 }, 0);
  election.heard({ claim: claim('one', 'liar'), reporter: 'own', share: 0 }, 0);
  assert.ok(reputation(election, claim('one', 'liar')) < before / 2);
  const elsewhere = reputation(election, claim('two', 'liar', 2, THERE));
  assert.ok(elsewhere < 0.9 && elsewhere > 0.8, 'its origin alone');
  assert.equal(reputation(election, claim('three', 'friend', 1, HERE)), 0.5);
  assert.equal(reputation(election, claim('four', 'friend', 1, THERE)), 1);
  assert.equal(reputation(election, claim('five', 'friend', 2, HERE)), 1);
});

test('a hundred keys that nobody knows move nothing, and nobody reports on a claim of his own', () => {
  const election = opened();
  const praised = claim('one', 'stranger');
  const before = JSON.stringify(election.state());
  for (let i = 0; i < 100; i++) election.heard({ claim: praised, reporter: `sybil-${i}`, share: 1 }, 0);
  election.heard({ claim: claim('two', 'friend'), reporter: 'friend', share: 1 }, 0);
  election.heard({ claim: praised, reporter: 'friend', share: Number.NaN }, 0);
  assert.equal(JSON.stringify(election.state()), before);
});

test('others count half at most, once each, and all together no more than a few reports of our own', () => {
  const election = opened();
  const one = claim('one', 'stranger');
  const before = election.weightOf('stranger');
  for (let i = 0; i < 50; i++) election.heard({ claim: one, reporter: 'friend', share: 1 }, 0);
  assert.equal(election.worthOf(one), 1.2);
  assert.ok(election.weightOf('stranger') < 1.6 * before, 'once');
  for (let i = 0; i < 200; i++) election.heard({ claim: claim(`${i}`, 'stranger'), reporter: 'friend', share: 1 }, 0);
  assert.ok(election.weightOf('stranger') > 0.7);
  for (let i = 0; i < 6; i++) election.heard({ claim: claim('false', 'stranger'), reporter: 'own', share: 0 }, 0);
  assert.ok(election.weightOf('stranger') < 0.5, `${election.weightOf('stranger')}`);
});

test('our own report judges who reported before, once', () => {
  const election = opened();
  const one = claim('one', 'third');
  election.heard({ claim: one, reporter: 'liar', share: 0 }, 0);
  election.heard({ claim: one, reporter: 'friend', share: 1 }, 0);
  for (let i = 0; i < 5; i++) election.heard({ claim: one, reporter: 'own', share: 1 }, 0);
  assert.ok(election.weightOf('friend') > 1);
  assert.ok(election.weightOf('liar') < 1);
  const [after] = [election.weightOf('liar')];
  assert.ok(after > 0.9, 'once');
  // Whoever copies what we said is not judged by it.
  election.heard({ claim: one, reporter: 'second', share: 1 }, 0);
  election.heard({ claim: one, reporter: 'own', share: 1 }, 0);
  assert.equal(election.weightOf('second'), 1);
});

test('who lied can be believed again, and what is old fades', () => {
  const election = opened();
  for (let i = 0; i < 8; i++) election.heard({ claim: claim(`${i}`, 'friend', i), reporter: 'own', share: 0 }, 0);
  const low = election.weightOf('friend');
  for (let i = 0; i < 8; i++)
    election.heard({ claim: claim(`later-${i}`, 'friend', 20 + i), reporter: 'own', share: 1 }, 360 * DAY);
  assert.ok(low < 0.7 && election.weightOf('friend') > 0.9, `${low} ${election.weightOf('friend')}`);
  const old = claim('0', 'second', 0);
  assert.ok(reputation(election, old, 720 * DAY) > reputation(election, old, 0));
});

test('all of it survives as JSON, also what another version saved', () => {
  const election = opened();
  election.advised({ evidence: [{ id: 'one', effect: 1 }], foretold: { a: 1, b: 0 } });
  election.heard({ claim: claim('one', 'friend'), reporter: 'second', share: 0.5 }, 5);
  election.heard({ claim: claim('one', 'friend'), reporter: 'own', share: 1 }, 6);
  election.advised({ evidence: [{ id: 'two', effect: 1 }], foretold: { a: 1, b: 0 } });
  const restored = opened(JSON.parse(JSON.stringify(election.state())));
  assert.deepEqual(restored.state(), election.state());
  assert.equal(reputation(restored, claim('one', 'friend')), reputation(election, claim('one', 'friend')));
  for (const one of [election, restored]) one.heard({ claim: claim('two', 'third'), reporter: 'own', share: 0 }, 7);
  assert.deepEqual(restored.state(), election.state());
  assert.deepEqual(opened({}).state(), opened().state());
});

test('whatever is reported, memory is bounded', () => {
  const election = opened();
  const pinned = ['friend', 'second', 'third', 'liar'];
  for (let i = 0; i < reputationsMax + 500; i++)
    for (const reporter of ['own', pinned[i % 4]!])
      election.heard({ claim: claim(`id-${i}`, `origin-${i}`, i), reporter, share: 0.7 }, i);
  election.advised({ evidence: Array.from({ length: 99 }, (_, i) => ({ id: `${i}`, effect: 1 })), foretold: {} });
  const { standings, outcomes, methods, advice } = election.state();
  assert.equal(standings.length, reputationsMax);
  assert.equal(outcomes.length, curatedOutcomesMax);
  assert.equal(methods.length, 2 * methodReportsMax);
  assert.equal(advice[0]!.evidence.length, 16);
  assert.ok(outcomes.every(({ others }) => others.length <= reportersPerOutcomeMax));
});
