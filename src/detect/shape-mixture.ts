// How unlike any mixture before it the last 100 values are, whatever their order.
//
// A mixture is the share of values in each fifth of the range seen so far. The score is the likelihood ratio to the nearest
// of at most 64 mixtures that are remembered; one that is nobody's neighbour is remembered, else the nearest moves towards it.
import type { ShapeMemory } from './shape-memory.ts';
import type { ShapeNearest } from './shape-nearest.ts';

const WINDOW = 100;
const PARTS = 5;
const KINDS_MAX = 64;
/** The 95th percentile of chi-squared at five degrees of freedom is 11.1; with the floor below, 11.7. */
const NEW_KIND = 11.7;
/** Keeps a part that was never seen from being impossible. */
const FLOOR = 0.001;

/** h ln h of a share of k hundredths. */
const ENTROPY = Float64Array.from({ length: WINDOW + 1 }, (_, k) =>
  k === 0 ? 0 : (k / WINDOW) * Math.log(k / WINDOW),
);

export class ShapeMixture {
  /** Lowest and highest value, kinds remembered, values seen. */
  readonly #facts: Float64Array;
  readonly #kinds: Float32Array;
  readonly #members: Float32Array;
  /** Of the window by parts of the range; made of `values`, and so never saved. */
  readonly #counts = new Float64Array(PARTS);
  #isCounted = false;
  /** ln of each share; made of `#kinds`, and so never saved. */
  readonly #logs = new Float64Array(KINDS_MAX * PARTS);

  constructor(memory: ShapeMemory) {
    this.#facts = memory.wide(4);
    this.#kinds = memory.narrow(KINDS_MAX * PARTS);
    this.#members = memory.narrow(KINDS_MAX);
  }

  /** After the memory was loaded. */
  restore(): void {
    for (let kind = 0; kind < this.#facts[2]!; kind++) this.#note(kind);
  }

  /** @param value the newest, which `values` holds already */
  score(value: number, values: ShapeNearest): number {
    const facts = this.#facts;
    const isFirst = facts[3] === 0;
    const isWider = isFirst || value < facts[0]! || value > facts[1]!;
    if (isFirst || value < facts[0]!) facts[0] = value;
    if (isFirst || value > facts[1]!) facts[1] = value;
    facts[3] = Math.min(facts[3]! + 1, WINDOW);
    if (facts[3]! < WINDOW) return 0;
    if (isWider || !this.#isCounted) this.#count(values);
    else {
      this.#counts[this.#part(value)]!++;
      this.#counts[this.#part(values.value(WINDOW))]!--;
    }
    let score = Number.POSITIVE_INFINITY;
    let nearest = 0;
    for (let kind = 0; kind < facts[2]!; kind++) {
      const apart = this.#apart(kind);
      if (apart >= score) continue;
      score = apart;
      nearest = kind;
    }
    if (score > NEW_KIND && facts[2]! < KINDS_MAX) this.#add();
    else this.#move(nearest);
    return Number.isFinite(score) ? Math.max(0, score) : 0;
  }

  #count(values: ShapeNearest): void {
    this.#counts.fill(0);
    for (let back = 0; back < WINDOW; back++) this.#counts[this.#part(values.value(back))]!++;
    this.#isCounted = true;
  }

  #part(value: number): number {
    const lowest = this.#facts[0]!;
    const range = this.#facts[1]! - lowest;
    return range > 0 ? Math.min(PARTS - 1, Math.floor(((value - lowest) / range) * PARTS)) : 0;
  }

  #apart(kind: number): number {
    let sum = 0;
    for (let part = 0; part < PARTS; part++) {
      const count = this.#counts[part]!;
      if (count > 0) sum += ENTROPY[count]! - (count / WINDOW) * this.#logs[kind * PARTS + part]!;
    }
    return 2 * WINDOW * sum;
  }

  #add(): void {
    const kind = this.#facts[2]!++;
    for (let part = 0; part < PARTS; part++) this.#kinds[kind * PARTS + part] = this.#counts[part]! / WINDOW;
    this.#members[kind] = 1;
    this.#note(kind);
  }

  #move(kind: number): void {
    const members = Math.min(this.#members[kind]! + 1, 200);
    this.#members[kind] = members;
    for (let part = 0; part < PARTS; part++) {
      const at = kind * PARTS + part;
      this.#kinds[at]! += ((this.#counts[part]! / WINDOW - this.#kinds[at]!) * 0.1) / members;
    }
    this.#note(kind);
  }

  #note(kind: number): void {
    for (let at = kind * PARTS; at < (kind + 1) * PARTS; at++) this.#logs[at] = Math.log(this.#kinds[at]! + FLOOR);
  }
}
