// Deposits: what is right comes back as it went in, and what is wrong is one line with key and value.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { DomainProfile } from '../../src/core/domain.ts';
import { AIR } from '../../src/distill/air.ts';
import { CLINICAL } from '../../src/distill/clinical.ts';
import { checkedDeposit, distillDeposit, shownDeposit } from '../../src/distill/deposit.ts';
import { FINETUNE } from '../../src/distill/finetune.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { issue } from '../../src/packet/packet.ts';
import { scanPacket } from '../../src/packet/scanner.ts';

const run = {
  domain: 'finetune',
  where: {
    task: 'translation',
    tags: ['klingon', 'medical'],
    model_family: 'llama',
    data_scale: 5_000,
    held_out: true,
  },
  action: { name: 'lora', rank: 16, learning_rate: 2e-4, bits: 4 },
  score: 0.71,
  effect: 0.042,
  standard_error: 0.011,
  samples: 900,
  confidence: 0.8,
};
const treatment = {
  domain: 'clinical',
  where: { condition: 'Fabry disease', age: 44, severity: 'severe', line: 'second' },
  action: { name: 'migalastat', dose: 123, weeks: 26 },
  score: 0.6,
  effect: 0.31,
  standard_error: 0.2,
  samples: 9,
};
const repair = { domain: 'air', where: { fault: 'stuck', sensor: 'optical_plantower' }, action: 'cleaned', score: 1 };

const moment = { nowMs: 1_790_000_000_000, clock: 2, sequence: 1_790_000_000, surroundings: {} } as const;

suite('deposits', () => {
  test('come back from a packet as they went in; words nobody listed as their hash', () => {
    const back = (profile: DomainProfile, given: object) =>
      shownDeposit(profile, checkedDeposit(profile, { ...given }));
    const shown = back(FINETUNE, run);
    assert.deepEqual(shown.action, run.action);
    assert.deepEqual(
      [shown.score, shown.effect, shown.standardError, shown.samples, shown.confidence],
      [0.71, 0.042, 0.011, 900, 0.8],
    );
    const { tags, ...where } = shown.where;
    const data = { from: 1_000, below: 10_000 };
    assert.deepEqual(where, { task: 'translation', model_family: 'llama', data_scale: data, held_out: 'yes' });
    assert.match(JSON.stringify(tags), /^\["#[0-9a-f]{8}","medical"\]$/);
    const age = { from: 40, below: 65 };
    const { condition, ...patients } = back(CLINICAL, treatment).where;
    assert.deepEqual(patients, { age, severity: 'severe', line: 'second' });
    assert.deepEqual(back(AIR, repair).where, repair.where);
    const effectOf = ({ effect, standardError }: ReturnType<typeof back>) => [effect, standardError];
    assert.deepEqual(effectOf(back(AIR, repair)), [null, null], 'not stated is not 0');
    assert.deepEqual(effectOf(back(FINETUNE, { ...run, effect: 0 })), [0, 0.011]);
    assert.deepEqual(back(AIR, repair).action, { name: 'cleaned' });
    // What was read back is understood again.
    const again = { ...treatment, where: { ...treatment.where, condition }, action: back(CLINICAL, treatment).action };
    assert.deepEqual(checkedDeposit(CLINICAL, again), checkedDeposit(CLINICAL, treatment));
  });

  test('make packets that every gateway takes, of at most 200 bytes with all fields', () => {
    const identity = temporaryIdentity();
    for (const [profile, given] of [
      [FINETUNE, run],
      [CLINICAL, treatment],
      [AIR, repair],
    ] as const) {
      const outcome = distillDeposit(profile, checkedDeposit(profile, given), Buffer.alloc(4), moment);
      const { bytes } = issue(outcome, identity, undefined);
      assert.equal(scanPacket(bytes), undefined);
      assert.ok(bytes.length <= 200, `${profile.name} takes ${bytes.length} bytes`);
    }
  });

  test('any action that is given comes back, within the rounding of its parameters', () => {
    const parameters = fc.record(
      {
        rank: fc.integer({ min: 0, max: 4_096 }),
        alpha: fc.integer({ min: 0, max: 10_000 }).map((alpha) => alpha / 10),
        dropout: fc.integer({ min: -1_000, max: 1_000 }).map((share) => share / 1_000),
        bits: fc.constantFrom(4, 8, 16),
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    fc.assert(
      fc.property(parameters, (given) => {
        const action = { name: 'dora', ...given };
        assert.deepEqual(shownDeposit(FINETUNE, checkedDeposit(FINETUNE, { ...run, action })).action, action);
      }),
    );
  });

  const wrong: readonly [DomainProfile, object, string | RegExp][] = [
    [FINETUNE, { ...run, where: {} }, 'where.task: is missing'],
    [FINETUNE, { ...run, where: { ...run.where, tags: Array(40).fill('x') } }, 'where.tags: 40 given, at most 3'],
    [FINETUNE, { ...run, where: { tsak: 'code' } }, /^where.tsak: .*did you mean "task"\?$/],
    [FINETUNE, { ...run, where: 'code' }, /^where: "code" is not an object/],
    [FINETUNE, { ...run, where: { ...run.where, data_scale: '5k' } }, 'where.data_scale: "5k" is not a number'],
    [FINETUNE, { ...run, action: { rank: 16 } }, 'action.name: is missing'],
    [
      FINETUNE,
      { ...run, action: { name: 'lora', learning_rate: -1 } },
      'action.learning_rate: -1 is less than 0, and it is a rate',
    ],
    [FINETUNE, { ...run, score: 1.000001 }, 'score: 1.000001 is not in 0 to 1'],
    [FINETUNE, { ...run, confidence: 1.5 }, 'confidence: 1.5 is not in 0 to 1'],
    [FINETUNE, { ...run, action: undefined }, /^action: undefined is not an action/],
    [FINETUNE, { ...run, action: 'lroa' }, /^action.name: "lroa" .*did you mean "lora"\?$/],
    [FINETUNE, { ...run, action: { name: 'lora', rnak: 1 } }, /^action.rnak: .*did you mean "rank"\?$/],
    [FINETUNE, { ...run, action: { name: 'lora', rank: Number.NaN } }, 'action.rank: NaN is not a number'],
    [FINETUNE, { ...run, action: { name: 'lora', rank: 1e12 } }, /^action.rank: 1000000000000 is more than/],
    [FINETUNE, { ...run, score: 101 }, 'score: 101 is not in 0 to 1'],
    [FINETUNE, { ...run, effect: Number.POSITIVE_INFINITY }, 'effect: Infinity is not a number'],
    [FINETUNE, { ...run, standard_error: 0 }, /^standard_error: 0 cannot be; leave it out/],
    [FINETUNE, { ...run, samples: 2 ** 32 }, 'samples: 4294967296 is more than 4294967295'],
    [FINETUNE, { ...run, samples: 1.5 }, 'samples: 1.5 is not a whole number from 1'],
    [FINETUNE, { ...run, confidence: -1 }, 'confidence: -1 is not in 0 to 1'],
    [FINETUNE, { ...run, smaples: 1 }, /^"smaples" is not a key of a deposit; did you mean "samples"\?$/],
    [CLINICAL, { ...treatment, samples: 4 }, 'samples: 4 is too few; groups under 5 are not published'],
    [AIR, { ...repair, where: { fault: 'stuk' } }, /^where.fault: "stuk" is not one of .*did you mean "stuck"/],
    [AIR, { ...repair, where: { ...repair.where, latitude: 1 } }, /^where.latitude: air does not ask for it/],
    [AIR, { ...repair, where: { ...repair.where, sensor: 'plantower' } }, /^where.sensor: "plantower" is not a class/],
  ];
  test('that are wrong are refused in one line with key and value', () => {
    for (const [profile, given, message] of wrong)
      assert.throws(() => checkedDeposit(profile, given as Record<string, unknown>), {
        code: 'deposit_invalid',
        message,
      });
  });

  test('never make anything but a refusal or a packet, whatever is given', () => {
    const given = fc.record(
      { domain: fc.anything(), where: fc.anything(), action: fc.anything(), score: fc.anything(), effect: fc.double() },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(given, (one) => {
        try {
          checkedDeposit(FINETUNE, one);
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'deposit_invalid');
          assert.doesNotMatch((error as Error).message, /\n/);
        }
      }),
    );
  });
});
