// `npm run -s check:metafor [-- --write]`: pools metafor's own data sets, read from R as it runs, and compares to 1e-6; and
// our made sites, whose results --write puts into metafor.json for the tests.
//
// metafor's data are not in this repository. Where R or metafor is missing one line says so, and nothing is compared.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pool, poolMeans, poolProportions } from '../../src/synthesize/pool.ts';
import { type Estimate, randomEffects, type Vote } from '../../src/synthesize/pooling/random-effects.ts';
import { findProgram } from '../programs.ts';
import { asSites, site, votesOf, WORLDS } from './sites.ts';

const TOLERANCE = 1e-6;
const RESULTS = join(import.meta.dirname, 'metafor.json');
const MISSING =
  'not compared: R with metafor is missing (apt-get install --no-install-recommends r-base-core r-cran-metafor)';

/** By set, convention and field. */
type Results = Record<string, Record<string, Record<string, number>>>;

interface Spoken {
  readonly results: Results;
  readonly votes: Record<string, Vote[]>;
  readonly counts: Record<string, number[][]>;
}

function leave(message: string, code: number): never {
  process.stdout.write(`${message}\n`);
  process.exit(code);
}

function ask(mode: 'sets' | 'ours', input = ''): Spoken {
  const rscript = findProgram('Rscript') ?? leave(MISSING, process.env.QIS_REQUIRE === 'all' ? 1 : 0);
  const ran = spawnSync(rscript, [join(import.meta.dirname, 'metafor.R'), mode], { input, encoding: 'utf8' });
  if (/no package called .metafor/.test(ran.stderr)) leave(MISSING, process.env.QIS_REQUIRE === 'all' ? 1 : 0);
  if (ran.status !== 0) leave(`R failed: ${ran.stderr.trim()}`, 1);
  const spoken: Spoken = { results: {}, votes: {}, counts: {} };
  for (const line of ran.stdout.trim().split('\n')) {
    const [kind, set, ...rest] = line.split(',') as [string, string, ...string[]];
    if (kind === 'data') {
      const [effect, variance] = rest.map(Number) as [number, number];
      spoken.votes[set] ??= [];
      spoken.votes[set].push({ effect, variance, trust: 1 });
    } else if (kind === 'result') {
      const [convention, field, value] = rest as [string, string, string];
      spoken.results[set] ??= {};
      spoken.results[set][convention] ??= {};
      spoken.results[set][convention][field] = Number(value);
    } else {
      spoken.counts[set] ??= [];
      spoken.counts[set].push(rest.map(Number));
    }
  }
  return spoken;
}

/** The greatest difference, relative to what is greater than 1. */
function difference(said: Readonly<Record<string, number>>, estimate: Estimate): number {
  const { prediction, ...plain } = estimate;
  const ours: Record<string, number> = {
    ...plain,
    // metafor's prediction interval of one study is its confidence interval.
    predictionLow: prediction?.low ?? estimate.low,
    predictionHigh: prediction?.high ?? estimate.high,
  };
  return Math.max(
    ...Object.entries(said).map(([field, value]) => Math.abs(ours[field]! - value) / Math.max(1, Math.abs(value))),
  );
}

let worst = 0;
function report(set: string, votes: number, found: number): void {
  worst = Math.max(worst, found);
  process.stdout.write(
    `${set.padEnd(24)} ${String(votes).padStart(4)} sites   greatest difference ${found.toExponential(1)}\n`,
  );
}

const own = ask('sets');
for (const [set, votes] of Object.entries(own.votes)) {
  const said = own.results[set]!;
  const found = [
    difference(said.knha!, pool(asSites(votes), { isGuarded: false }).estimate!),
    difference(said.adhoc!, randomEffects(votes, { spreadMin: 1 })),
  ];
  const counts = own.counts[set] ?? [];
  const figures = counts[0]?.length;
  if (figures === 2) {
    const sites = counts.map(([events, samples], i) => ({ ...site(i), events: events!, samples: samples! }));
    found.push(difference(said.knha!, poolProportions(sites, { isGuarded: false }).estimate!));
  }
  if (figures === 3) {
    const sites = counts.map(([mean, sd, samples], i) => ({ ...site(i), mean: mean!, sd: sd!, samples: samples! }));
    found.push(difference(said.knha!, poolMeans(sites, { isGuarded: false }).estimate!));
  }
  report(set, votes.length, Math.max(...found));
}

const made = Object.entries(WORLDS).map(([set, world]) => [set, votesOf(world)] as const);
const lines = made.flatMap(([set, votes]) =>
  votes.map(({ effect, variance, trust }) => [set, effect, variance, trust].join(',')),
);
const ours = ask('ours', `${lines.join('\n')}\n`).results;
for (const [set, votes] of made) {
  const { knha, adhoc, trusted } = ours[set]!;
  const found = trusted
    ? [difference(trusted, randomEffects(votes))]
    : [difference(knha!, randomEffects(votes)), difference(adhoc!, randomEffects(votes, { spreadMin: 1 }))];
  report(`made: ${set}`, votes.length, Math.max(...found));
}

const text = `${JSON.stringify(ours, null, 2)}\n`;
if (process.argv.includes('--write')) writeFileSync(RESULTS, text);
else if (readFileSync(RESULTS, 'utf8') !== text)
  process.stdout.write('metafor.json is not what this R says to the last digit\n');
if (!(worst <= TOLERANCE)) leave(`differs by more than ${TOLERANCE}`, 1);
