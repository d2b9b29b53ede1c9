// What the bundle costs: bytes, and a start and memory beside a Node that runs nothing, in the same run.
//
// Machines are noisy: the fastest start of each is compared, because noise only adds, and the median of idle memory.
// Modules are the files that are asked for before `started`, by the bundle and by the sources, and what is built into Node.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../bench/rate.ts';
import { type Launched, openShippedAgent, type ShippedAgent } from '../bench/shipped-agent.ts';
import { ROOT } from '../source-tree.ts';

const STARTS = 9;
const IDLES = 3;
const SETTLE_MS = 5_000;
const EMPTY = `process.stdout.write('{"type":"started"}\\n'); setInterval(() => {}, 1e9);`;

export async function shippedSize() {
  using agent = await openShippedAgent();
  const empty = join(agent.folder, 'empty.cjs');
  writeFileSync(empty, EMPTY);
  await agent.launch();
  const starts: Pair[] = [];
  for (let i = 0; i < STARTS; i++) starts.push([await agent.launch(), await agent.launch({ program: [empty] })]);
  const idles: Pair[] = [];
  for (let i = 0; i < IDLES; i++) {
    const launches = [{}, { program: [empty] }].map((how) => agent.launch({ ...how, idleMs: SETTLE_MS }));
    idles.push((await Promise.all(launches)) as [Launched, Launched]);
  }
  const start = compared(starts, ({ startMs }) => startMs, fastest);
  const rss = compared(idles, ({ rssMb }) => rssMb, median);
  const sources = [join(ROOT, 'src/qis.cjs'), 'run', '--json'];
  return {
    bundle_bytes: folderBytes(join(agent.folder, 'dist')),
    start_ms_min: Math.round(start.ours),
    start_ratio: start.ratio,
    rss_mb_idle: round(rss.ours, 10),
    rss_ratio: rss.ratio,
    modules_bundle: await modules(agent),
    modules_source: await modules(agent, sources),
  };
}

/** The agent, and the Node that runs nothing. */
type Pair = readonly [Launched, Launched];

type Figure = (launched: Launched) => number;
type Choice = (values: readonly number[]) => number;

const fastest: Choice = (values) => Math.min(...values);

function compared(pairs: readonly Pair[], figure: Figure, choose: Choice): { ours: number; ratio: number } {
  const [ours, bare] = [choose(pairs.map(([one]) => figure(one))), choose(pairs.map(([, other]) => figure(other)))];
  return { ours, ratio: round(ours / bare, 100) };
}

async function modules(agent: ShippedAgent, program?: readonly string[]) {
  const log = join(agent.folder, 'modules.log');
  writeFileSync(log, '');
  const preload = new URL('./module-log.ts', import.meta.url);
  preload.searchParams.set('log', log);
  await agent.launch({ ...(program && { program }), flags: ['--import', preload.href] });
  const urls = [...new Set(readFileSync(log, 'utf8').trim().split('\n'))];
  const files = urls.filter((url) => url.startsWith('file:'));
  return {
    files: files.length,
    of_packages: files.filter((url) => url.includes('/node_modules/')).length,
    built_in: urls.length - files.length,
  };
}

function folderBytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

const round = (value: number, to: number): number => Math.round(value * to) / to;
