// Finds what was seen under conditions like a given one without looking at everything: by phenomenon and cell.
//
// Things stand in groups of one address (the coarse ordinals); a group whose address is out of tolerance is passed over
// whole. Invariant: whatever could match is found: the detail and the time of onset are for the caller to compare.
import type { Condition } from '../core/condition.ts';
import type { DomainProfile } from '../core/domain.ts';
import { similarity } from './similarity.ts';

export interface Cells<Item> {
  add(item: Item): void;
  delete(item: Item): void;
  /** In the order in which their addresses first came up, and then in which they were added. */
  like(condition: Condition): Generator<Item>;
}

interface Cell<Item> {
  /** The address alone: what is not stated matches anything. */
  readonly address: Condition;
  readonly items: Set<Item>;
}

/** @param conditionOf constant for an item */
export function createCells<Item>(profile: DomainProfile, conditionOf: (item: Item) => Condition): Cells<Item> {
  const cells = new Map<string, Cell<Item>>();
  return {
    add(item) {
      const address = addressOf(conditionOf(item));
      const key = keyOf(address);
      const cell = cells.get(key) ?? { address, items: new Set() };
      cells.set(key, cell);
      cell.items.add(item);
    },
    delete(item) {
      const key = keyOf(conditionOf(item));
      const cell = cells.get(key);
      cell?.items.delete(item);
      if (cell?.items.size === 0) cells.delete(key);
    },
    *like(condition) {
      const address = addressOf(condition);
      for (const cell of cells.values()) if (similarity(profile, cell.address, address) > 0) yield* cell.items;
    },
  };
}

const addressOf = ({ domain, coarse }: Condition): Condition => ({ domain, coarse, fine: [] });

const keyOf = ({ domain, coarse }: Condition): string => `${domain}/${coarse.join('/')}`;
