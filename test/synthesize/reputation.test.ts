import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { reputationsMax } from '../../src/core/limits.ts';
import { createReputation, type Judgement, REPUTATION } from '../../src/synthesize/reputation.ts';

const PM = 1;
const US = 'us';
const FRIEND = 'friend';
const STRANGER = 'stranger';
const DAY_MS = 86_400_000;

const reputation = () => createReputation({ pinned: new Set([FRIEND]) });

function judgement(origin: string, reason: Judgement['reason'], id: number, judge = US): Judgement {
  return { id: `packet-${id}`, origin, phenomenon: PM, reason, judge };
}

suite('reputation', () => {
  test('a pinned key starts at 1, a newcomer at a third of that', () => {
    const { weightOf } = reputation();
    assert.equal(weightOf(FRIEND, PM), 1);
    assert.ok(weightOf(STRANGER, PM) > 0.25 && weightOf(STRANGER, PM) < 0.35, `${weightOf(STRANGER, PM)}`);
  });

  test('a newcomer that keeps being right earns weight, for that phenomenon', () => {
    const trust = reputation();
    for (let i = 0; i < 20; i++) trust.judge(judgement(STRANGER, 'came', i), i * DAY_MS);
    assert.ok(trust.weightOf(STRANGER, PM) > 0.9, `${trust.weightOf(STRANGER, PM)}`);
    assert.ok(trust.weightOf(STRANGER, PM + 1) < 0.35, 'another phenomenon is another matter');
  });

  test('what did not come here, or not to others, costs nobody trust, and is counted', () => {
    const trust = createReputation({ pinned: new Set([FRIEND, 'other']) });
    for (let i = 0; i < 20; i++) {
      for (const origin of [FRIEND, STRANGER]) {
        const before = trust.weightOf(origin, PM);
        trust.judge(judgement(origin, 'absent', i), i * DAY_MS);
        trust.judge(judgement(origin, 'refuted', i, 'other'), i * DAY_MS);
        assert.equal(trust.weightOf(origin, PM), before);
      }
    }
    assert.deepEqual(trust.shown()[0]?.reasons, { came: 0, absent: 20, confirmed: 0, refuted: 20 });
  });

  test('one packet is judged once by each judge, and nobody judges himself', () => {
    const trust = reputation();
    for (let i = 0; i < 5; i++) trust.judge(judgement(FRIEND, 'absent', 7), 0);
    trust.judge(judgement(FRIEND, 'confirmed', 7, FRIEND), 0);
    assert.deepEqual(trust.shown()[0]?.reasons, { came: 0, absent: 1, confirmed: 0, refuted: 0 });
  });

  test('what others say counts half, times what they are worth', () => {
    const seen = reputation();
    const told = reputation();
    const whispered = reputation();
    seen.judge(judgement('x', 'came', 1), 0);
    told.judge(judgement('x', 'confirmed', 1, FRIEND), 0);
    whispered.judge(judgement('x', 'confirmed', 1, STRANGER), 0);
    const [a, b, c] = [seen, told, whispered].map((trust) => trust.weightOf('x', PM));
    assert.ok(a! > b! && b! > c! && c! > reputation().weightOf('x', PM));
  });

  test('nobody’s word moves another more than half a count, however trusted he is', () => {
    const trust = reputation();
    for (let i = 0; i < 30; i++) trust.judge(judgement(FRIEND, 'came', i), 0);
    assert.ok(trust.weightOf(FRIEND, PM) > 1);
    trust.judge(judgement('x', 'confirmed', 100, FRIEND), 0);
    assert.equal(trust.state().standings.find(({ origin }) => origin === 'x')?.right, 0.5);
  });

  test('never more of them than the cap; those with the shortest history go first', () => {
    const trust = reputation();
    for (let i = 0; i < 2; i++) trust.judge(judgement('first', 'came', i), 0);
    for (let i = 0; i < reputationsMax; i++) trust.judge(judgement(`${i}`, 'came', 10 + i), 0);
    const left = trust.shown().map(({ origin }) => origin);
    assert.equal(left.length, reputationsMax);
    assert.deepEqual([left[0], left.includes('0'), left.at(-1)], ['first', false, `${reputationsMax - 1}`]);
  });

  test('the past fades: after a half-life a count is half of what it was', () => {
    const trust = reputation();
    trust.judge(judgement(STRANGER, 'confirmed', 1, FRIEND), 0);
    trust.judge(judgement(STRANGER, 'came', 2), REPUTATION.halfLifeMs);
    assert.equal(trust.state().standings[0]?.right, 1.25);
  });

  test('a condemned key is worth nothing, whatever it did before, and stays so after a restart', () => {
    const trust = reputation();
    trust.judge(judgement(FRIEND, 'came', 1), 0);
    trust.condemn(FRIEND);
    const saved = JSON.parse(JSON.stringify(trust.state()));
    const again = createReputation({ pinned: new Set([FRIEND]), saved });
    assert.equal(again.weightOf(FRIEND, PM), 0);
    assert.equal(again.shown()[0]?.equivocated, true);
  });

  test('weights stay in [0, 1.3], rise with what is right, and fall by nothing that others did not see', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('came', 'confirmed', 'absent', 'refuted'), { maxLength: 60 }), (reasons) => {
        const trust = createReputation({ pinned: new Set([FRIEND, 'other']) });
        let before = trust.weightOf(FRIEND, PM);
        for (const [i, reason] of reasons.entries()) {
          const judge = reason === 'came' || reason === 'absent' ? US : 'other';
          trust.judge(judgement(FRIEND, reason, i, judge), 0);
          const after = trust.weightOf(FRIEND, PM);
          assert.ok(reason === 'came' || reason === 'confirmed' ? after > before : after === before);
          assert.ok(after >= 0 && after <= 1.3);
          before = after;
        }
      }),
    );
  });
});
