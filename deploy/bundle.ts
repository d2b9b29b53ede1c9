// Builds dist/: the whole program as a few JavaScript files, so that a field unit compiles and resolves nothing.
//
// Native add-ons stay outside, because they are loaded by path. cbor-x runs without its add-on: packets are small, and it
// costs 6 MB of memory. `run` is one group of files and all other commands another: with a group each there are so many
// small files that finding them makes V8 bring in its optimising compiler, 5 MB of Node that an idle gateway never needs.
import { readFileSync, rmSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';

/** main.ts loads each command by itself; in the bundle, all but `run` come from one module. */
const tools: Plugin = {
  name: 'tools',
  setup({ onLoad, onResolve }) {
    const main = readFileSync('src/main.ts', 'utf8');
    const names = [...main.matchAll(/import\('\.\/cli\/(\w+)\.ts'\)/g)].map(([, name]) => name!);
    const others = names.filter((name) => name !== 'run');
    const contents = others.map((name) => `export * as ${name} from './src/cli/${name}.ts';`).join('\n');
    onResolve({ filter: /^tools$/ }, () => ({ path: 'tools', namespace: 'tools' }));
    onLoad({ filter: /^tools$/, namespace: 'tools' }, () => ({ contents, resolveDir: process.cwd() }));
    onLoad({ filter: /\/src\/main\.ts$/ }, () => {
      const grouped = main.replace(/await import\('\.\/cli\/(?!run\.)(\w+)\.ts'\)/g, "(await import('tools')).$1");
      return { contents: grouped, loader: 'ts' };
    });
  },
};

const outdir = process.argv[2] ?? 'dist';
rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: ['src/main.ts'],
  outdir,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  sourcemap: false,
  external: ['better-sqlite3', '@serialport/bindings-cpp', 'cbor-extract'],
  define: { 'process.env.CBOR_NATIVE_ACCELERATION_DISABLED': '"true"' },
  plugins: [tools],
  // The CommonJS parts of the dependencies call require().
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
});
