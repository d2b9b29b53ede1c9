// How rare a score is against all scores before it: -log10 of the share that was at least as high.
//
//     the 64 highest, each by itself | below them counts, four steps an octave | beyond the record an exponential tail
//
// At 65,536 scores every second one is forgotten, so that what was rare years ago may be common and the other way round.
// Invariant: memory is constant; no score below the lowest of the highest stands among them.
import type { ShapeMemory } from './shape-memory.ts';

const TOPS = 64;
const BINS = 80;
/** The first score lies in the middle: ten octaves on either side hold what a sensor can do. */
const FIRST_BIN = BINS / 2;
const SEEN_MAX = 65_536;
/** What the tail may add to the rarity of a record: it was fitted to 64 scores at most. */
const BEYOND_MAX = 8;
/** Fewer scores say nothing about what is rare. */
const WARM_UP = 300;

export class ShapeTail {
  /** Ascending; the first `#tops` hold something. */
  readonly #top: Float32Array;
  readonly #bins: Uint32Array;
  /** Scores seen, how many of them are among the highest, log2 of the first one above 0, whether there was one. */
  readonly #facts: Float64Array;
  readonly #leastExcess: number;

  /** @param leastExcess the mean excess of the highest scores is taken for at least this share of the lowest of them */
  constructor(memory: ShapeMemory, leastExcess: number) {
    this.#leastExcess = leastExcess;
    this.#facts = memory.wide(4);
    this.#top = memory.narrow(TOPS);
    this.#bins = memory.counts(BINS);
  }

  /** @returns 0 common or not known yet; 3 for one in a thousand; beyond the record as the tail goes on */
  rarity(score: number): number {
    const seen = this.#facts[0]!;
    const tops = this.#facts[1]!;
    if (seen < WARM_UP) return 0;
    const top = this.#top;
    const rarity = -Math.log10((this.#atLeast(score, tops) + 0.5) / (seen + 1));
    if (score <= top[tops - 1]!) return rarity;
    const count = Math.min(tops - 1, Math.max(1, Math.floor(seen / 50)));
    const least = top[tops - count]!;
    let excess = 0;
    for (let at = tops - count; at < tops; at++) excess += top[at]! - least;
    const mean = Math.max(excess / count, this.#leastExcess * least);
    if (mean <= 0) return rarity;
    const beyond = Math.log10(seen / count) + (score - least) / (mean * Math.LN10);
    return Math.max(rarity, Math.min(Math.log10(seen) + BEYOND_MAX, beyond));
  }

  add(score: number): void {
    const facts = this.#facts;
    const top = this.#top;
    if (facts[3] === 0 && score > 0) {
      facts[2] = Math.log2(score);
      facts[3] = 1;
    }
    if (facts[0] === SEEN_MAX) this.#halve();
    const tops = facts[1]!;
    const isHigh = tops === facts[0] || score > top[0]!;
    facts[0]!++;
    if (!isHigh) this.#bins[Math.floor(this.#bin(score))]!++;
    else if (tops < TOPS) this.#grow(score, tops);
    else this.#replace(score);
  }

  #atLeast(score: number, tops: number): number {
    const top = this.#top;
    if (score >= top[0]!) {
      let from = 0;
      let to = tops;
      while (from < to) {
        const middle = (from + to) >> 1;
        if (top[middle]! >= score) to = middle;
        else from = middle + 1;
      }
      return tops - from;
    }
    const bins = this.#bins;
    const at = this.#bin(score);
    const own = Math.floor(at);
    let count = tops + bins[own]! * (1 - (at - own));
    for (let bin = BINS - 1; bin > own; bin--) count += bins[bin]!;
    return count;
  }

  #bin(score: number): number {
    if (!(score > 0)) return 0;
    const bin = 4 * (Math.log2(score) - this.#facts[2]!) + FIRST_BIN;
    return bin < 0 ? 0 : Math.min(bin, BINS - 0.001);
  }

  #grow(score: number, tops: number): void {
    const top = this.#top;
    let at = tops;
    while (at > 0 && top[at - 1]! > score) {
      top[at] = top[at - 1]!;
      at--;
    }
    top[at] = score;
    this.#facts[1] = tops + 1;
  }

  #replace(score: number): void {
    const top = this.#top;
    this.#bins[Math.floor(this.#bin(top[0]!))]!++;
    let at = 0;
    while (at + 1 < TOPS && top[at + 1]! < score) {
      top[at] = top[at + 1]!;
      at++;
    }
    top[at] = score;
  }

  #halve(): void {
    const tops = this.#facts[1]!;
    const top = this.#top;
    const kept = tops >> 1;
    // Of each two the higher one, so that the record stays.
    for (let at = 0; at < kept; at++) top[at] = top[tops - 2 * (kept - at) + 1]!;
    top.fill(0, kept);
    let seen = kept;
    for (let bin = 0; bin < BINS; bin++) {
      this.#bins[bin]! >>= 1;
      seen += this.#bins[bin]!;
    }
    this.#facts[0] = seen;
    this.#facts[1] = kept;
  }
}
