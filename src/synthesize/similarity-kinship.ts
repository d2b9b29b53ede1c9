// How alike two words of an open vocabulary are, as the domain says: by a table, or by the angle between vectors.
//
// Words are looked up by their ordinals, so what a stranger sends is compared without its spelling. Invariant: symmetric,
// within 0 to 1, 1 for a word and itself, and 0 for words that the domain does not name.
import type { Kinship } from '../core/domain.ts';
import { wordOrdinal } from '../packet/word.ts';

export interface Kin {
  /** 0 to 1. */
  alike(a: number, b: number): number;
  /** The other words that are akin to this one, the nearest first. */
  nearest(word: number): readonly AkinWord[];
}

export interface AkinWord {
  readonly ordinal: number;
  /** Above 0. */
  readonly share: number;
}

const kins = new WeakMap<Kinship, Kin>();

/** The dimensions of a list share one. */
export function kinOf(kinship: Kinship): Kin {
  const kin = kins.get(kinship) ?? createKin(kinship);
  kins.set(kinship, kin);
  return kin;
}

function createKin(kinship: Kinship): Kin {
  const rows = 'table' in kinship ? rowsOfTable(kinship) : rowsOfVectors(kinship);
  const ranked = new Map<number, readonly AkinWord[]>();
  const nearestOf = (word: number) =>
    [...(rows.get(word) ?? [])]
      .map(([ordinal, share]) => ({ ordinal, share }))
      .sort((a, b) => b.share - a.share || a.ordinal - b.ordinal);
  return {
    alike: (a, b) => (a === b ? 1 : (rows.get(a)?.get(b) ?? 0)),
    nearest(word) {
      // Strangers' words are not remembered.
      if (!rows.has(word)) return [];
      const known = ranked.get(word) ?? nearestOf(word);
      ranked.set(word, known);
      return known;
    },
  };
}

/** What is above 0, in both directions. */
type Rows = ReadonlyMap<number, ReadonlyMap<number, number>>;

function rowsOfTable({ table }: Extract<Kinship, { table: unknown }>): Rows {
  const rows = new Map<number, Map<number, number>>();
  for (const [word, others] of Object.entries(table))
    for (const [other, share] of Object.entries(others)) enter(rows, [wordOrdinal(word), wordOrdinal(other)], share);
  return rows;
}

function rowsOfVectors({ vectors }: Extract<Kinship, { vectors: unknown }>): Rows {
  const rows = new Map<number, Map<number, number>>();
  const units = Object.entries(vectors).map(([word, vector]) => ({ word: wordOrdinal(word), unit: unitOf(vector) }));
  for (const [at, a] of units.entries()) {
    for (const b of units.slice(at + 1)) {
      const cosine = a.unit.reduce((sum, value, i) => sum + value * (b.unit[i] ?? 0), 0);
      // Two words that point the same way may add up to a hair above 1.
      enter(rows, [a.word, b.word], Math.min(1, cosine));
    }
  }
  return rows;
}

function enter(rows: Map<number, Map<number, number>>, [a, b]: readonly [number, number], share: number): void {
  if (!(share > 0) || a === b) return;
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const row = rows.get(from) ?? new Map<number, number>();
    rows.set(from, row.set(to, share));
  }
}

function unitOf(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => (length === 0 ? 0 : value / length));
}
