import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../src/sim/random.ts';
import { COMPETITION, createCompetition, regretBound } from '../../../src/synthesize/election/competition.ts';
import { createOpenAdvices } from '../../../src/synthesize/election/open-advice.ts';

const losses = (a: number, b: number) =>
  new Map([
    ['a', a],
    ['b', b],
  ]);
const weightsOf = (competition: ReturnType<typeof createCompetition>) =>
  competition.rivals().map(({ weight }) => weight);

test('who foretells worse is no longer used, and comes back when it foretells better', () => {
  const competition = createCompetition(['a', 'b']);
  assert.deepEqual([0, 0.49, 0.51, 0.99].map(competition.choose), ['a', 'a', 'b', 'b']);
  for (let i = 0; i < 60; i++) competition.learn(losses(0.05, 0.3));
  assert.deepEqual(
    competition.rivals().map(({ isUsed }) => isUsed),
    [true, false],
  );
  assert.equal(competition.choose(0.9999), 'a');
  let rounds = 0;
  for (; competition.choose(0.5) === 'a' && rounds < 100; rounds++) competition.learn(losses(0.3, 0.05));
  assert.ok(rounds < 40, `${rounds}`);
});

test('who foretold nothing neither gains nor loses, and one function alone always answers', () => {
  const competition = createCompetition(['a', 'b']);
  competition.learn(losses(0.1, 0.6));
  const [before] = weightsOf(competition);
  competition.learn(new Map([['a', 0.9]]));
  assert.ok(Math.abs(weightsOf(competition)[0]! - before!) < 0.01);
  const alone = createCompetition(['only']);
  alone.learn(new Map([['only', 1]]));
  assert.equal(alone.choose(0.999), 'only');
});

test('regret stays under its bound, whatever comes: also from one who chooses the losses against it', () => {
  const random = seededRandom(7);
  const sequences: Record<string, (round: number, weights: readonly number[]) => readonly [number, number]> = {
    chance: () => [random(), random()],
    'one is better': () => [random() * 0.2, 0.1 + random() * 0.3],
    'against the heavier': (_, [a, b]) => (a! > b! ? [1, 0] : [0, 1]),
    'in blocks': (round) => (Math.floor(round / 100) % 2 === 0 ? [0, 1] : [1, 0]),
  };
  for (const [name, next] of Object.entries(sequences)) {
    const competition = createCompetition(['a', 'b']);
    const sums = [0, 0];
    let [mine, blocks, block] = [0, 0, [0, 0]];
    const rounds = 500;
    for (let round = 0; round < rounds; round++) {
      const weights = weightsOf(competition);
      const [a, b] = next(round, weights);
      mine += weights[0]! * a + weights[1]! * b;
      sums[0]! += a;
      sums[1]! += b;
      block = [block[0]! + a, block[1]! + b];
      if (round % 100 === 99) [blocks, block] = [blocks + Math.min(...block), [0, 0]];
      competition.learn(losses(a, b));
    }
    const fixed = Math.min(...sums);
    assert.ok(mine - fixed <= regretBound(2, { rounds, changes: 0, bestLoss: fixed }), name);
    assert.ok(mine - blocks <= regretBound(2, { rounds, changes: 4, bestLoss: blocks }), name);
  }
});

test('weights add up to 1 and none dies, whatever is learned or was saved', () => {
  const competition = createCompetition(
    ['a', 'b', 'c'],
    [
      { name: 'gone', weight: 5 },
      { name: 'b', weight: 0 },
    ],
  );
  for (let i = 0; i < 10_000; i++)
    competition.learn(
      new Map([
        ['a', 0],
        ['b', i % 2 ? 1 : Number.MAX_VALUE],
        ['c', -3],
        ['gone', 0],
      ]),
    );
  const weights = weightsOf(competition);
  assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-9);
  assert.ok(weights.every((weight) => weight >= 1 / COMPETITION.stretch / 3 - 1e-9));
});

test('what came is held against what each foretold; beyond what a report can tell nobody errs', () => {
  const advices = createOpenAdvices();
  const told = (share: number, foretold: Record<string, number>) => {
    advices.given({ evidence: [{ id: 'one', effect: 0.4 }], foretold });
    return Object.fromEntries(advices.answered('one', share)!);
  };
  assert.deepEqual(told(0.5, { right: 0.2, double: 0.4, none: 0 }), { right: 0, double: 0.25, none: 0.25 });
  assert.deepEqual(told(1, { more: 0.8, less: 0.2 }), { more: 0, less: 0.0625 });
  assert.deepEqual(told(0, { harm: -0.3, good: 0.4 }), { harm: 0, good: 1 });
  assert.equal(advices.answered('one', 1), undefined, 'each advice once');
});
