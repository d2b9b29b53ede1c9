// Joins the questions of programs to those of neighbours: what we ask them, and what we have for what they ask.
//
// Invariant: a neighbour gets packets as they were signed, by the similarity of our own domain; it judges them by its own.
import { resultPacketsMax } from '../core/deposit-limits.ts';
import type { Domains } from '../distill/domains.ts';
import type { Delivery } from '../route/custody/delivery.ts';
import type { AnswersTo } from '../route/query/answering.ts';
import type { Store } from '../store/store.ts';
import type { Asked, Outcomes } from './outcomes.ts';

export interface NeighbourAnswersOptions {
  readonly domains: Pick<Domains, 'of'>;
  readonly outcomes: Pick<Outcomes, 'search'>;
  readonly store: Pick<Store, 'packets'>;
  readonly nowMs: () => number;
}

/** Looked through for what the neighbour does not have. */
const CANDIDATES = 8 * resultPacketsMax;
/** Further than any domain has steps. */
const ANY_STEPS = 255;

export function neighbourAnswers({ domains, outcomes, store, nowMs }: NeighbourAnswersOptions): AnswersTo {
  return function* ({ domain, coarse, fine, sensor, steps, confidenceMin, packets }) {
    const profile = domains.of(domain);
    if (!profile?.deposits) return;
    const wanted = { domain, coarse, fine };
    const limits = { confidenceMin, top: CANDIDATES, enough: packets, widenedMax: steps };
    for (const { id } of outcomes.search({ profile, wanted, sensor, ...limits }, nowMs())) {
      const packet = store.packets.get(id);
      if (packet) yield packet;
    }
  };
}

/**
 * Has neighbours bring what is nearest to a question, and what is at the other addresses where the most alike can be.
 * @param addresses coarse ordinals, at most 4
 */
export function askNeighbours(
  { profile, wanted, sensor = 0, confidenceMin }: Asked,
  addresses: readonly (readonly number[])[],
  delivery: Pick<Delivery, 'ask'>,
): Promise<void> {
  const { coarse, fine } = wanted;
  const limits = { confidenceMin: Math.floor(confidenceMin), packets: resultPacketsMax };
  const question = { domain: profile.id, coarse, fine, sensor, steps: ANY_STEPS, ...limits };
  // Another class of instruments, then each detail: no further, or everybody would bring again what the first one brings.
  const steps = 1 + fine.length;
  const others = addresses.filter((address) => address.join() !== coarse.join());
  return delivery.ask([question, ...others.map((address) => ({ ...question, coarse: address, steps }))]);
}
