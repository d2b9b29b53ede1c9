// Finds what is held by one similarity function of a domain: the dimensions alone, or a module that has the last word.
//
//     dimensions ──best 256, searched as far as need be──> module, within its deadline ──> in the order of its shares
//                          '── the module is off, or late ──> as the dimensions find it
//
// Invariant: a question waits for a module no longer than its deadline, and is answered without it then.
import type { DomainProfile } from '../core/domain.ts';
import { similarityCandidatesMax } from '../core/module-limits.ts';
import { comparisonOf } from '../synthesize/similarity.ts';
import { probesOf } from '../synthesize/similarity-probes.ts';
import type { Asked, FoundPacket, Outcomes } from './outcomes.ts';
import type { AskedModule } from './similarity-module.ts';

/** A similarity function of a domain: the domain as it compares by it. */
export interface Way {
  readonly name: string;
  /** Its dimensions; of a module those that stand in for it. */
  readonly profile: DomainProfile;
  /** What compares instead. */
  readonly module?: AskedModule | undefined;
}

export interface WayFound {
  readonly found: readonly FoundPacket[];
  /** Whether a module said how alike they are: it knows no steps, so those of the dimensions do not order them. */
  readonly isByModule: boolean;
}

export interface WaySearch {
  readonly outcomes: Pick<Outcomes, 'find'>;
  readonly now: number;
  readonly perOrigin?: number | undefined;
}

/** The best first, as in Outcomes. */
export async function foundBy(way: Way, asked: Asked, { outcomes, now, perOrigin }: WaySearch): Promise<WayFound> {
  const by = way.profile;
  if (way.module) {
    const top = similarityCandidatesMax;
    const candidates = outcomes.find({ ...asked, by, top, enough: top }, now, perOrigin);
    const conditions = candidates.map(({ outcome: { domain, coarse, fine } }) => ({ domain, coarse, fine }));
    const shares = candidates.length === 0 ? [] : await way.module.compared(asked.wanted, conditions);
    if (shares) {
      const compared = candidates.map((packet, at) => ({ ...packet, similarity: shares[at]! }));
      const alike = compared.filter(({ similarity }) => similarity > 0);
      const best = alike.toSorted((a, b) => meritOf(b) - meritOf(a));
      return { found: best.slice(0, asked.top), isByModule: true };
    }
  }
  return { found: outcomes.find({ ...asked, by }, now, perOrigin), isByModule: false };
}

export const meritOf = ({ similarity, outcome: { score, confidence, samples } }: FoundPacket): number =>
  similarity * score * confidence * Math.sqrt(samples);

/** Coarse ordinals to ask neighbours for: those that are wanted first, at most 4. */
export async function probedBy({ profile, module }: Way, { wanted }: Asked): Promise<readonly (readonly number[])[]> {
  if (module) return await module.probed(wanted);
  return probesOf(comparisonOf(profile), wanted, profile.deposits?.required ?? []).addresses;
}
