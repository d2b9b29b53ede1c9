// The index of held outcomes finds what a look at every packet finds, whatever came and went.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { DomainProfile } from '../../../src/core/domain.ts';
import { AIR } from '../../../src/distill/air.ts';
import { CLINICAL } from '../../../src/distill/clinical.ts';
import { FINETUNE } from '../../../src/distill/finetune.ts';
import { conditionAt } from '../../../src/distill/where.ts';
import { wordOrdinal } from '../../../src/packet/word.ts';
import {
  createHeld,
  type Found,
  type Held,
  type HeldOutcome,
  type Question,
} from '../../../src/synthesize/held/held.ts';
import { flat, nearnessTo } from '../../../src/synthesize/held/nearness.ts';
import { similarity } from '../../../src/synthesize/similarity.ts';

const NOW_S = 1_000;
const LANGUAGES = ['swahili', 'yoruba', 'german'];
const RELATED = {
  ...FINETUNE,
  coarse: [FINETUNE.coarse[0], { ...FINETUNE.coarse[1], kin: { table: { swahili: { yoruba: 0.6 } } } }],
} as const satisfies DomainProfile;

const idOf = (name: string) => hash('sha256', name, 'buffer').subarray(0, 16);
const words = fc.constantFrom(0, ...LANGUAGES.map(wordOrdinal));

function outcomes(profile: DomainProfile): fc.Arbitrary<HeldOutcome> {
  const small = fc.integer({ min: 0, max: 3 });
  const ordinal = (isWord: boolean) => (isWord ? words : small);
  const tuple = (dimensions: DomainProfile['coarse']) =>
    fc.tuple(...dimensions.map(({ buckets }) => ordinal('words' in buckets)));
  return fc.record({
    id: fc.integer({ min: 0, max: 300 }).map((n) => idOf(`${n}`)),
    origin: fc.integer({ min: 0, max: 5 }).map((n) => idOf(`origin ${n}`)),
    coarse: tuple(profile.coarse),
    fine: tuple(profile.fine),
    score: fc.constantFrom(0, 40, 100),
    confidence: fc.constantFrom(10, 50, 100),
    samples: fc.constantFrom(0, 1, 9, 2 ** 32 - 1),
    expiresS: fc.constantFrom(NOW_S, NOW_S + 1, NOW_S + 9_000),
    sensor: fc.constantFrom(0, 1, 2),
  });
}

/** A look at each of them. */
function lookedFor(profile: DomainProfile, all: readonly HeldOutcome[], question: Question) {
  const { wanted, sensor = 0, confidenceMin, nowS, top, enough = top, perOrigin = all.length } = question;
  const { widenedMax = Number.POSITIVE_INFINITY } = question;
  const shift = sensor === 0 ? 0 : 1;
  const near = nearnessTo(profile, wanted);
  const usable = all
    .filter((one) => one.expiresS > nowS && one.confidence >= confidenceMin)
    .map((one) => {
      near.hold(flat(profile, one), 0);
      const merit = (one.score / 100) * (one.confidence / 100) * Math.sqrt(one.samples);
      const isOther = shift === 1 && one.sensor !== 0 && one.sensor !== sensor;
      const share = shift === 0 || one.sensor === sensor ? 1 : isOther ? 0.5 : 0.9;
      const widened = near.widened > 0 ? near.widened + shift : isOther ? 1 : 0;
      return { one, similarity: near.similarity * share, widened, rank: near.similarity * share * merit };
    })
    .filter(({ widened }) => widened <= widenedMax)
    .sort((a, b) => b.rank - a.rank || Buffer.compare(a.one.id, b.one.id));
  let last = 0;
  while (last < near.steps + shift && usable.filter(({ widened }) => widened <= last).length < Math.max(1, enough))
    last++;
  const counts = new Map<string, number>();
  return usable
    .filter(({ one, widened }) => {
      const key = one.origin.toString('hex');
      if (widened <= last) counts.set(key, (counts.get(key) ?? 0) + 1);
      return widened <= last && counts.get(key)! <= perOrigin;
    })
    .slice(0, top)
    .map(({ one, similarity: alike, widened }) => ({ id: one.id.toString('hex'), similarity: alike, widened }));
}

/** What matches as it is, then what a wider search finds beside it. */
function nearestFirst(held: Held, question: Question): Found[] {
  const near = held.find({ ...question, widenedMax: 0 });
  if (near.length >= (question.enough ?? question.top) || question.widenedMax === 0) return near;
  const further = held.find(question).filter(({ widened }) => widened > 0);
  return [...near, ...further].slice(0, question.top);
}

suite('held outcomes', () => {
  for (const profile of [AIR, CLINICAL, RELATED] as const) {
    test(`${profile.name}: what is found is what a look at every packet finds`, () => {
      const one = outcomes(profile);
      const step = fc.oneof({ weight: 4, arbitrary: one }, fc.integer({ min: 0, max: 300 }));
      const asked = fc.record({
        wanted: one.map(({ coarse, fine }) => ({ domain: profile.id, coarse, fine })),
        confidenceMin: fc.constantFrom(0, 50),
        top: fc.integer({ min: 1, max: 12 }),
        enough: fc.option(fc.integer({ min: 0, max: 40 }), { nil: 1 }),
        perOrigin: fc.constantFrom(undefined, 2),
        sensor: fc.constantFrom(undefined, 1),
        widenedMax: fc.constantFrom(undefined, 0, 1, 2),
      });
      fc.assert(
        fc.property(
          fc.array(step, { minLength: 60, maxLength: 300, size: 'max' }),
          fc.array(asked, { minLength: 1, maxLength: 4 }),
          (did, ask) => {
            const held = createHeld(profile);
            const all = new Map<string, HeldOutcome>();
            for (const change of did) {
              const id = typeof change === 'number' ? idOf(`${change}`) : change.id;
              const key = id.toString('hex');
              if (typeof change === 'number') {
                held.remove(id);
                all.delete(key);
              } else {
                held.add(change);
                if (!all.has(key)) all.set(key, change);
              }
            }
            assert.equal(held.size, all.size);
            for (const question of ask) {
              const found = held.find({ ...question, nowS: NOW_S });
              const shown = found.map(({ id, ...rest }) => ({ id: id.toString('hex'), ...rest }));
              assert.deepEqual(shown, lookedFor(profile, [...all.values()], { ...question, nowS: NOW_S }));
              assert.deepEqual(
                held.find({ ...question, nowS: NOW_S, isNearestFirst: true }),
                nearestFirst(held, { ...question, nowS: NOW_S }),
              );
            }
            held.forget(NOW_S);
            assert.equal(held.size, [...all.values()].filter(({ expiresS }) => expiresS > NOW_S).length);
          },
        ),
        { numRuns: 60 },
      );
    });
  }

  test('of a measured domain, the similarity within tolerance is the one that packets are weighed by', () => {
    const one = outcomes(AIR).map(({ coarse, fine }) => ({ domain: AIR.id, coarse, fine }));
    fc.assert(
      fc.property(one, one, (a, b) => {
        const near = nearnessTo(AIR, a);
        near.hold(flat(AIR, b), 0);
        const alike = similarity(AIR, a, b);
        assert.equal(near.widened === 0, alike > 0);
        if (alike > 0) assert.ok(Math.abs(near.similarity - alike) < 1e-12);
      }),
      { numRuns: 300 },
    );
  });

  test('a task without peers finds its neighbours, and says how far it had to look', () => {
    const held = createHeld(RELATED);
    const at = (task: string, tag: string) => {
      const checked = conditionAt(RELATED, { task, tags: [tag] });
      assert('value' in checked);
      return checked.value;
    };
    const add = (name: string, task: string, tag: string, score = 50) => {
      const { coarse, fine } = at(task, tag);
      const figures = { score, confidence: 80, samples: 100, expiresS: NOW_S + 10, sensor: 0 };
      held.add({ id: idOf(name), origin: idOf('o'), coarse, fine, ...figures });
    };
    const ask = (top: number) =>
      held
        .find({ wanted: at('translation', 'swahili'), confidenceMin: 0, top, nowS: NOW_S })
        .map(({ id, widened }) => [id.toString('hex').slice(0, 8), widened]);
    const short = (name: string) => idOf(name).toString('hex').slice(0, 8);
    add('other task', 'summarization', 'german', 100);
    assert.deepEqual(ask(1), [[short('other task'), 3]]);
    add('other language', 'translation', 'german', 90);
    assert.deepEqual(ask(1), [[short('other language'), 2]]);
    add('akin', 'translation', 'yoruba', 40);
    assert.deepEqual(ask(1), [[short('akin'), 1]]);
    add('same', 'translation', 'swahili', 10);
    assert.deepEqual(ask(1), [[short('same'), 0]]);
    assert.deepEqual(new Set(ask(2)), new Set([[short('akin'), 1]].concat([[short('same'), 0]])));
  });
});
