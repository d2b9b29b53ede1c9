// `npm run -s bench -- judgement --json [--only <part>]`: what a network tells of real recordings, held against truth that
// is not ours.
//
//     recordings ──(faults put in, by seed)──> gateways of a replay ──alerts──> scorers ──> a row; rivals go the same way
//
// Recordings and scorers are not part of the project: they are looked for in ../shared, and a run without them says that
// it was skipped. Each row is written into judgement.json, in the folder this is called in, as soon as it is there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadManifest } from '../../src/cli/replay-manifest.ts';
import { ROOT } from '../source-tree.ts';
import { honestOf, liarRows, plainRows, valueRows } from './lying.ts';
import { alertsText } from './network-run.ts';
import { readRecordings } from './recordings.ts';
import { type RivalName, rivalAlerts } from './rivals.ts';
import { clockRows, idsOf, type Keep, lossRows, secondsSince, subsetRows, weightRows } from './robustness.ts';
import { SHARED, scoreOf, scorer } from './scorers.ts';
import { ALBANY_ALARM, albanyManifest, BEIJING_ALARM, type Months, openAlbany, openBeijing } from './site.ts';

const SEEDS = [7, 11];
const SEED = 7;
const RIVALS: readonly RivalName[] = ['threshold', 'buddy'];
/** What is run many times is run on these: 132 of Albany's 216 events. */
const ALBANY_MONTHS: Months = { from: '2023-08-20', until: '2024-01-16' };
/** Where there are the most rows: 89 of the events. */
const ALBANY_WINTER: Months = { from: '2023-11-01', until: '2024-01-16' };
const BEIJING_HALF_YEAR: Months = { from: '2013-08-01', until: '2014-02-01' };

type Part = (folder: string, keep: Keep) => Promise<void>;

const PARTS: Readonly<Record<string, Part>> = {
  async tables(folder, keep) {
    for (const channel of ['a', 'b', 'both'] as const) await albanyTable(channel, folder, keep);
    for (const seed of SEEDS) await beijingTable(seed, folder, keep);
  },
  async plain(folder, keep) {
    for (const laser of ['b', 'a'] as const) {
      const honest = honestOf(await openAlbany(laser, folder, ALBANY_MONTHS));
      await plainRows(honest, { counts: [2, 4], lies: ['high', 'low'], seed: SEED }, keep);
      await valueRows(honest, { count: 2, seed: SEED }, keep);
    }
    const honest = honestOf(await openBeijing(SEED, folder));
    await plainRows(honest, { counts: [3, 4], lies: ['high'], seed: SEED }, keep);
  },
  async weights(folder, keep) {
    for (const laser of ['a', 'b'] as const) await weightRows(await openAlbany(laser, folder), keep);
  },
  async loss(folder, keep) {
    for (const laser of ['a', 'b'] as const) await lossRows(await openAlbany(laser, folder, ALBANY_WINTER), SEED, keep);
    await lossRows(await openBeijing(SEED, folder), SEED, keep);
  },
  async subsets(folder, keep) {
    for (const laser of ['a', 'b'] as const)
      await subsetRows(await openAlbany(laser, folder, ALBANY_WINTER), SEED, keep);
  },
  clocks: async (folder, keep) => clockRows(await openAlbany('b', folder, ALBANY_WINTER), keep),
  async liars(folder, keep) {
    await liarRows(honestOf(await openAlbany('b', folder, ALBANY_WINTER)), SEED, keep);
    await liarRows(honestOf(await openBeijing(SEED, folder, BEIJING_HALF_YEAR)), SEED, keep);
  },
};

/** @param only parts to run, with commas between; the others stay in the file as they are */
export async function benchJudgement(only?: string): Promise<Record<string, unknown>> {
  if (!existsSync(join(SHARED, 'score/albany.py'))) return { skipped: `there are no recordings in ${SHARED}` };
  const names = only?.split(',') ?? Object.keys(PARTS);
  for (const name of names)
    if (!PARTS[name])
      throw new Error(`"${name}" is not a part of judgement; known are ${Object.keys(PARTS).join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'qis-judgement-'));
  const result = readResult();
  try {
    for (const name of names) {
      const startMs = performance.now();
      const rows: Record<string, unknown> = {};
      result[name] = rows;
      await PARTS[name]!(folder, (row, figures) => {
        rows[row] = figures;
        rows.took_s = secondsSince(startMs);
        process.stderr.write(`${name}: ${row} (${rows.took_s} s)\n`);
        writeFileSync(FILE, `${JSON.stringify(result, undefined, 2)}\n`);
      });
    }
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const FILE = 'judgement.json';

function readResult(): Record<string, unknown> {
  const months = { albany: ALBANY_MONTHS, albany_winter: ALBANY_WINTER, beijing_half_year: BEIJING_HALF_YEAR };
  const before = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
  const kept = Object.entries(before).filter(([name]) => PARTS[name]);
  return { seeds: SEEDS, months, ...Object.fromEntries(kept) };
}

async function albanyTable(channel: 'a' | 'b' | 'both', folder: string, keep: Keep): Promise<void> {
  const manifest = join(folder, `albany-${channel}.yaml`);
  writeFileSync(manifest, albanyManifest(channel));
  const data = join(SHARED, 'data/purpleair_albany');
  const scored = channel === 'b' ? 'b' : 'a';
  const score = (alerts: string) => scoreOf('albany.py', [alerts, '--data', data, '--channel', scored]);
  keep(`albany ${channel} mesh`, score(replay({ manifest, data, folder }).alerts));
  keep(`albany ${channel} alone`, score(replay({ manifest, data, folder, alone: true }).alerts));
  if (channel === 'both') return;
  await rivalTable({ manifest, data, folder, alarm: ALBANY_ALARM }, (rival, alerts) =>
    keep(`albany ${channel} ${rival}`, score(alerts)),
  );
}

async function beijingTable(seed: number, folder: string, keep: Keep): Promise<void> {
  const data = join(folder, `beijing-${seed}`);
  scorer('inject.py', ['make', join(SHARED, 'data/beijing12'), data, '--seed', `${seed}`]);
  const manifest = join(ROOT, 'examples/beijing12.yaml');
  const score = (alerts: string) => scoreOf('inject.py', ['score', alerts, data]);
  const { alerts, report } = replay({ manifest, data, folder });
  const { advisories, persistence, neighbours_persistence } = report.total;
  keep(`beijing ${seed} mesh`, { ...score(alerts), advisories, persistence, neighbours_persistence });
  await rivalTable({ manifest, data, folder, alarm: BEIJING_ALARM }, (rival, file) =>
    keep(`beijing ${seed} ${rival}`, score(file)),
  );
}

async function rivalTable(
  { manifest, data, folder, alarm }: { manifest: string; data: string; folder: string; alarm: number },
  told: (rival: RivalName, alerts: string) => void,
): Promise<void> {
  const recordings = await readRecordings(loadManifest(manifest, data));
  for (const rival of RIVALS) {
    const file = join(folder, `${rival}.csv`);
    writeFileSync(file, alertsText(rivalAlerts({ rival, recordings, alarm }), new Set(idsOf(recordings))));
    told(rival, file);
  }
}

interface Replay {
  readonly manifest: string;
  readonly data: string;
  readonly folder: string;
  readonly alone?: boolean;
}

/** By the command itself, in a process of its own. */
function replay({ manifest, data, folder, alone = false }: Replay) {
  const alerts = join(folder, 'alerts.csv');
  const args = [join(ROOT, 'src/main.ts'), 'replay', manifest, '--data', data, '--out', alerts, '--json'];
  const stdout = execFileSync(process.execPath, alone ? [...args, '--alone'] : args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { alerts, report: JSON.parse(stdout) as { total: Record<string, unknown> } };
}
