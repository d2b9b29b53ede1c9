// A text as a YAML document. Where it is not YAML, the line is told and read as what was probably meant, so that one slip
// does not hide what else is wrong: a stray `-` is put under the others, a colon is completed, and what cannot be put right
// is left out with its whole section.
//
// One slip at a time: what follows from it is gone once it is put right. Invariant: no line changes its number.
import {
  type Document,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { configProblemsMax } from '../core/limits.ts';
import { keyOf, type Path, type Problem, type Source } from './problem.ts';

export interface ReadableYaml {
  readonly document: Document.Parsed;
  readonly source: Source;
  readonly problems: readonly Problem[];
  /** False where it could not be put right, or has aliases, which may make it larger than it looks. */
  readonly isReadable: boolean;
  /** Names of sections that were left out. */
  readonly leftOut: readonly string[];
}

/** Slips that are put right in one file; for each it is parsed once more. */
const SLIPS_MAX = 8;
/** Codes of errors that leave every other line as it was meant. */
const HARMLESS: ReadonlySet<string> = new Set(['DUPLICATE_KEY', 'MULTIPLE_DOCS']);

/** @throws Error what the YAML library cannot read at all */
export function readYaml(text: string): ReadableYaml {
  const problems: Problem[] = [];
  const leftOut: string[] = [];
  let written = text.split('\n');
  for (let slips = 0; ; slips++) {
    const { document, source } = parsed(written.join('\n'));
    const lineOf = ({ pos }: YAMLError) => source.lines.linePos(pos[0]).line;
    const first = document.errors.filter(({ code }) => !HARMLESS.has(code)).sort((a, b) => a.pos[0] - b.pos[0])[0];
    // A file with more errors than are shown is not worth mending, and takes long.
    if (!first || slips === SLIPS_MAX || document.errors.length > configProblemsMax) {
      for (const error of [...document.errors, ...document.warnings].slice(0, configProblemsMax)) {
        const key = error.code === 'DUPLICATE_KEY' ? keyAt(document, error.pos[0]) : '';
        const advice = key.endsWith(']') ? ', or begin another entry with a -' : '';
        problems.push({ key, line: lineOf(error), message: spoken(error, written) + advice });
      }
      const aliases = aliasProblems(document, source);
      problems.push(...aliases);
      return { document, source, problems, isReadable: !first && aliases.length === 0, leftOut };
    }
    const slip = slipAt(written, lineOf(first), first);
    problems.push({ key: '', line: slip.line, message: slip.message });
    if (slip.section !== undefined) leftOut.push(slip.section);
    written = slip.mended;
  }
}

function parsed(text: string): { document: Document.Parsed; source: Source } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    logLevel: 'error',
  });
  return { document, source: { contents: document.contents as ParsedNode | null, lines } };
}

function aliasProblems(document: Document.Parsed, { lines }: Source): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Alias: (_, { range, source: name }) => {
      const { line } = lines.linePos(range?.[0] ?? 0);
      problems.push({ key: '', line, message: `*${name} is an alias, which is not allowed; write the value out` });
    },
  });
  return problems;
}

/** The key of the map in which something stands. */
function keyAt(document: Document, offset: number): string {
  let deepest: Path = [];
  visit(document, {
    Map(_, map, ancestors) {
      if (!map.range || offset < map.range[0] || offset > map.range[1]) return visit.SKIP;
      deepest = pathOf([...ancestors, map]);
      return undefined;
    },
  });
  return keyOf(deepest);
}

function pathOf(nodes: readonly unknown[]): Path {
  return nodes.flatMap((node, depth): Path => {
    if (isPair(node)) return [String(isScalar(node.key) ? node.key.value : node.key)];
    return isSeq(node) ? [node.items.indexOf(nodes[depth + 1])] : [];
  });
}

interface Slip {
  readonly line: number;
  readonly message: string;
  readonly mended: string[];
  /** Left out, because it could not be put right. */
  readonly section?: string;
}

/** The slip behind an error, which may stand one line further down than the error. */
function slipAt(lines: readonly string[], line: number, error: YAMLError): Slip {
  const candidates = [line, line + 1].filter((at) => at <= lines.length);
  for (const find of [tab, strayDash, colon]) {
    for (const at of candidates) {
      const slip = find(lines, at - 1);
      if (slip) return slip;
    }
  }
  const { from, to, own = error } = brokenSection(lines, line - 1);
  const mended = lines.map((text, index) => (index >= from && index < to ? '' : text));
  const section = /^["']?([^"':\s]*)/.exec(lines[from] ?? '')?.[1] ?? '';
  const last = lines.findLastIndex((text, index) => index < to && !isBlank(text)) + 1;
  return { line: Math.max(1, Math.min(line, last)), message: spoken(own, lines), mended, section };
}

function tab(lines: readonly string[], at: number): Slip | undefined {
  const indent = /^[ ]*\t[ \t]*/.exec(lines[at]!)?.[0];
  if (indent === undefined) return undefined;
  const mended = lines.with(at, indent.replaceAll('\t', '  ') + lines[at]!.slice(indent.length));
  return { line: at + 1, message: 'indented with a tab; use spaces', mended };
}

const dashOf = (text: string): number => /^( *)- /.exec(text)?.[1]?.length ?? -1;
const indentOf = (text: string): number => /^ */.exec(text)![0].length;
const isBlank = (text: string): boolean => /^\s*(#|$)/.test(text);

/** An entry of a list whose dash does not stand under the one before; all of the entry is moved. */
function strayDash(lines: readonly string[], at: number): Slip | undefined {
  const column = dashOf(lines[at]!);
  const above = lines.findLastIndex((text, index) => index < at && !isBlank(text));
  if (column < 0 || above < 0 || lines[above]!.trimEnd().endsWith(':')) return undefined;
  const before = lines.findLastIndex((text, index) => index < at && dashOf(text) >= 0);
  const wanted = before < 0 ? column : dashOf(lines[before]!);
  if (wanted === column) return undefined;
  const end = lines.findIndex((text, index) => index > at && !isBlank(text) && indentOf(text) <= column);
  const moved = (text: string) => ' '.repeat(Math.max(0, indentOf(text) + wanted - column)) + text.trimStart();
  const until = end < 0 ? lines.length : end;
  const mended = lines.map((text, index) => (index >= at && index < until ? moved(text) : text));
  const message = `the indent of this - does not fit: move it under the - in line ${before + 1}, with ${wanted} spaces before it (${column} now)`;
  return { line: at + 1, message, mended };
}

/** `name:roof` and `device PMS5003`. */
function colon(lines: readonly string[], at: number): Slip | undefined {
  const [, start = '', key, rest = ''] = /^(\s*(?:- )?)([a-z_0-9]+):?\s*(.*)$/i.exec(lines[at]!) ?? [];
  if (key === undefined || rest === '' || /^\s*(- )?["']?[\w.-]+["']?:(\s|$)/.test(lines[at]!)) return undefined;
  const mended = lines.with(at, `${start}${key}: ${rest}`);
  return { line: at + 1, message: `${JSON.stringify(key)} needs a colon and a space after it (${key}: ...)`, mended };
}

interface Section {
  /** The line at the margin that it begins with. */
  readonly from: number;
  /** The one that the next begins with. */
  readonly to: number;
  /** What is wrong with it alone; undefined where it is right by itself. */
  readonly own?: YAMLError | undefined;
}

/** The first that is no YAML by itself, because a quote or a bracket may end sections later; else the one around a line. */
function brokenSection(lines: readonly string[], at: number): Section {
  const margins = [...lines.keys()].filter((index) => /^[^\s#]/.test(lines[index]!));
  const sections = margins.map((from, index) => ({ from, to: margins[index + 1] ?? lines.length }));
  for (const { from, to } of sections.filter((section) => section.from <= at)) {
    const own = parsed(lines.slice(from, to).join('\n')).document.errors.find(({ code }) => !HARMLESS.has(code));
    if (own) return { from, to, own };
  }
  return sections.findLast(({ from }) => from <= at) ?? { from: 0, to: lines.length };
}

function spoken({ code, message, pos }: YAMLError, lines: readonly string[]): string {
  const word = lines.join('\n').slice(pos[0]).split(/[:\n]/, 1)[0]?.trim() ?? '';
  if (code === 'DUPLICATE_KEY') {
    return `key ${JSON.stringify(word)} appears twice; keep one`;
  }
  if (code === 'MULTIPLE_DOCS') return 'a second YAML document begins here; a file may hold only one';
  return `not YAML: ${message}`;
}
