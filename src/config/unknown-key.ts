// What a key that is not known was probably meant to be, in words, and as a change of the document: a misspelt one gets its
// name, one that slipped into another section goes back to where it belongs, any other is left out.
//
// Only so that what stands under it is checked as well. Invariant: what is there already is not replaced.
import { type Document, isMap, isScalar, type YAMLMap } from 'yaml';
import type { z } from 'zod';
import { didYouMean } from '../core/nearest.ts';
import { keyOf, type Path, type Problem } from './problem.ts';

/** @param elsewhere says of a key that is known in another place where that is */
export function unknownKey(
  key: string,
  known: readonly string[],
  elsewhere?: (key: string) => string | undefined,
): string {
  const place = elsewhere?.(key);
  if (place !== undefined) return `${JSON.stringify(key)} ${place}`;
  return `unknown key ${JSON.stringify(key)}${didYouMean(key, known)}`;
}

/** Of a key that stands at the margin of the file. */
export const AT_THE_MARGIN =
  'belongs at the beginning of a line: its indent puts it into the section above; take the indent away';

/** Of a key of a sensor among the readings of another. */
export const TO_THE_LEFT =
  'belongs to a sensor: move this entry to the left, so that its - stands under the - of the sensor before';

/** An entry that slipped into another list is told once, and not by what it lacks there. */
export function withoutEchoes(problems: readonly Problem[]): Problem[] {
  const slipped = problems.filter(({ message }) => message.endsWith(TO_THE_LEFT));
  const entries = new Set(slipped.map(({ key }) => key.slice(0, key.lastIndexOf('.'))));
  const first = [...entries].map((entry) => slipped.find(({ key }) => key.startsWith(`${entry}.`)));
  return problems.filter((problem) => {
    const isInside = [...entries].some((entry) => problem.key.startsWith(`${entry}.`));
    return !isInside || first.includes(problem);
  });
}

const meantBy = (message: string): string | undefined => /; did you mean "([^"]+)"/.exec(message)?.[1];

/** @returns the keys that stand where they were meant to now; what else was not known is left out */
export function putRight(document: Document, issues: readonly z.core.$ZodIssue[]): Set<string> {
  const mended = new Set<string>();
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const map = issue.path.length === 0 ? document.contents : document.getIn(issue.path, true);
    if (!isMap(map)) continue;
    for (const [index, message] of issue.message.split('\n').entries()) {
      const key = issue.keys[index]!;
      if (move(document, map, key, message)) mended.add(keyOf([...(issue.path as Path), key]));
    }
  }
  return mended;
}

function move(document: Document, map: YAMLMap, key: string, message: string): boolean {
  const at = map.items.findIndex((pair) => isScalar(pair.key) && String(pair.key.value) === key);
  const pair = map.items[at];
  if (!pair || !isScalar(pair.key)) return false;
  const meant = meantBy(message);
  const root = document.contents;
  if (meant !== undefined && !map.has(meant)) {
    pair.key.value = meant;
    return true;
  }
  map.items.splice(at, 1);
  if (!message.endsWith(AT_THE_MARGIN) || !isMap(root) || !isFree(root, key)) return false;
  root.delete(key);
  root.items.push(pair);
  return true;
}

/** It is not there, or is the empty list that `qis init` wrote. */
function isFree(root: YAMLMap, key: string): boolean {
  const value: unknown = root.toJSON()[key];
  return value === undefined || (Array.isArray(value) && value.length === 0);
}
