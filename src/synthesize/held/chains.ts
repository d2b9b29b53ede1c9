// Which members belong to which owner, both by number: lists linked both ways, in typed arrays.
//
// Joining and leaving cost the same whatever the length. Invariant: a member is in one list at a time.
export class Chains {
  /** A number and 1; 0 ends a list. */
  #first = new Int32Array(64);
  #next = new Int32Array(64);
  #before = new Int32Array(64);

  join(owner: number, member: number): void {
    this.#first = roomFor(this.#first, owner);
    this.#next = roomFor(this.#next, member);
    this.#before = roomFor(this.#before, member);
    const first = this.#first[owner]!;
    this.#next[member] = first;
    this.#before[member] = 0;
    if (first !== 0) this.#before[first - 1] = member + 1;
    this.#first[owner] = member + 1;
  }

  /** @returns whether the owner has none left */
  leave(owner: number, member: number): boolean {
    const next = this.#next[member]!;
    const before = this.#before[member]!;
    if (before === 0) this.#first[owner] = next;
    else this.#next[before - 1] = next;
    if (next !== 0) this.#before[next - 1] = before;
    return this.#first[owner] === 0;
  }

  /** @returns -1 when it has none */
  first(owner: number): number {
    return (this.#first[owner] ?? 0) - 1;
  }

  /** @returns -1 at the end */
  after(member: number): number {
    return this.#next[member]! - 1;
  }
}

function roomFor(column: Int32Array<ArrayBuffer>, at: number): Int32Array<ArrayBuffer> {
  if (at < column.length) return column;
  const larger = new Int32Array(Math.max(2 * column.length, at + 1));
  larger.set(column);
  return larger;
}
