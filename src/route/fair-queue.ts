// Holds what waits, by who brought it: each of them in turn is served, and the one that has most waiting loses first.
//
// Invariant: nobody waits longer because another brought more; of one giver the order of arrival stays.

interface Line<Item> {
  readonly entries: { readonly item: Item; readonly bytes: number }[];
  bytes: number;
}

export class FairQueue<Item> {
  /** The giver whose turn is next comes first. */
  readonly #lines = new Map<string, Line<Item>>();

  push(giver: string, item: Item, bytes: number): void {
    const line = this.#lines.get(giver) ?? { entries: [], bytes: 0 };
    this.#lines.set(giver, line);
    line.entries.push({ item, bytes });
    line.bytes += bytes;
  }

  /** The oldest of the giver whose turn it is, and how many bytes it was entered with. */
  take(): { readonly item: Item; readonly bytes: number } | undefined {
    const next = this.#lines.entries().next().value;
    if (!next) return undefined;
    const [giver, line] = next;
    this.#lines.delete(giver);
    if (line.entries.length > 1) this.#lines.set(giver, line);
    return first(line);
  }

  /** The oldest of the giver that has most bytes waiting. */
  shed(): { readonly item: Item; readonly bytes: number } | undefined {
    let heaviest: [string, Line<Item>] | undefined;
    for (const entry of this.#lines) if (entry[1].bytes > (heaviest?.[1].bytes ?? 0)) heaviest = entry;
    if (!heaviest) return undefined;
    const [giver, line] = heaviest;
    if (line.entries.length === 1) this.#lines.delete(giver);
    return first(line);
  }
}

function first<Item>(line: Line<Item>): { readonly item: Item; readonly bytes: number } {
  const entry = line.entries.shift()!;
  line.bytes -= entry.bytes;
  return entry;
}
