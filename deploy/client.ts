// Builds dist/client/: the client for other programs as ES modules for Node 20, with the types beside them.
//
// Everything it imports is built in, so it runs where nothing of qis is installed but these files. Types come from the
// compiler; those of src/client/ name nothing outside, so theirs alone are shipped.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const SOURCE = 'src/client';
const ENTRY = join(SOURCE, 'client.ts');
const outdir = join(process.argv[2] ?? 'dist', 'client');

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
await build({
  entryPoints: [ENTRY],
  outdir,
  bundle: true,
  // What reads YAML is loaded by those alone who name a configuration.
  splitting: true,
  // Its build for Node is CommonJS, which an ES module cannot hold.
  alias: { yaml: join(packageFolder('yaml'), 'browser/index.js') },
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
});

const compiler = join(packageFolder('typescript'), 'bin/tsc');
const emitted = mkdtempSync(join(tmpdir(), 'qis-client-'));
try {
  const flags = ['--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--strict', '--skipLibCheck'];
  const modules = ['--module', 'nodenext', '--target', 'es2024', '--types', 'node', '--allowImportingTsExtensions'];
  const lib = ['--lib', 'es2024,esnext.disposable'];
  execFileSync(process.execPath, [
    compiler,
    ...flags,
    ...modules,
    ...lib,
    '--rootDir',
    'src',
    '--outDir',
    emitted,
    ENTRY,
  ]);
  for (const name of readdirSync(join(emitted, 'client'))) {
    const text = readFileSync(join(emitted, 'client', name), 'utf8');
    if (isShown(name)) writeFileSync(join(outdir, name), text.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"));
  }
} finally {
  rmSync(emitted, { recursive: true, force: true });
}

function packageFolder(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}

/** What the types of the entry lead to. */
function isShown(name: string): boolean {
  return ['client.d.ts', 'contract.d.ts', 'qis-error.d.ts'].includes(name);
}
