// The project's own files as text, and what they import: for the tests that hold its rules.
//
// Imports are read with a pattern, type imports included; no import may be written in a way the pattern misses.
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';

export const ROOT = new URL('..', import.meta.url).pathname;

export interface TextFile {
  /** From the root of the project, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** @param folder from the root of the project; what git would not keep is left out by the choice of folders */
export function filesIn(folder: string, ending = ''): TextFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => fileAt(join(entry.parentPath, entry.name).slice(ROOT.length)))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function fileAt(path: string): TextFile {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

export interface Import {
  /** A path from the root for a file of the project, otherwise the name of a module. */
  readonly target: string;
  readonly isLocal: boolean;
  readonly isType: boolean;
}

const IMPORT = /\b(import|export)(\s+type)?\b[^'"`;()]*?\bfrom\s*'([^']+)'|\bimport\s*(?:\(\s*)?'([^']+)'/g;

export function importsOf({ path, text }: TextFile): Import[] {
  return [...withoutComments(text).matchAll(IMPORT)].map(([, , type, from, bare]) => {
    const specifier = (from ?? bare)!;
    const isLocal = specifier.startsWith('.');
    const target = isLocal ? normalize(join(path, '..', specifier)) : specifier;
    return { target, isLocal, isType: type !== undefined };
  });
}

/** What looks like an import and was not read as one: none may be hidden from the rules. */
export function unreadImports({ text }: TextFile): string[] {
  const rest = withoutComments(text).replaceAll(IMPORT, '');
  return rest.match(/^import\b.*|\bfrom\s+["'`].*|\bimport\(.*/gm) ?? [];
}

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*(\/\/|\/\*|\*).*$/gm, '');
}
