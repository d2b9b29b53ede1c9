// Two packets of one key that cannot both be honest: the key is cloned, or its owner lies (protocol section 7).
//
// One sequence in two different packets, or a higher sequence with an earlier time of issue, both made at a synchronised
// clock. The order of arrival is never evidence: packets are re-sent, queried and relayed in any order.
import { sequencedOriginsMax, sequencesPerOriginMax } from '../core/limits.ts';
import type { Sighting } from './sighting.ts';

export interface Equivocation {
  /** @returns the id of the packet that contradicts this one */
  check(sighting: Sighting): string | undefined;
}

export interface Issued {
  readonly id: string;
  readonly sequence: number;
  readonly issued: number;
  readonly isSynchronised: boolean;
}

export function createEquivocation(): Equivocation {
  const byOrigin = new Map<string, Issued[]>();
  return {
    check({ id, origin, outcome }) {
      const said: Issued = {
        id,
        sequence: outcome.sequence,
        issued: outcome.issued,
        isSynchronised: outcome.clock === 2,
      };
      const before = byOrigin.get(origin) ?? [];
      const contradicting = before.find((other) => contradict(said, other));
      if (!before.some((other) => other.id === id)) before.push(said);
      if (before.length > sequencesPerOriginMax) before.shift();
      if (byOrigin.size >= sequencedOriginsMax && !byOrigin.has(origin))
        byOrigin.delete(byOrigin.keys().next().value ?? '');
      byOrigin.set(origin, before);
      return contradicting?.id;
    },
  };
}

/** Whether both cannot come of one honest issuer. */
export function contradict(a: Issued, b: Issued): boolean {
  if (a.id === b.id) return false;
  if (!a.isSynchronised || !b.isSynchronised) return false;
  if (a.sequence === b.sequence) return true;
  return a.sequence > b.sequence ? a.issued < b.issued : a.issued > b.issued;
}
