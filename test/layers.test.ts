import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { filesIn, importsOf, type TextFile, unreadImports } from './source-tree.ts';

/** What a layer may import: other layers (`*` is any but main), and modules from outside (`node:*` is all that Node has). */
interface Layer {
  readonly layers: readonly string[];
  readonly outside: readonly string[];
}

const LAYERS: Readonly<Record<string, Layer>> = {
  core: { layers: [], outside: ['node:timers/promises'] },
  packet: { layers: ['core'], outside: ['node:*', '@noble/curves/ed25519.js', 'cbor-x'] },
  detect: { layers: ['core'], outside: [] },
  distill: { layers: ['core', 'packet'], outside: [] },
  synthesize: { layers: ['core', 'packet', 'distill'], outside: [] },
  sense: { layers: ['core'], outside: ['node:*', '@bufbuild/protobuf/wire', 'cbor-x', 'mqtt', 'serialport'] },
  route: { layers: ['core', 'packet'], outside: ['node:*', 'aedes', 'cbor-x', 'mqtt'] },
  store: { layers: ['core'], outside: ['node:*', 'better-sqlite3'] },
  observe: {
    layers: [
      'core',
      'type src/synthesize/alarm/grounds.ts',
      'type src/synthesize/explained.ts',
      'type src/synthesize/explanation.ts',
      'type src/synthesize/told-grounds.ts',
    ],
    outside: ['node:*'],
  },
  devices: { layers: ['type src/sense/convention/convention-profile.ts', 'type src/sense/profile.ts'], outside: [] },
  config: {
    layers: [
      'core',
      'src/detect/registry.ts',
      'src/distill/place-dimensions.ts',
      'src/packet/key-text.ts',
      'src/packet/outcome.ts',
      'src/packet/word.ts',
      'src/sense/checksum/check-kinds.ts',
      'type src/sense/convention/convention.ts',
      'type src/sense/convention/convention-profile.ts',
      'type src/sense/convention/flat-json.ts',
      'src/sense/serial/modbus-model.ts',
      'src/sense/serial/number-reader.ts',
      'src/sense/profile.ts',
      'src/sense/replay/timestamp.ts',
    ],
    outside: ['node:*', 'yaml', 'zod'],
  },
  gateway: {
    layers: [
      'core',
      'packet',
      'sense',
      'detect',
      'distill',
      'route',
      'store',
      'observe',
      'synthesize',
      'config',
      'agent',
      'devices',
    ],
    outside: ['node:*', 'mqtt-packet', 'node-cron'],
  },
  sim: {
    layers: ['core', 'packet', 'sense', 'distill', 'route', 'store', 'synthesize', 'agent', 'gateway'],
    outside: ['node:*', 'mqtt', 'yaml'],
  },
  client: {
    layers: ['core', 'src/observe/control-address.ts', 'src/observe/control-client.ts'],
    outside: ['node:*', 'yaml'],
  },
  cli: { layers: ['*'], outside: ['node:*', 'zod'] },
  // The files that stand in src/ itself.
  agent: { layers: ['core', 'packet', 'detect', 'distill', 'route', 'store', 'synthesize'], outside: [] },
  main: { layers: ['core', 'cli', 'version'], outside: [] },
  version: { layers: ['package.json'], outside: [] },
};

/** The files that stand in no folder, and their layers: these four and no others. */
const ROOT_FILES: Readonly<Record<string, string>> = {
  'agent.ts': 'agent',
  'outbox.ts': 'agent',
  'main.ts': 'main',
  'version.ts': 'version',
};

function layerOf(path: string): string | undefined {
  const [top, name, below] = path.split('/');
  if (top === 'devices') return 'devices';
  if (top !== 'src' || name === undefined) return undefined;
  return below === undefined ? ROOT_FILES[name] : name;
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

/** The folder of a file, or the file itself where it stands beside folders: `src/sense/serial`, `src/sense/probe.ts`. */
function roomOf(path: string): string {
  const folder = dirname(path);
  return FOLDERS.has(folder) ? path : folder;
}

/** One chain for each circle found among files or among their rooms, type imports included. */
function cycles(files: readonly TextFile[], roomOf = (path: string) => path): string[] {
  const edges = new Map<string, Set<string>>();
  for (const file of files) {
    const from = roomOf(file.path);
    const targets = edges.get(from) ?? new Set();
    edges.set(from, targets);
    for (const { target, isLocal } of importsOf(file))
      if (isLocal && roomOf(target) !== from) targets.add(roomOf(target));
  }
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (room: string, chain: readonly string[]) => {
    const at = chain.indexOf(room);
    if (at >= 0) found.push([...chain.slice(at), room].join(' -> '));
    if (at >= 0 || done.has(room)) return;
    for (const target of edges.get(room) ?? []) visit(target, [...chain, room]);
    done.add(room);
  };
  for (const room of edges.keys()) visit(room, []);
  return found;
}

const sources = [...filesIn('src', '.ts'), ...filesIn('devices', '.ts')];
/** Those that hold folders. */
const FOLDERS = new Set(sources.map(({ path }) => dirname(dirname(path))));

test('every file imports only what its layer may use', () => {
  assert.deepEqual(violations(sources), []);
});

test('no imports go in a circle, neither between files nor between folders', () => {
  assert.deepEqual(cycles(sources), []);
  assert.deepEqual(cycles(sources, roomOf), []);
});

test('src/ itself holds four files and the launcher', () => {
  const root = filesIn('src').filter(({ path }) => dirname(path) === 'src');
  assert.deepEqual(
    root.map(({ path }) => path.slice('src/'.length)),
    ['agent.ts', 'main.ts', 'outbox.ts', 'qis.cjs', 'qis.sh', 'version.ts'],
  );
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
    ['src/packet/a.ts', "import { x } from '../distill/condition.ts';"],
    ['src/route/a.ts', "import { x } from '../distill/condition.ts';"],
    ['src/gateway/a.ts', "import { x } from '../cli/run.ts';"],
    ['src/core/a.ts', "import type { X } from '../agent.ts';"],
    ['src/core/a.ts', "import { readFileSync } from 'node:fs';"],
    ['src/detect/a.ts', "import {\n  x,\n  y,\n} from '../store/store.ts';"],
    ['src/synthesize/a.ts', "import { hash } from 'node:crypto';"],
    ['src/route/a.ts', "export { x } from '../store/store.ts';"],
    ['src/store/a.ts', "const x = await import('../route/mesh.ts');"],
    ['src/sense/a.ts', "import '../../devices/catalogue.ts';"],
    ['src/agent.ts', "import { x } from './cli/run.ts';"],
    ['src/agent.ts', "import { x } from './observe/log-line.ts';"],
    ['src/gateway/gateway.ts', "import { x } from '../sim/air.ts';"],
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

  const rooms = [
    file('src/sense/serial/a.ts', "import { b } from '../bridge/b.ts';"),
    file('src/sense/bridge/b.ts', ''),
    file('src/sense/bridge/c.ts', "import type { D } from '../serial/d.ts';"),
    file('src/sense/serial/d.ts', ''),
  ];
  assert.deepEqual(cycles(rooms), []);
  assert.deepEqual(cycles(rooms, roomOf), ['src/sense/serial -> src/sense/bridge -> src/sense/serial']);
  // What stands beside folders is a room of its own: probe.ts may use them, and they sink.ts.
  const beside = [
    file('src/sense/probe.ts', "import { a } from './serial/a.ts';"),
    file('src/sense/serial/a.ts', "import type { Sink } from '../sink.ts';"),
  ];
  assert.deepEqual(cycles(beside, roomOf), []);

  const hidden = file('src/core/a.ts', 'const x = await import(`./b.ts`);');
  assert.equal(unreadImports(hidden).length, 1);
  assert.match('const at = Date.now();', IMPURE);
  assert.match('const x = Math.random();', IMPURE);
});
