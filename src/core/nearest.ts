// Words that a mistyped one may stand for: "did you mean".
//
// Optimal string alignment: insertions, deletions, substitutions and swapped neighbours cost 1 each. A candidate is near
// when at most a third of the longer word differs. Words are cut at a cap, so that a hostile file costs no time.
import { nearestWordLengthMax } from './limits.ts';

/** At most 3 candidates, nearest first. */
export function nearest(word: string, candidates: Iterable<string>): string[] {
  const found: { candidate: string; distance: number }[] = [];
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= Math.max(1, Math.max(word.length, candidate.length) / 3)) found.push({ candidate, distance });
  }
  found.sort((a, b) => a.distance - b.distance);
  return found.slice(0, 3).map(({ candidate }) => candidate);
}

/** `; did you mean "broker"?`, or nothing when no candidate is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const names = nearest(word, candidates).map((name) => `"${name}"`);
  return names.length === 0 ? '' : `; did you mean ${names.join(' or ')}?`;
}

function editDistance(left: string, right: string): number {
  const a = left.slice(0, nearestWordLengthMax);
  const b = right.slice(0, nearestWordLengthMax);
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
