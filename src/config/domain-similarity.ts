// The similarity functions that a domain file names, as dimensions with weights, tolerances and kinship of their own.
//
//     weighted: other weights and tolerances   table, vectors: which words are akin   module: a file that compares instead
//
// All stand on the dimensions as they are written, and none changes what an address is made of.
// Invariant: what passes gives ways with the names, the buckets and the order of the domain.
import { resolve } from 'node:path';
import { type Dimension, type DomainProfile, isMeasured, type Kinship, type SimilarityWay } from '../core/domain.ts';
import { didYouMean } from '../core/nearest.ts';
import type { DomainProblem } from './domain-problem.ts';
import type { DomainShape } from './domain-schema.ts';
import { kinProblems } from './domain-words.ts';

type Written = NonNullable<DomainShape['similarity']>[number];

/** @param folder of the file: modules are named relative to it */
export function waysOf(written: readonly Written[], { coarse, fine }: DomainProfile, folder: string): SimilarityWay[] {
  return written.map((one) => {
    const changed = (dimension: Dimension): Dimension => {
      const { weight, tolerance } = one.dimensions?.[dimension.name] ?? {};
      const kin = dimension.attribute === one.attribute ? kinOf(one) : undefined;
      return {
        ...dimension,
        ...(weight !== undefined && { weight }),
        ...(tolerance !== undefined && { tolerance }),
        ...(kin && { kin }),
      };
    };
    return {
      name: one.name,
      coarse: coarse.map(changed),
      fine: fine.map(changed),
      ...(one.module !== undefined && { module: resolve(folder, one.module) }),
    };
  });
}

function kinOf({ table, vectors }: Written): Kinship | undefined {
  return table ? { table } : vectors && { vectors };
}

/** Of each kind, the keys that it has to have beside those that all may have. */
const NEEDED = {
  weighted: [],
  table: ['attribute', 'table'],
  vectors: ['attribute', 'vectors'],
  module: ['module'],
} as const satisfies Record<Written['kind'], readonly (keyof Written)[]>;
const KEYS = ['attribute', 'table', 'vectors', 'module'] as const;

export function similarityProblems(written: readonly Written[], profile: DomainProfile): DomainProblem[] {
  return written.flatMap((one, i) => {
    const at = (...path: (string | number)[]) => ['similarity', i, ...path];
    const { name, kind } = one;
    const says: DomainProblem[] = [];
    const first = written.findIndex((other) => other.name === name);
    if (first < i) says.push({ path: at('name'), says: `"${name}" is that of similarity[${first}] too` });
    const needed: readonly string[] = NEEDED[kind];
    for (const key of KEYS) {
      if (one[key] === undefined && needed.includes(key))
        says.push({ path: at(key), says: `is missing; ${kind} needs it` });
      if (one[key] !== undefined && !needed.includes(key))
        says.push({ path: at(key), says: `does not go with ${kind}` });
    }
    if (kind === 'module' && isMeasured(profile))
      says.push({
        path: at('kind'),
        says: 'a module is too slow for what sensors tell; use it in a domain without phenomena',
      });
    for (const { path, says: what } of [...overrideProblems(one, profile), ...attributeProblems(one, profile)])
      says.push({ path: at(...path), says: what });
    return says;
  });
}

function overrideProblems({ dimensions = {} }: Written, { coarse, fine }: DomainProfile): DomainProblem[] {
  const all = [...coarse, ...fine];
  const names = all.map(({ name }) => name);
  const says: DomainProblem[] = Object.keys(dimensions)
    .filter((name) => !names.includes(name))
    .map((name) => ({ path: ['dimensions', name], says: `is not a dimension${didYouMean(name, names)}` }));
  if (all.length > 0 && !all.some(({ name, weight }) => (dimensions[name]?.weight ?? weight) > 0))
    says.push({ path: ['dimensions'], says: 'no dimension has a weight above 0' });
  return says;
}

function attributeProblems(one: Written, { coarse, fine }: DomainProfile): DomainProblem[] {
  const { attribute } = one;
  if (attribute === undefined) return [];
  const wordy = [...coarse, ...fine].filter(({ buckets }) => 'words' in buckets);
  const of = wordy.find((dimension) => dimension.attribute === attribute);
  const known = [...new Set(wordy.map((dimension) => dimension.attribute))];
  if (!of || !('words' in of.buckets))
    return [
      { path: ['attribute'], says: `"${attribute}" is not an attribute with words${didYouMean(attribute, known)}` },
    ];
  const kin = kinOf(one);
  return kin ? kinProblems(kin, of.buckets.words, []) : [];
}
