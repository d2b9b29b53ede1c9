// How unusual a value is on its channel, by what came before it and by nothing else: 0 usual, above 6 worth a look.
//
//     value ─┬─> level    distance from the mean, in mean distances           ──> rarity ┐
//            ├─> shape    course of the last 16 values                        ──> rarity ┤
//            ├─> mixture  the last 100 values without their order             ──> rarity ┼─> sum ──> damping ──> score
//            └─> hours    course of the last 6 means of 36 values, 0.6 of it  ──> rarity ┘
//
// Knows no time and no range. Invariant: memory is constant, and nothing is allocated for a value.
import { assert } from '../core/assert.ts';
import type { Scorer } from './scorer.ts';
import { ShapeMemory } from './shape-memory.ts';
import { ShapeMixture } from './shape-mixture.ts';
import { ShapeNearest } from './shape-nearest.ts';
import { ShapeTail } from './shape-tail.ts';

/** Of all arrays below, neither more nor less. */
export const SHAPE_BYTES = 9_984;

const COURSE = { width: 16, every: 7, span: 1_253, least: 30 };
/** At five minutes 18 hours of the last 25 days; a course that is known, at a time at which it is not. */
const HOURS = { width: 6, every: 1, span: 200, least: 4 };
const BLOCK = 36;
const HOURS_WEIGHT = 0.6;
/**
 * Scores of one kind may lie so close together that any next one is far beyond them. Of hours that is meant: they are less
 * like any others than ever before, and such records grow rare by themselves.
 */
const LEAST_EXCESS = 0.1;
const LEVEL_MEMORY = 20_000;
const CLIP = 3;
/** The mean has settled after this many; from then on what is far off pulls no harder. */
const LEVEL_WARM_UP = 20;
const CLIP_FROM = 50;
/** More values make rarer ones: the sum is corrected by this much for each ten times as many. */
const COUNT_WEIGHT = 2;
const COUNT_MIN = 200;
const COUNT_MAX = 65_536;
/** A score is told when it is above what is left of those before it; a third is left after this many values. */
const DAMPING = 100;
/** However unusual a value was: 120 values later it hides no score of 6 any more. */
const DAMPED_MAX = 20;
/** Beyond this, squares of 32-bit numbers would not fit. */
const VALUE_MAX = 1e15;

/** Places of the numbers in `#facts`. */
const [COUNT, ORIGIN, MEAN, DEVIATION, BLOCK_SUM, BLOCK_COUNT, HOURS_SCORE, DAMPED] = [0, 1, 2, 3, 4, 5, 6, 7] as const;

export class ShapeScorer implements Scorer {
  readonly needsTime = false;
  readonly #memory = new ShapeMemory(SHAPE_BYTES);
  readonly #facts = this.#memory.wide(8);
  readonly #course = new ShapeNearest(this.#memory, COURSE);
  readonly #hours = new ShapeNearest(this.#memory, HOURS);
  readonly #mixture = new ShapeMixture(this.#memory);
  readonly #levelTail = new ShapeTail(this.#memory, LEAST_EXCESS);
  readonly #courseTail = new ShapeTail(this.#memory, LEAST_EXCESS);
  readonly #mixtureTail = new ShapeTail(this.#memory, LEAST_EXCESS);
  readonly #hoursTail = new ShapeTail(this.#memory, 0);

  /** @param saved what `save` gave; what does not fit is passed over */
  constructor(saved?: unknown) {
    assert(this.#memory.isFull, 'the size of the memory is the sum of its parts');
    if (typeof saved === 'string' && this.#memory.load(saved)) this.#mixture.restore();
  }

  save(): string {
    return this.#memory.save();
  }

  /** @param value finite @returns its score, not negative */
  next(value: number): number {
    const facts = this.#facts;
    if (facts[COUNT] === 0) facts[ORIGIN] = value;
    const apart = Math.fround(Math.max(-VALUE_MAX, Math.min(VALUE_MAX, value - facts[ORIGIN]!)));
    this.#course.add(apart);
    const sum =
      rarityOf(this.#levelTail, this.#level(apart)) +
      rarityOf(this.#courseTail, this.#course.distance()) +
      rarityOf(this.#mixtureTail, this.#mixture.score(apart, this.#course)) +
      // The last score of the hours stands until the next one, and is the less rare the longer it stood.
      HOURS_WEIGHT * rarityOf(this.#hoursTail, this.#hoursScore(apart));
    const count = Math.min(facts[COUNT]! + 1, COUNT_MAX);
    facts[COUNT]!++;
    return this.#undamped(sum === 0 ? 0 : sum - COUNT_WEIGHT * Math.log10(Math.max(count, COUNT_MIN) / 1_000));
  }

  #level(value: number): number {
    const facts = this.#facts;
    const count = facts[COUNT]!;
    const apart = value - facts[MEAN]!;
    const deviation = facts[DEVIATION]!;
    const clip = CLIP * deviation;
    const clipped = count < CLIP_FROM || deviation === 0 ? apart : Math.max(-clip, Math.min(clip, apart));
    const weight = 1 / Math.min(count + 1, LEVEL_MEMORY);
    facts[MEAN]! += clipped * weight;
    facts[DEVIATION]! += (Math.abs(clipped) - deviation) * weight;
    if (count < LEVEL_WARM_UP || apart === 0) return 0;
    return Math.abs(apart) / (deviation > 0 ? deviation : 1e-9);
  }

  #hoursScore(value: number): number {
    const facts = this.#facts;
    facts[BLOCK_SUM]! += value;
    facts[BLOCK_COUNT]!++;
    if (facts[BLOCK_COUNT] === BLOCK) {
      this.#hours.add(facts[BLOCK_SUM]! / BLOCK);
      facts[HOURS_SCORE] = this.#hours.distance();
      facts[BLOCK_SUM] = 0;
      facts[BLOCK_COUNT] = 0;
    }
    return facts[HOURS_SCORE]!;
  }

  #undamped(score: number): number {
    const facts = this.#facts;
    facts[DAMPED]! *= KEPT;
    if (score <= facts[DAMPED]!) return 0;
    facts[DAMPED] = Math.min(score, DAMPED_MAX);
    return score;
  }
}

const KEPT = Math.exp(-1 / DAMPING);

function rarityOf(tail: ShapeTail, exact: number): number {
  // As the tail keeps it, or a score that stays would be above itself.
  const score = Math.fround(exact);
  const rarity = tail.rarity(score);
  tail.add(score);
  return rarity;
}
