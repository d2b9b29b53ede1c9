// Every function in some files, as the TypeScript compiler's own parser finds them.
//
// A function is whatever has a body: declarations, methods, accessors, constructors and arrows, one inside another counted
// as well. Its lines go from its first token to its last; the name of an arrow is that of what it is given to.
// The compiler hands out its syntax tree under `typescript/unstable`; the version is fixed in package.json.
import {
  isConstructorDeclaration,
  isFunctionLikeDeclaration,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API } from 'typescript/unstable/sync';
import type { TextFile } from '../source-tree.ts';

const LINES_MAX = 50;
/** Where the parser sees the files; nothing of it is on disk. */
const FOLDER = '/measured';

export interface FunctionSize {
  readonly path: string;
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

export function functionSizes(files: readonly TextFile[]): FunctionSize[] {
  const project = `${FOLDER}/tsconfig.json`;
  const options = { noLib: true, noResolve: true, types: [], allowImportingTsExtensions: true, noEmit: true };
  const config = JSON.stringify({ compilerOptions: options, files: files.map(({ path }) => path) });
  const texts = files.map(({ path, text }) => [`${FOLDER}/${path}`, text]);
  const api = new API({
    cwd: FOLDER,
    fs: createVirtualFileSystem({ [project]: config, ...Object.fromEntries(texts) }),
  });
  try {
    const { program } = api.updateSnapshot({ openProjects: [project] }).getProject(project)!;
    return files.flatMap(({ path, text }) => functionsIn(path, text, program.getSourceFile(`${FOLDER}/${path}`)!));
  } finally {
    api.close();
  }
}

function functionsIn(path: string, text: string, file: SourceFile): FunctionSize[] {
  const found: FunctionSize[] = [];
  const lineAt = (position: number) => text.slice(0, position).split('\n').length;
  const visit = (node: Node, around: Node) => {
    if (isFunctionLikeDeclaration(node) && 'body' in node && node.body) {
      const line = lineAt(node.getStart(file));
      found.push({ path, name: nameOf(node) ?? nameOf(around) ?? '(none)', line, lines: lineAt(node.end) - line + 1 });
    }
    node.forEachChild((child) => visit(child, node));
  };
  visit(file, file);
  return found;
}

function nameOf(node: Node): string | undefined {
  if (isConstructorDeclaration(node)) return 'constructor';
  return 'name' in node && node.name ? (node.name as Node).getText() : undefined;
}

export interface FunctionFigures {
  readonly count: number;
  readonly over_50_lines: number;
  readonly lines_max: number;
  readonly longest: string;
  readonly long: readonly string[];
}

export function functionFigures(files: readonly TextFile[]): FunctionFigures {
  const sizes = functionSizes(files).sort((a, b) => b.lines - a.lines);
  const shown = ({ path, line, name }: FunctionSize) => `${path}:${line} ${name}`;
  const long = sizes.filter(({ lines }) => lines > LINES_MAX);
  return {
    count: sizes.length,
    over_50_lines: long.length,
    lines_max: sizes[0]?.lines ?? 0,
    longest: sizes[0] ? shown(sizes[0]) : '',
    long: long.map((size) => `${shown(size)}: ${size.lines} lines`),
  };
}
