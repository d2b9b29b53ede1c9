// The similarity functions of a domain: the one in use first, the others beside it, to see which of them selects better.
//
// Each says how alike two conditions are and at which addresses to ask for what is. Those of dimensions, tables and vectors
// are made here; one that is a module comes from whoever can run it. test/conformance/similarity.ts holds each to it.
import type { Condition } from '../core/condition.ts';
import type { DomainProfile, SimilarityWay } from '../core/domain.ts';
import { comparisonOf, similarity } from './similarity.ts';
import { type Probes, probesOf } from './similarity-probes.ts';

export interface SimilarityFunction {
  /** Unique in its domain. */
  readonly name: string;
  /** Symmetric, 0 to 1; 1 for equal conditions that state everything. */
  similarity(a: Condition, b: Condition): number;
  /** Coarse ordinals to ask for: those of the condition first, at most 4. */
  probes(condition: Condition): readonly (readonly number[])[];
  /** What states as much of its address and is more similar than this has its address among the probes. */
  completeFrom(condition: Condition): number;
}

/** The one of a profile that names none. */
const WEIGHTED = 'weighted';

/**
 * @param hosted makes the one of a module; absent: its dimensions stand in for it
 * @returns at least one, the one in use first
 */
export function similarityFunctions(
  profile: DomainProfile,
  hosted: (way: SimilarityWay, instead: SimilarityFunction) => SimilarityFunction = (_, instead) => instead,
): readonly SimilarityFunction[] {
  const ways = profile.similarities ?? [{ name: WEIGHTED, coarse: profile.coarse, fine: profile.fine }];
  return ways.map((way) => {
    const made = weighted(way, profile.deposits?.required ?? []);
    return way.module === undefined ? made : hosted(way, made);
  });
}

function weighted(way: SimilarityWay, required: readonly string[]): SimilarityFunction {
  const asked = (condition: Condition): Probes => probesOf(comparisonOf(way), condition, required);
  return {
    name: way.name,
    similarity: (a, b) => similarity(way, a, b),
    probes: (condition) => asked(condition).addresses,
    completeFrom: (condition) => asked(condition).completeFrom,
  };
}
