// What the words of a domain must be: spelled as they are compared, each once, and akin to words that there are.
//
// Of a kinship that is too large one line is told, and nothing else of it is looked at.
// Invariant: what passes is symmetric, within 0 to 1, and of a size that is compared once at the start.
import type { Kinship } from '../core/domain.ts';
import { kinNumbersMax } from '../core/domain-limits.ts';
import { didYouMean } from '../core/nearest.ts';
import { plainWord } from '../packet/word.ts';
import type { DomainProblem } from './domain-problem.ts';
import type { Path } from './problem.ts';

/** Squares of larger ones are no numbers any more. */
const MAGNITUDE_MAX = 1e100;

export function wordProblems(words: readonly string[], path: Path): DomainProblem[] {
  return words.flatMap((word, i) => {
    const plain = plainWord(word);
    const at = [...path, i];
    if (plain === '') return [{ path: at, says: 'is empty' }];
    if (plain !== word) return [{ path: at, says: `"${word}" is compared as "${plain}"; write it so` }];
    return words.indexOf(word) < i ? [{ path: at, says: `"${word}" is there twice` }] : [];
  });
}

/** @param words of the dimension */
export function kinProblems(kin: Kinship, words: readonly string[], path: Path): DomainProblem[] {
  const isTable = 'table' in kin;
  const at = [...path, isTable ? 'table' : 'vectors'];
  const count = Object.values<object>(isTable ? kin.table : kin.vectors).reduce(
    (sum, row) => sum + Object.keys(row).length,
    0,
  );
  if (count > kinNumbersMax)
    return [{ path: at, says: `${count} ${isTable ? 'pairs' : 'numbers'} are too many; at most ${kinNumbersMax}` }];
  return isTable ? tableProblems(kin.table, words, at) : vectorProblems(kin.vectors, words, at);
}

function tableProblems(
  table: Extract<Kinship, { table: unknown }>['table'],
  words: readonly string[],
  path: Path,
): DomainProblem[] {
  const known = new Set(words);
  const seen = new Map<string, number>();
  const says: DomainProblem[] = [];
  for (const [word, others] of Object.entries(table)) {
    if (!known.has(word)) says.push(stranger(word, words, [...path, word]));
    for (const [other, share] of Object.entries(others)) {
      const at = [...path, word, other];
      const pair = [word, other].sort().join(' / ');
      if (!known.has(other)) says.push(stranger(other, words, at));
      else if (word === other) says.push({ path: at, says: 'a word is always 1 to itself; leave it out' });
      else if ((seen.get(pair) ?? share) !== share)
        says.push({ path: at, says: `is ${share}, and ${seen.get(pair)} the other way round; write it once` });
      seen.set(pair, share);
    }
  }
  return says;
}

function vectorProblems(
  vectors: Extract<Kinship, { vectors: unknown }>['vectors'],
  words: readonly string[],
  path: Path,
): DomainProblem[] {
  const known = new Set(words);
  const length = Object.values(vectors)[0]?.length ?? 0;
  return Object.entries(vectors).flatMap(([word, vector]) => {
    const at = [...path, word];
    if (!known.has(word)) return [stranger(word, words, at)];
    if (vector.length !== length) return [{ path: at, says: `has ${vector.length} numbers, and the first ${length}` }];
    if (vector.every((one) => one === 0)) return [{ path: at, says: 'points nowhere: all its numbers are 0' }];
    const large = vector.find((one) => Math.abs(one) > MAGNITUDE_MAX);
    return large === undefined ? [] : [{ path: at, says: `${large} is more than ${MAGNITUDE_MAX}` }];
  });
}

function stranger(word: string, words: readonly string[], path: Path): DomainProblem {
  const advice = didYouMean(word, words);
  return { path, says: `"${word}" is not among the words${advice || '; add it to them'}` };
}
