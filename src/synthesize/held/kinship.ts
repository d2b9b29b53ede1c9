// How alike two words of an open vocabulary are, as the domain says: by a table, or by the angle between vectors.
//
// Words are looked up by their ordinals, so what a stranger sends is compared without its spelling. Invariant: symmetric,
// within 0 to 1, and 0 for words that the domain does not name.
import type { Dimension, Kinship } from '../../core/domain.ts';
import { wordOrdinal } from '../../packet/word.ts';

/** 0 to 1 for two ordinals that differ. */
export type Kin = (a: number, b: number) => number;

/** @returns undefined where no two words are akin */
export function kinOf({ kin }: Pick<Dimension, 'kin'>): Kin | undefined {
  if (!kin) return undefined;
  return 'table' in kin ? byTable(kin) : byVectors(kin);
}

function byTable({ table }: Extract<Kinship, { table: unknown }>): Kin {
  const pairs = new Map<string, number>();
  for (const [word, others] of Object.entries(table)) {
    for (const [other, share] of Object.entries(others))
      pairs.set(pairOf(wordOrdinal(word), wordOrdinal(other)), share);
  }
  return (a, b) => pairs.get(pairOf(a, b)) ?? 0;
}

const pairOf = (a: number, b: number): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

function byVectors({ vectors }: Extract<Kinship, { vectors: unknown }>): Kin {
  const units = new Map(Object.entries(vectors).map(([word, vector]) => [wordOrdinal(word), unit(vector)]));
  return (a, b) => {
    const [x, y] = [units.get(a), units.get(b)];
    if (!x || !y) return 0;
    const cosine = x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
    return Math.min(1, Math.max(0, cosine));
  };
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => (length === 0 ? 0 : value / length));
}
