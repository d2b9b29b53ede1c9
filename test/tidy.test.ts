import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileAt, filesIn, importsOf, ROOT, type TextFile } from './source-tree.ts';

const LINES_MAX = 300;
const HEADER_LINES_MAX = 8;

const sources = [...filesIn('src', '.ts'), ...filesIn('devices', '.ts')];
const scripts = filesIn('deploy', '.ts');
const tests = filesIn('test', '.ts');
const code = [...sources, ...scripts, ...tests];
const documents = [
  ...filesIn('docs', '.md'),
  ...['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'NOTICE', '.ci/run', 'package.json'].map(fileAt),
];
const manifest = JSON.parse(fileAt('package.json').text);
const lock = JSON.parse(fileAt('package-lock.json').text);

/** Patterns are written so that they do not find themselves. */
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\b(TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b/, 'finish it, or say in the documents that it is not there yet'],
  [/not imple[m]ented/i, 'finish it, or say in the documents that it is not there yet'],
  [
    /\b(t|it|test|suite|describe)\.(onl[y]|ski[p]|tod[o])\(|\b(onl[y]|ski[p]|tod[o]): true/,
    'a test that is switched off',
  ],
  [/^\s*(export |declare |const )*enu[m] /m, 'an enumeration is no erasable syntax'],
  [/(:|\bas|<|,) ?an[y](\[|;|,|\)|=|>| [=|&{>])/, 'say which type it is'],
  [/@ts-(igno[r]e|nochec[k])/, 'mend the type'],
  [/(^|[\s"'`(=:])\/(wor[k]|far[m]|hom[e]|roo[t]|User[s])\//m, 'a path of one machine'],
  [/\bregistr[y]\.[a-z-]+\.[a-z]|\bdeb\.debia[n]\b/, 'the host of a registry'],
];

/** Folder and file names that say nothing of what is inside. */
const EMPTY_NAMES = /(^|\/)(utils?|helpers?|common|types|index|misc|shared)(\/|\.ts$)/;

/** The one place where a test may be left out: a program is missing, and the machine that builds forbids it. */
const MAY_SKIP = 'test/programs.ts';
const ALLOWED_SKIP = `t.${'skip'}(message)`;

function banned(files: readonly TextFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    BANNED.filter(([pattern]) => pattern.test(path === MAY_SKIP ? text.replace(ALLOWED_SKIP, '') : text)).map(
      ([pattern, why]) => `${path}: ${pattern.exec(text)?.[0].trim()} (${why})`,
    ),
  );
}

/** Lines of words in the comment a file opens with; a diagram (indented) and blank lines do not count. */
function headerLines(text: string): number {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  return lines.slice(0, end).filter((line) => /^\/\/ ?\S/.test(line)).length;
}

const lineCount = (text: string): number => text.split('\n').length - 1;

test('no file is longer than anyone reads', () => {
  const long = code.filter(({ text }) => lineCount(text) > LINES_MAX);
  assert.deepEqual(
    long.map(({ path, text }) => `${path}: ${lineCount(text)} lines`),
    [],
  );
});

test('every source file opens with a few lines that say what it is for', () => {
  const odd = [...sources, ...scripts].filter(({ text }) => {
    const lines = headerLines(text);
    return lines < 1 || lines > HEADER_LINES_MAX;
  });
  assert.deepEqual(
    odd.map(({ path, text }) => `${path}: ${headerLines(text)} lines`),
    [],
  );
});

test('names say what is inside', () => {
  assert.deepEqual(
    code.filter(({ path }) => EMPTY_NAMES.test(path)).map(({ path }) => path),
    [],
  );
  assert.deepEqual(
    code.filter(({ path }) => !/^[a-z0-9-]+(\.test)?\.ts$/.test(basename(path))).map(({ path }) => path),
    [],
  );
});

test('nothing is left for later, switched off or tied to one machine', () => {
  assert.deepEqual(banned([...code, ...documents]), []);
});

test('every limit limits something', () => {
  const limits = [...fileAt('src/core/limits.ts').text.matchAll(/^export const (\w+)/gm)].map(([, name]) => name!);
  const rest = sources.filter(({ path }) => path !== 'src/core/limits.ts').map(({ text }) => text);
  assert.ok(limits.length > 50);
  assert.deepEqual(
    limits.filter((name) => !rest.some((text) => new RegExp(`\\b${name}\\b`).test(text))),
    [],
  );
});

test('every test is found by the pattern of npm test', () => {
  assert.equal(manifest.scripts.test, 'node --test --test-concurrency=2 "test/**/*.test.ts"');
  // Suites that hold several implementations to one contract are called by the tests of each.
  const unfound = tests.filter(
    ({ path, text }) => /^\s*test\(/m.test(text) && !path.endsWith('.test.ts') && !path.startsWith('test/conformance/'),
  );
  assert.deepEqual(
    unfound.map(({ path }) => path),
    [],
  );
});

test('the lock file installs anywhere: no compiler is called for, no registry is named', () => {
  assert.equal(lock.packages['node_modules/better-sqlite3'].gypfile, false);
  const entries = Object.entries<{ resolved?: string; integrity?: string }>(lock.packages);
  assert.deepEqual(
    entries.filter(([, { resolved }]) => resolved !== undefined).map(([name]) => name),
    [],
  );
  assert.deepEqual(
    entries.filter(([name, { integrity }]) => name !== '' && integrity === undefined).map(([name]) => name),
    [],
  );
  assert.equal(lock.version, manifest.version);
  // npm warns an older Node and goes on; engine-strict would stop it before the project brings its own.
  assert.equal(manifest.engines.node, '>=24');
  assert.equal(existsSync(join(ROOT, '.npmrc')), false);
  assert.match(manifest.devDependencies.node, /^24\./);
});

test('every dependency is used, and every version is one version', () => {
  const named: Record<string, string> = { ...manifest.dependencies, ...manifest.devDependencies };
  for (const [name, version] of Object.entries(named)) assert.match(version, /^\d+\.\d+\.\d+$/, name);
  const importedBy = (files: readonly TextFile[]) =>
    files.flatMap((file) => importsOf(file).map(({ target }) => packageOf(target)));
  const shipped = new Set(importedBy(sources));
  assert.deepEqual(
    Object.keys(manifest.dependencies).filter((name) => !shipped.has(name)),
    [],
  );
  const inTests = new Set(importedBy([...tests, ...scripts]));
  const unused = Object.keys(manifest.devDependencies).filter((name) => {
    if (name === '@types/node') return false;
    if (name.startsWith('@types/')) return !shipped.has(name.slice('@types/'.length));
    return !inTests.has(name) && !programsOf(name).some((program) => scriptsCall(program));
  });
  assert.deepEqual(unused, []);
});

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

function programsOf(name: string): string[] {
  const { bin = {} } = JSON.parse(fileAt(`node_modules/${name}/package.json`).text);
  return typeof bin === 'string' ? [basename(name)] : Object.keys(bin);
}

function scriptsCall(program: string): boolean {
  return Object.values<string>(manifest.scripts).some((script) => script.split(/\s/)[0] === program);
}

test('what the documents point to is there', () => {
  assert.deepEqual(deadLinks(documents.filter(({ path }) => path.endsWith('.md'))), []);
});

/** Links to files, `src/...` and the like between backticks, and npm scripts. */
function deadLinks(files: readonly TextFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map(([, to]) =>
      join(dirname(path), to!),
    );
    const paths = [...text.matchAll(/`((?:src|test|devices|deploy|docs|examples)\/[\w./-]*)`/g)].map(([, to]) => to!);
    const dead = [...links, ...paths].filter((to) => !existsSync(join(ROOT, to)));
    const calls = [...text.matchAll(/npm run (?:-s )?([a-z]+)/g)].map(([, name]) => name!);
    const unknown = calls.filter((name) => manifest.scripts[name] === undefined).map((name) => `npm run ${name}`);
    return [...dead, ...unknown].map((to) => `${path}: ${to}`);
  });
}

test('these checks can fail', () => {
  const bad = [
    '// TO' + 'DO: later',
    'throw new Error("not imple' + 'mented");',
    'test.on' + 'ly("x", () => {});',
    'test("x", { sk' + 'ip: true }, () => {});',
    'export en' + 'um Colour { red }',
    'const x: a' + 'ny = 1;',
    'const x = y as an' + 'y;',
    'const x: Map<string, an' + 'y> = y;',
    '// @ts-igno' + 're',
    "const path = '/wor" + "k/here';",
    'see https://registr' + 'y.example.org/',
  ];
  for (const text of bad) assert.equal(banned([{ path: 'src/a.ts', text }]).length, 1, text);
  for (const text of [
    'at any rate: any time',
    '// absent: any.',
    "// a line's skip",
    'z.enum(SITES)',
    "'/dev/serial/by-id'",
  ]) {
    assert.deepEqual(banned([{ path: 'src/a.ts', text }]), [], text);
  }
  assert.equal(banned([{ path: 'src/a.ts', text: 't.sk' + 'ip(message)' }]).length, 1);
  assert.equal(headerLines('import x;\n'), 0);
  assert.equal(headerLines('// one\n//\n//    a -> b\n// two\nimport x;\n// three'), 2);
  assert.equal(lineCount('a\nb\n'), 2);
  assert.match('src/core/types.ts', EMPTY_NAMES);
  assert.match('src/utils/time.ts', EMPTY_NAMES);
  assert.match('src/core/index.ts', EMPTY_NAMES);
  assert.doesNotMatch('src/core/common-mode.ts', EMPTY_NAMES);
  const text = '[a](gone.md) [b](../README.md) [c](https://example.org/x) `src/gone.ts` `src/agent.ts` `npm run gone`';
  assert.deepEqual(deadLinks([{ path: 'docs/a.md', text }]), [
    'docs/a.md: docs/gone.md',
    'docs/a.md: src/gone.ts',
    'docs/a.md: npm run gone',
  ]);
});
