// How unlike anything before it the course of the last values is: mean distance to the three most alike.
//
//     values ──> ring ──> the last 16 ┐
//                 '────> every 7th 16 ┴──> three smallest distances
//
// Earlier courses are read from the ring where they lie, so each costs 7 values and not 16. One that shares a value with
// the present is not asked: slow change would make everything look familiar. Seven divides no number of readings that a
// day has (24, 96, 144, 288, 1440), so that courses of all times of the day are there.
import type { ShapeMemory } from './shape-memory.ts';

export interface NearestOptions {
  /** Values of a course, an even number. */
  readonly width: number;
  /** From one remembered course to the next, in values. */
  readonly every: number;
  /** Values remembered; a multiple of `every`. */
  readonly span: number;
  /** Remembered courses below which nothing is said. */
  readonly least: number;
}

export class ShapeNearest {
  readonly #options: NearestOptions;
  /** The first values stand once more behind the last, so that no course is broken in two. */
  readonly #ring: Float32Array;
  readonly #seen: Float64Array;

  constructor(memory: ShapeMemory, options: NearestOptions) {
    this.#options = options;
    this.#seen = memory.wide(1);
    this.#ring = memory.narrow(options.span + options.width);
  }

  /** The newest value has `back` 0; not further back than was remembered. */
  value(back: number): number {
    const { span } = this.#options;
    return this.#ring[(this.#seen[0]! - 1 - back + span) % span]!;
  }

  add(value: number): void {
    const { span, width } = this.#options;
    const at = this.#seen[0]! % span;
    this.#ring[at] = value;
    if (at < width) this.#ring[span + at] = value;
    this.#seen[0]!++;
  }

  /** In the unit of the values; 0 while too little is remembered. */
  distance(): number {
    const { width, every, span, least } = this.#options;
    const last = this.#seen[0]! - 1;
    const first = Math.max(width - 1, last - span + width);
    let end = last - width;
    end -= end % every;
    if (end < first || Math.floor((end - first) / every) + 1 < least) return 0;
    const now = (last - width + 1) % span;
    let near = Number.POSITIVE_INFINITY;
    let middle = near;
    let far = near;
    for (let from = (end - width + 1) % span; end >= first; end -= every) {
      const square = this.#square(now, from, far);
      if (square < far) {
        far = square < middle ? middle : square;
        if (square < middle) {
          middle = square < near ? near : square;
          if (square < near) near = square;
        }
      }
      from = from < every ? from - every + span : from - every;
    }
    return (Math.sqrt(near) + Math.sqrt(middle) + Math.sqrt(far)) / 3;
  }

  /** Of the distance between two courses; as soon as it is more than `most`, any number above that. */
  #square(now: number, from: number, most: number): number {
    const ring = this.#ring;
    const { width } = this.#options;
    let sum = 0;
    for (let at = 0; at < width; at += 2) {
      const one = ring[now + at]! - ring[from + at]!;
      const other = ring[now + at + 1]! - ring[from + at + 1]!;
      sum += one * one + other * other;
      if (sum >= most) break;
    }
    return sum;
  }
}
