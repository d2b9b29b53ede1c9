// The local view: what our own channels show right now, as far as it bears on what others say.
import type { Quantity } from '../core/quantities.ts';

export interface LocalView {
  readonly quantity: Quantity;
  readonly state: 'learning' | 'normal' | 'event' | 'fault';
  /** The last good value, smoothed, in the unit of the quantity. */
  readonly value: number;
}

/** States of the channels of a quantity; none when we do not watch it. */
export function statesOf(views: readonly LocalView[], quantity: Quantity | undefined): LocalView['state'][] {
  return views.filter((view) => view.quantity === quantity).map(({ state }) => state);
}
