// Builds dist/: the whole program as a few CommonJS files, so that a field unit compiles and resolves nothing.
//
// esbuild splits only ES modules, so its chunks are made CommonJS afterwards: Node loads those with less time and memory.
// Add-ons stay outside, because they are loaded by path; their JavaScript does not. cbor-x runs without its add-on: packets
// are small, and it costs 6 MB of memory. `run` is one group of files and all other commands another: with a group each
// there are so many small files that finding them makes V8 bring in its optimising compiler, 5 MB that an idle gateway
// never needs.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build, type OnLoadResult, type Plugin, transform } from 'esbuild';

/** main.ts loads each command by itself; in the bundle, all but `run` come from one module. */
const tools: Plugin = {
  name: 'tools',
  setup({ onLoad, onResolve }) {
    const main = readFileSync('src/main.ts', 'utf8');
    const names = [...main.matchAll(/import\('\.\/cli\/(\w+)\.ts'\)/g)].map(([, name]) => name!);
    const others = new Set(names.filter((name) => name !== 'run'));
    const contents = [...others].map((name) => `export * as ${name} from './src/cli/${name}.ts';`).join('\n');
    onResolve({ filter: /^tools$/ }, () => ({ path: 'tools', namespace: 'tools' }));
    onLoad({ filter: /^tools$/, namespace: 'tools' }, () => ({ contents, resolveDir: process.cwd() }));
    onLoad({ filter: /\/src\/main\.ts$/ }, () => {
      const grouped = main.replace(/await import\('\.\/cli\/(?!run\.)(\w+)\.ts'\)/g, "(await import('tools')).$1");
      return { contents: grouped, loader: 'ts' };
    });
  },
};

/** The files that look for an add-on beside themselves look where their package is installed. */
const addOns: Plugin = {
  name: 'add-ons',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^(better-sqlite3|@serialport\/bindings-cpp)$/ }, ({ kind }) =>
      kind === 'require-resolve' ? { external: true } : undefined,
    );
    onLoad({ filter: /\/better-sqlite3\/lib\/binding\.js$/ }, ({ path }) => installed('better-sqlite3', path));
    onLoad({ filter: /\/bindings-cpp\/dist\/serialport-bindings\.js$/ }, ({ path }) =>
      installed('@serialport/bindings-cpp', path),
    );
  },
};

/** @param path of a file in the same folder as the entry of its package */
function installed(name: string, path: string): OnLoadResult {
  const folder = `const __dirname = require('path').dirname(require.resolve('${name}'));`;
  return { contents: `${folder}\n${readFileSync(path, 'utf8')}` };
}

const outdir = process.argv[2] ?? 'dist';
const small = { target: 'node24', minifySyntax: true, minifyWhitespace: true, legalComments: 'none' } as const;
const { outputFiles } = await build({
  ...small,
  entryPoints: ['src/main.ts'],
  outdir,
  outExtension: { '.js': '.cjs' },
  write: false,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  external: ['cbor-extract'],
  define: { 'process.env.CBOR_NATIVE_ACCELERATION_DISABLED': '"true"' },
  plugins: [tools, addOns],
});
rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
for (const { path, text } of outputFiles) {
  const { code } = await transform(text, {
    ...small,
    format: 'cjs',
    platform: 'node',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'moduleUrl' },
    banner: text.includes('import.meta.url')
      ? "const moduleUrl = require('node:url').pathToFileURL(__filename).href;"
      : '',
  });
  writeFileSync(path, code);
}
