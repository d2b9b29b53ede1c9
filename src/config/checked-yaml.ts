// Any of our YAML files against its schema: typed data, or every problem with its line.
//
// Aliases are refused, so that no file is larger than it looks. Invariant: nothing of a file is repeated that holds none
// of the keys of its schema: it was named by mistake, or by somebody who wants to see it.
import { type Document, LineCounter, type ParsedNode, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { reasonOf } from '../core/errors.ts';
import { configBytesMax, configProblemsMax } from '../core/limits.ts';
import { type Problem, problemsOf, type Source } from './problem.ts';

interface CheckedYaml<T> {
  /** Absent when there are problems. */
  readonly data?: T;
  readonly source?: Source;
  readonly problems: Problem[];
}

/** Any of our YAML files against its schema. @param hint what to do about an empty one */
export function checkYaml<S extends z.ZodType>(text: string, schema: S, hint: string): CheckedYaml<z.output<S>> {
  const lines = new LineCounter();
  if (Buffer.byteLength(text) > configBytesMax) return unreadable(`is larger than ${configBytesMax} bytes`);
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  } catch (error) {
    return unreadable(`cannot be read: ${reasonOf(error)}`);
  }
  const source: Source = { contents: document.contents as ParsedNode | null, lines };
  if (document.contents !== null && !hasKeyOf(schema, text)) {
    return unreadable(`holds none of the keys that belong there, so it may be another file; ${hint}`);
  }
  const problems = syntaxProblems(text, document, source);
  if (problems.length > 0) return { problems };
  const data: unknown = document.toJS();
  if (data === null) return unreadable(`is empty; ${hint}`);
  const parsed = schema.safeParse(data, { reportInput: true });
  if (parsed.success) return { data: parsed.data, source, problems };
  return { problems: inOrder(parsed.error.issues.flatMap((issue) => problemsOf(source, issue))) };
}

/** Whether at least one key of the schema is written there; also in a file that is not YAML throughout. */
function hasKeyOf(schema: z.ZodType, text: string): boolean {
  const { shape } = ('in' in schema ? schema.in : schema) as z.ZodObject;
  const keys = Object.keys(shape).join('|').replaceAll('$', '\\$');
  return new RegExp(`(^|[{,\\s])(["'](${keys})["']\\s*:|(${keys})\\s*:(\\s|$))`, 'm').test(text);
}

function unreadable(message: string): { problems: Problem[] } {
  return { problems: [{ key: '', line: 1, message: `the file ${message}` }] };
}

export function inOrder(problems: Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.line - b.line).slice(0, configProblemsMax);
}

function syntaxProblems(text: string, document: Document.Parsed, source: Source): Problem[] {
  const at = (offset: number) => source.lines.linePos(offset);
  const problems = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    key: '',
    line: at(pos[0]).line,
    message: spoken(code, message, text.slice(pos[0]).split(/[:\n]/, 1)[0]?.trim() ?? ''),
  }));
  visit(document, {
    Alias: (_, { range, source: name }) => {
      problems.push({
        key: '',
        line: at(range?.[0] ?? 0).line,
        message: `*${name} is an alias, which is not allowed; write the value out`,
      });
    },
  });
  return inOrder(problems);
}

function spoken(code: string, message: string, word: string): string {
  if (code === 'TAB_AS_INDENT') return 'indented with a tab; use spaces';
  if (code === 'DUPLICATE_KEY') return `key ${JSON.stringify(word)} appears twice; keep one`;
  if (code === 'MULTIPLE_DOCS') return 'a second YAML document begins here; a file may hold only one';
  return `not YAML: ${message}`;
}
