// The best of what is offered, at most so many of them, and of one origin at most so many where that is asked for.
//
// Kept in order by insertion: most of what is offered ranks below the last one and is done with at once. What ranks alike
// goes by the order that `before` gives. Invariant: nothing that ranks above what is kept is left out but for its origin.
export interface Ranked {
  readonly row: number;
  readonly origin: number;
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
  readonly #top: number;
  readonly #perOrigin: number;
  readonly #before: (a: number, b: number) => boolean;
  readonly #kept: Ranked[] = [];
  /** What ranks below it is not kept: no number while there is room for anything. */
  floor = Number.NEGATIVE_INFINITY;

  constructor({ top, perOrigin = top }: SelectionLimits, before: (a: number, b: number) => boolean) {
    this.#top = top;
    this.#perOrigin = perOrigin;
    this.#before = before;
  }

  offer(one: Ranked): void {
    const kept = this.#kept;
    const last = kept.at(-1);
    if (kept.length >= this.#top && (!last || !this.#isAhead(one, last))) return;
    if (!this.#hasRoomFor(one)) return;
    let [low, high] = [0, kept.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#isAhead(one, kept[middle]!)) high = middle;
      else low = middle + 1;
    }
    kept.splice(low, 0, one);
    if (kept.length > this.#top) kept.pop();
    if (kept.length === this.#top) this.floor = kept.at(-1)!.rank;
  }

  /** The best first. */
  list(): readonly Ranked[] {
    return this.#kept;
  }

  /** Where its origin has as many as it may, the last of them goes; what ranks below all that is kept never comes back. */
  #hasRoomFor(one: Ranked): boolean {
    if (this.#perOrigin >= this.#top) return true;
    let count = 0;
    let last = -1;
    for (const [at, { origin }] of this.#kept.entries()) {
      if (origin !== one.origin) continue;
      count++;
      last = at;
    }
    if (count < this.#perOrigin) return true;
    if (last < 0 || !this.#isAhead(one, this.#kept[last]!)) return false;
    this.#kept.splice(last, 1);
    return true;
  }

  #isAhead(a: Ranked, b: Ranked): boolean {
    return a.rank > b.rank || (a.rank === b.rank && this.#before(a.row, b.row));
  }
}
