// One word, two quantities: "voc" is ppb or ug/m3, "battery" % or V. The unit that a message states decides.

import type { Quantity } from '../../core/quantities.ts';
import { converter } from '../../core/units.ts';
import type { ValueMeaning } from '../value/meaning.ts';
import { SIBLINGS } from '../value/quantity-words.ts';

const BY_VOLUME: Readonly<Partial<Record<Quantity, Quantity>>> = { voc_mass: 'voc', hcho_mass: 'hcho' };

/** The member as the unit says, or unchanged where no sibling fits either: then its values are refused visibly. */
export function meaningInUnit(meaning: ValueMeaning, unit: string | undefined): ValueMeaning {
  const quantity = quantityInUnit(meaning.quantity, unit);
  return quantity === meaning.quantity ? meaning : { ...meaning, quantity };
}

export function quantityInUnit(quantity: Quantity, unit: string | undefined): Quantity {
  if (unit === undefined || converter(unit, quantity)) return quantity;
  const siblings = [...(SIBLINGS[quantity] ?? []), BY_VOLUME[quantity] ?? quantity];
  return siblings.find((sibling) => converter(unit, sibling)) ?? quantity;
}
