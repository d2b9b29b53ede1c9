// One deliberate mistake: a text of a source file that stands there exactly once, and what it becomes.
//
// Mutations are data, in one list for each area (catalogue.ts). Each names the tests that must fail under it, the fastest
// first; without names all tests of the file's folder are run. A text that is gone, or stands there twice, makes its
// mutation stale: the list has to follow the code, or it would pass by breaking nothing.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Mutation {
  /** What goes wrong, in a few words; unique. */
  readonly name: string;
  /** From the root of the project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Files from the root of the project; absent: all tests of the folder. */
  readonly tests?: readonly string[];
}

export type Applied = { readonly text: string } | { readonly stale: string };

/** @param text of the file; undefined when there is no such file */
export function apply({ find, replace }: Pick<Mutation, 'find' | 'replace'>, text: string | undefined): Applied {
  if (text === undefined) return { stale: 'there is no such file' };
  if (find === replace) return { stale: 'it changes nothing' };
  const at = text.indexOf(find);
  if (at < 0) return { stale: 'its text is not found' };
  if (text.indexOf(find, at + 1) >= 0) return { stale: 'its text is found more than once' };
  return { text: text.slice(0, at) + replace + text.slice(at + find.length) };
}

/** The tests named, or those that mirror the file's folder; a file that stands in src/ itself has tests of its name. */
export function testsOf({ file, tests }: Pick<Mutation, 'file' | 'tests'>, root: string): readonly string[] {
  if (tests) return tests;
  const mirrored = file.replace(/^src\//, 'test/');
  const folder = dirname(mirrored);
  if (folder === 'test') return [mirrored.replace(/\.ts$/, '.test.ts')];
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
    .sort();
}

/** @param only the name of a mutation, or a file or folder in which they lie */
export function chosen(mutations: readonly Mutation[], only: string | undefined): readonly Mutation[] {
  if (only === undefined) return mutations;
  const path = only.replace(/\/+$/, '');
  const within = [path, `src/${path}`];
  return mutations.filter(
    ({ name, file }) => name === only || within.some((at) => file === at || file.startsWith(`${at}/`)),
  );
}
