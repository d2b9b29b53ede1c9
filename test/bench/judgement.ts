// `npm run -s bench -- judgement --json`: what a network tells of real recordings, held against truth that is not ours.
//
//     recordings ──(faults put in, by seed)──> qis replay ──alerts──> scorers ──> a row; rivals go the same way
//
// Recordings and scorers are not part of the project: they are looked for in ../shared, and a run without them says that
// it was skipped. Writes the same as judgement.json into the folder it is called in.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { loadManifest } from '../../src/cli/replay-manifest.ts';
import { ROOT } from '../source-tree.ts';
import { type RivalName, rivalAlerts } from './rivals.ts';

const SHARED = join(ROOT, '../shared');
const SEEDS = [7, 11];
const RIVALS: readonly RivalName[] = ['threshold', 'buddy'];
const ALBANY_ALARM = 35.4;
const BEIJING_ALARM = 75;

export async function benchJudgement(): Promise<Record<string, unknown>> {
  if (!existsSync(join(SHARED, 'score/albany.py'))) return { skipped: `there are no recordings in ${SHARED}` };
  const folder = mkdtempSync(join(tmpdir(), 'qis-judgement-'));
  const startMs = performance.now();
  try {
    const albany: Record<string, unknown> = {};
    for (const channel of ['a', 'b', 'both'] as const) await addAlbany(albany, channel, folder);
    const beijing: Record<string, unknown> = {};
    for (const seed of SEEDS) await addBeijing(beijing, seed, folder);
    const result = { albany, beijing, seeds: SEEDS, took_s: Math.round((performance.now() - startMs) / 1000) };
    writeFileSync('judgement.json', `${JSON.stringify(result, undefined, 2)}\n`);
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function addAlbany(rows: Record<string, unknown>, channel: 'a' | 'b' | 'both', folder: string): Promise<void> {
  const manifest = join(folder, `albany-${channel}.yaml`);
  writeFileSync(manifest, albanyManifest(channel));
  const data = join(SHARED, 'data/purpleair_albany');
  const scored = channel === 'b' ? 'b' : 'a';
  const score = (alerts: string) => scoreOf('albany.py', [alerts, '--data', data, '--channel', scored]);
  rows[`${channel}_mesh`] = score(replay({ manifest, data, folder }).alerts);
  rows[`${channel}_alone`] = score(replay({ manifest, data, folder, alone: true }).alerts);
  if (channel === 'both') return;
  for (const rival of RIVALS) {
    const alerts = join(folder, `${rival}.csv`);
    writeFileSync(alerts, await rivalAlerts(rival, loadManifest(manifest, data), ALBANY_ALARM));
    rows[`${channel}_${rival}`] = score(alerts);
  }
}

function albanyManifest(channel: 'a' | 'b' | 'both'): string {
  const manifest = parse(readFileSync(join(ROOT, 'examples/purpleair-albany.yaml'), 'utf8'));
  const [first, ...rest] = manifest.readings as { column: string; channel?: string }[];
  const { channel: _, ...main } = first!;
  const second = { ...main, column: 'pm2.5_cf_1_b' };
  const lasers = {
    a: [main],
    b: [second],
    both: [
      { ...main, channel: 'a' },
      { ...second, channel: 'b' },
    ],
  };
  return stringify({ ...manifest, readings: [...lasers[channel], ...rest] });
}

async function addBeijing(rows: Record<string, unknown>, seed: number, folder: string): Promise<void> {
  const data = join(folder, `beijing-${seed}`);
  scorer('inject.py', ['make', join(SHARED, 'data/beijing12'), data, '--seed', `${seed}`]);
  const manifest = join(ROOT, 'examples/beijing12.yaml');
  const score = (alerts: string) => scoreOf('inject.py', ['score', alerts, data]);
  const { alerts, report } = replay({ manifest, data, folder });
  const { advisories, persistence, neighbours_persistence } = report.total;
  rows[`seed_${seed}_mesh`] = { ...score(alerts), advisories, persistence, neighbours_persistence };
  for (const rival of RIVALS) {
    const file = join(folder, `${rival}.csv`);
    writeFileSync(file, await rivalAlerts(rival, loadManifest(manifest, data), BEIJING_ALARM));
    rows[`seed_${seed}_${rival}`] = score(file);
  }
}

interface Replay {
  readonly manifest: string;
  readonly data: string;
  readonly folder: string;
  readonly alone?: boolean;
}

/** In a process of its own: a replay takes the whole of one. */
function replay({ manifest, data, folder, alone = false }: Replay) {
  const alerts = join(folder, 'alerts.csv');
  const args = [join(ROOT, 'src/main.ts'), 'replay', manifest, '--data', data, '--out', alerts, '--json'];
  const stdout = execFileSync(process.execPath, alone ? [...args, '--alone'] : args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { alerts, report: JSON.parse(stdout) as { total: Record<string, unknown> } };
}

const scoreOf = (name: string, args: readonly string[]): Record<string, unknown> =>
  JSON.parse(scorer(name, [...args, '--json']));

function scorer(name: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('python3', [join(SHARED, 'score', name), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
  return stdout;
}
