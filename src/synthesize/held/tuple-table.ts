// Distinct tuples of numbers below 2^32, each with a small number of its own: columns in typed arrays and a table of slots.
//
//     tuple ──hash──> slot (linear probing) ──> number ──> its members in `values`
//
// An object each would cost ten times as much. Invariant: a number stays with its tuple until it is forgotten, and the table
// of slots is at most half full.
export class TupleTable {
  readonly width: number;
  /** Members of tuple n begin at n * width; replaced when the table grows. */
  values: Uint32Array;
  /** The number of a tuple and 1; 0 is free. */
  #slots: Int32Array;
  #free: number[] = [];
  #used = 0;
  /** Numbers given out, and those that were and are free: numbers are below it. */
  limit = 0;

  constructor(width: number, capacity = 64) {
    this.width = width;
    this.values = new Uint32Array(width * capacity);
    this.#slots = new Int32Array(2 * capacity);
  }

  get size(): number {
    return this.#used;
  }

  /** @returns -1 when it is not there */
  find(tuple: ArrayLike<number>): number {
    return this.#slots[this.#slotOf(tuple, 0)]! - 1;
  }

  /** @returns its number, a new one when it was not there */
  enter(tuple: ArrayLike<number>): number {
    if (2 * (this.#used + 1) > this.#slots.length) this.#grow();
    const slot = this.#slotOf(tuple, 0);
    const held = this.#slots[slot]! - 1;
    if (held >= 0) return held;
    const n = this.#free.pop() ?? this.limit++;
    for (let i = 0; i < this.width; i++) this.values[n * this.width + i] = tuple[i]!;
    this.#slots[slot] = n + 1;
    this.#used++;
    return n;
  }

  /** @param n of a tuple that is there */
  forget(n: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hole = this.#slotOf(this.values, n * this.width);
    // What was pushed past the hole moves back into it (Knuth, volume 3, section 6.4, algorithm R).
    for (let at = (hole + 1) & mask; slots[at] !== 0; at = (at + 1) & mask) {
      const home = this.#hash(this.values, (slots[at]! - 1) * this.width) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      slots[hole] = slots[at]!;
      hole = at;
    }
    slots[hole] = 0;
    this.#free.push(n);
    this.#used--;
  }

  /** Where it stands, or the free slot where it would. */
  #slotOf(of: ArrayLike<number>, from: number): number {
    const mask = this.#slots.length - 1;
    let slot = this.#hash(of, from) & mask;
    for (let held = this.#slots[slot]!; held !== 0; held = this.#slots[slot]!) {
      const start = (held - 1) * this.width;
      let i = 0;
      while (i < this.width && this.values[start + i] === of[from + i]) i++;
      if (i === this.width) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** FNV-1a over words, with a last mix. */
  #hash(of: ArrayLike<number>, from: number): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < this.width; i++) hash = Math.imul(hash ^ of[from + i]!, 0x01000193);
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  #grow(): void {
    const slots = this.#slots;
    const values = new Uint32Array(2 * this.values.length);
    values.set(this.values);
    this.values = values;
    this.#slots = new Int32Array(2 * slots.length);
    for (const held of slots) if (held !== 0) this.#slots[this.#slotOf(values, (held - 1) * this.width)] = held;
  }
}
