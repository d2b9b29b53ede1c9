// Builds dist/: the whole program as a few JavaScript files, so that a field unit compiles and resolves nothing.
//
// Native add-ons stay outside, because they are loaded by path. cbor-x runs without its add-on: packets are small, and it
// costs 6 MB of memory. Commands are split off, so that `run` does not load what only the demo needs.
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

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
  // The CommonJS parts of the dependencies call require().
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
});
