import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesIn, importsOf, type TextFile, unreadImports } from './source-tree.ts';

/** What a layer may import: other layers (`*` is any but main), and modules from outside (`node:*` is all that Node has). */
interface Layer {
  readonly layers: readonly string[];
  readonly outside: readonly string[];
}

const LAYERS: Readonly<Record<string, Layer>> = {
  core: { layers: [], outside: ['node:timers/promises'] },
  detect: { layers: ['core'], outside: [] },
  synthesize: { layers: ['core', 'distill'], outside: [] },
  distill: { layers: ['core'], outside: ['node:*', '@noble/curves/ed25519.js', 'cbor-x'] },
  sense: { layers: ['core'], outside: ['node:*', '@bufbuild/protobuf/wire', 'cbor-x', 'mqtt', 'serialport'] },
  route: { layers: ['core', 'distill'], outside: ['node:*', 'aedes', 'cbor-x', 'mqtt'] },
  store: { layers: ['core'], outside: ['node:*', 'better-sqlite3'] },
  observe: { layers: ['core'], outside: ['node:*'] },
  devices: { layers: ['type src/sense/convention/convention.ts', 'type src/sense/profile.ts'], outside: [] },
  // The files that stand in src/ itself.
  agent: { layers: ['core', 'detect', 'distill', 'route', 'store', 'synthesize'], outside: [] },
  config: {
    layers: [
      'core',
      'src/distill/air.ts',
      'src/sense/convention/convention.ts',
      'src/sense/serial/modbus-model.ts',
      'src/sense/serial/number-reader.ts',
      'src/sense/profile.ts',
      'src/sense/replay/timestamp.ts',
    ],
    outside: ['node:*', 'yaml', 'zod'],
  },
  'data-folder': { layers: ['core', 'distill', 'store'], outside: ['node:*'] },
  gateway: {
    layers: ['core', 'sense', 'detect', 'distill', 'route', 'store', 'synthesize', 'agent', 'config', 'devices'],
    outside: ['mqtt-packet', 'node-cron'],
  },
  version: { layers: ['package.json'], outside: [] },
  sim: {
    layers: ['core', 'sense', 'detect', 'distill', 'route', 'store', 'synthesize', 'agent', 'data-folder'],
    outside: ['node:*', 'mqtt', 'yaml'],
  },
  cli: { layers: ['*'], outside: ['node:*', 'zod'] },
  main: { layers: ['core', 'cli', 'version'], outside: [] },
};

/** The layers of the files that stand in no folder. */
const ROOT_FILES: readonly (readonly [RegExp, string])[] = [
  [/^(agent|outbox)$/, 'agent'],
  [/^(config(-[a-z]+)*|secret)$/, 'config'],
  [/^data-folder$/, 'data-folder'],
  [/^gateway(-[a-z]+)?$/, 'gateway'],
  [/^main$/, 'main'],
  [/^version$/, 'version'],
];

function layerOf(path: string): string | undefined {
  const [top, name, below] = path.split('/');
  if (top === 'devices') return 'devices';
  if (top !== 'src' || name === undefined) return undefined;
  return below === undefined ? ROOT_FILES.find(([names]) => names.test(name.replace('.ts', '')))?.[1] : name;
}

/** One line for each import that the table does not allow. */
function violations(files: readonly TextFile[]): string[] {
  return files.flatMap((file) => {
    const name = layerOf(file.path);
    const layer = name === undefined ? undefined : LAYERS[name];
    if (!layer) return [`${file.path} belongs to no layer`];
    return importsOf(file)
      .filter(({ target, isLocal, isType }) => {
        if (!isLocal) return !layer.outside.some((module) => covers(module, target));
        const other = layerOf(target);
        if (other !== undefined && (other === name || layer.layers.includes(other))) return false;
        if (other !== undefined && other !== 'main' && layer.layers.includes('*')) return false;
        return !layer.layers.includes(target) && !(isType && layer.layers.includes(`type ${target}`));
      })
      .map(({ target }) => `${file.path} imports ${target}`);
  });
}

function covers(module: string, target: string): boolean {
  return module.endsWith('*') ? target.startsWith(module.slice(0, -1)) : module === target;
}

/** One chain of files for each cycle found, type imports included. */
function cycles(files: readonly TextFile[]): string[] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      importsOf(file)
        .filter(({ isLocal }) => isLocal)
        .map(({ target }) => target),
    ]),
  );
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, chain: readonly string[]) => {
    const at = chain.indexOf(path);
    if (at >= 0) found.push([...chain.slice(at), path].join(' -> '));
    if (at >= 0 || done.has(path)) return;
    for (const target of edges.get(path) ?? []) visit(target, [...chain, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}

const sources = [...filesIn('src', '.ts'), ...filesIn('devices', '.ts')];

test('every file imports only what its layer may use', () => {
  assert.deepEqual(violations(sources), []);
});

test('no imports go in a circle', () => {
  assert.deepEqual(cycles(sources), []);
});

test('every import of every file was seen', () => {
  assert.ok(sources.length > 50);
  for (const file of sources) assert.deepEqual(unreadImports(file), [], file.path);
});

test('the table names nothing that is not there', () => {
  const used = new Set(sources.map(({ path }) => layerOf(path)));
  assert.deepEqual(
    Object.keys(LAYERS).filter((name) => !used.has(name)),
    [],
  );
  const edges = sources.flatMap((file) => importsOf(file).map(({ target }) => ({ from: layerOf(file.path), target })));
  for (const [name, { layers, outside }] of Object.entries(LAYERS)) {
    const targets = edges.filter(({ from }) => from === name).map(({ target }) => target);
    for (const allowed of layers.map((layer) => layer.replace('type ', ''))) {
      assert.ok(
        allowed === '*' || targets.some((target) => target === allowed || layerOf(target) === allowed),
        `${name} may use ${allowed} and does not: take it off the table`,
      );
    }
    for (const module of outside) {
      assert.ok(
        targets.some((target) => covers(module, target)),
        `${name} may use ${module} and does not: take it off the table`,
      );
    }
  }
});

test('detect and synthesize ask nothing of the machine: no time, no chance, no timers, no process', () => {
  for (const { path, text } of sources.filter(({ path }) => /^src\/(detect|synthesize)\//.test(path))) {
    assert.doesNotMatch(text, IMPURE, path);
  }
});

const IMPURE =
  /\b(Date\.now|new Date\(\)|performance\.|Math\.random|set(Timeout|Interval|Immediate)|process\.|fetch)\b/;

test('these checks can fail', () => {
  const file = (path: string, text: string): TextFile => ({ path, text });
  const forbidden: [string, string][] = [
    ['src/core/a.ts', "import { x } from '../distill/air.ts';"],
    ['src/core/a.ts', "import type { X } from '../agent.ts';"],
    ['src/core/a.ts', "import { readFileSync } from 'node:fs';"],
    ['src/detect/a.ts', "import {\n  x,\n  y,\n} from '../store/store.ts';"],
    ['src/synthesize/a.ts', "import { hash } from 'node:crypto';"],
    ['src/route/a.ts', "export { x } from '../store/store.ts';"],
    ['src/store/a.ts', "const x = await import('../route/mesh.ts');"],
    ['src/sense/a.ts', "import '../../devices/catalogue.ts';"],
    ['src/agent.ts', "import { x } from './cli/run.ts';"],
    ['src/agent.ts', "import { x } from './observe/log-line.ts';"],
    ['src/gateway.ts', "import { x } from './sim/air.ts';"],
    ['src/observe/a.ts', "import { x } from '../agent.ts';"],
    ['devices/a/profile.ts', "import { x } from '../../src/sense/profile.ts';"],
    ['devices/a/profile.ts', "import type { X } from '../../src/sense/serial/decoder.ts';"],
    ['src/cli/a.ts', "import { x } from '../../test/recorder.ts';"],
    ['src/cli/a.ts', "import { x } from '../main.ts';"],
    ['src/extra.ts', ''],
    ['src/utils/a.ts', ''],
  ];
  for (const [path, text] of forbidden) assert.equal(violations([file(path, text)]).length, 1, `${path}: ${text}`);
  const allowed = "// import { x } from '../agent.ts';\nimport type { X } from '../core/reading.ts';";
  assert.deepEqual(violations([file('src/detect/a.ts', allowed)]), []);

  const ring = [
    file('src/core/a.ts', "import { b } from './b.ts';"),
    file('src/core/b.ts', "import type { C } from './c.ts';"),
    file('src/core/c.ts', "export { a } from './a.ts';"),
  ];
  assert.deepEqual(cycles(ring), ['src/core/a.ts -> src/core/b.ts -> src/core/c.ts -> src/core/a.ts']);
  assert.deepEqual(cycles(ring.slice(0, 2)), []);

  const hidden = file('src/core/a.ts', 'const x = await import(`./b.ts`);');
  assert.equal(unreadImports(hidden).length, 1);
  assert.match('const at = Date.now();', IMPURE);
  assert.match('const x = Math.random();', IMPURE);
});
