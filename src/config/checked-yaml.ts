// Any of our YAML files against its schema: typed data, or every problem with its line.
//
// Aliases are refused, so that no file is larger than it looks. Invariant: nothing of a file is repeated that holds none
// of the keys of its schema: it was named by mistake, or by somebody who wants to see it.
import type { z } from 'zod';
import { reasonOf } from '../core/errors.ts';
import { configBytesMax, configProblemsMax } from '../core/limits.ts';
import { type Problem, problemsOf, type Source } from './problem.ts';
import { type ReadableYaml, readYaml } from './readable-yaml.ts';
import { putRight, withoutEchoes } from './unknown-key.ts';

interface CheckedYaml<T> {
  /** Absent when there are problems. */
  readonly data?: T;
  /** What stands there, with slips put right, so that the rest can be checked; absent when it cannot be read. */
  readonly written?: unknown;
  /** Keys of problems that were put right there. */
  readonly mended?: ReadonlySet<string>;
  readonly source?: Source;
  readonly problems: Problem[];
}

/** Any of our YAML files against its schema. @param hint what to do about an empty one */
export function checkYaml<S extends z.ZodType>(text: string, schema: S, hint: string): CheckedYaml<z.output<S>> {
  if (Buffer.byteLength(text) > configBytesMax) return unreadable(`is larger than ${configBytesMax} bytes`);
  let read: ReadableYaml;
  try {
    read = readYaml(text);
  } catch (error) {
    return unreadable(`cannot be read: ${reasonOf(error)}`);
  }
  const { document, source, isReadable } = read;
  if ((document.contents !== null || read.problems.length > 0) && !hasKeyOf(schema, text)) {
    return unreadable(`holds none of the keys that belong there, so it may be another file; ${hint}`);
  }
  const problems = inOrder([...read.problems]);
  if (!isReadable) return { problems };
  if (document.contents === null && problems.length === 0) return unreadable(`is empty; ${hint}`);
  const parsed = schema.safeParse(document.toJS() ?? {}, { reportInput: true });
  if (parsed.success && problems.length === 0) return { data: parsed.data, source, problems, written: document.toJS() };
  const found = new Map<string, Problem>();
  const note = (issues: readonly z.core.$ZodIssue[]) => {
    for (const issue of issues) {
      for (const problem of problemsOf(source, issue)) found.set(`${problem.line}:${problem.message}`, problem);
    }
  };
  let mended: ReadonlySet<string> = new Set();
  if (!parsed.success) {
    note(parsed.error.issues);
    // What stands under a key that is not known is looked at where it was probably meant to stand.
    mended = putRight(document, parsed.error.issues);
    note(schema.safeParse(document.toJS(), { reportInput: true }).error?.issues ?? []);
  }
  const isLeftOut = ({ key }: Problem) => read.leftOut.includes(key);
  const all = [...problems, ...withoutEchoes([...found.values()].filter((problem) => !isLeftOut(problem)))];
  return { problems: inOrder(all), source, written: document.toJS(), mended };
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
