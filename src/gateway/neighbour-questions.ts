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

/** Has neighbours bring what is nearest to a question. */
export function askNeighbours(
  { profile, wanted, sensor = 0, confidenceMin }: Asked,
  delivery: Pick<Delivery, 'ask'>,
): Promise<void> {
  const { coarse, fine } = wanted;
  const limits = { steps: ANY_STEPS, confidenceMin: Math.floor(confidenceMin), packets: resultPacketsMax };
  return delivery.ask({ domain: profile.id, coarse, fine, sensor, ...limits });
}
