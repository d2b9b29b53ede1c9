// The best of what is offered, at most so many of them, and of one origin at most so many where that is asked for.
//
// Kept in order by insertion: most of what is offered ranks below the last one and is done with at once. What ranks alike
// goes by the order that `before` gives. Invariant: nothing that ranks above what is kept is left out but for its origin.
export interface Ranked {
  readonly row: number;
  readonly rank: number;
  readonly similarity: number;
  readonly widened: number;
}

export interface SelectionLimits {
  readonly top: number;
  /** Of one origin. Absent: any. */
  readonly perOrigin?: number | undefined;
}

export class Selection {
  readonly #limits: SelectionLimits;
  readonly #before: (a: number, b: number) => boolean;
  readonly #kept: Ranked[] = [];
  readonly #origins = new Map<number, Selection>();
  /** What ranks below it is not kept: no number while there is room for anything. */
  floor = Number.NEGATIVE_INFINITY;

  constructor(limits: SelectionLimits, before: (a: number, b: number) => boolean) {
    this.#limits = limits;
    this.#before = before;
  }

  offer(one: Ranked, origin: number): void {
    const { perOrigin } = this.#limits;
    if (perOrigin === undefined) this.#keep(one);
    else this.#of(origin, perOrigin).#keep(one);
  }

  /** The best first. */
  list(): readonly Ranked[] {
    if (this.#limits.perOrigin === undefined) return this.#kept;
    const all = [...this.#origins.values()].flatMap((held) => held.#kept);
    return all.sort((a, b) => (this.#isAhead(a, b) ? -1 : 1)).slice(0, this.#limits.top);
  }

  #of(origin: number, top: number): Selection {
    const held = this.#origins.get(origin) ?? new Selection({ top }, this.#before);
    this.#origins.set(origin, held);
    return held;
  }

  #keep(one: Ranked): void {
    const kept = this.#kept;
    const { top } = this.#limits;
    if (kept.length >= top && !this.#isAhead(one, kept.at(-1)!)) return;
    let [low, high] = [0, kept.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#isAhead(one, kept[middle]!)) high = middle;
      else low = middle + 1;
    }
    kept.splice(low, 0, one);
    if (kept.length > top) kept.pop();
    if (kept.length === top) this.floor = kept.at(-1)!.rank;
  }

  #isAhead(a: Ranked, b: Ranked): boolean {
    return a.rank > b.rank || (a.rank === b.rank && this.#before(a.row, b.row));
  }
}
