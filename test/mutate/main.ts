// `npm run -s mutate -- [--only <name or folder>] [--jobs <n>] [--json]`: do the tests notice deliberate mistakes?
//
// Works on a copy of the tree. Exits 0 only when every mutation was killed: a survivor is a test that is missing, and a
// stale or untested mutation is one that proves nothing any more.
import { parseArgs } from 'node:util';
import { ROOT } from '../source-tree.ts';
import { MUTATIONS } from './catalogue.ts';
import { chosen } from './mutation.ts';
import { type Trial, tryMutations, type Verdict } from './trial.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
const jobs = Number(values.jobs);
const mutations = chosen(MUTATIONS, values.only);
if (mutations.length === 0 || !Number.isInteger(jobs) || jobs < 1) {
  process.stderr.write('--only takes the name of a mutation, a file or a folder; --jobs a number from 1\n');
  process.exit(2);
}
// So that the copies go when somebody stops it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const trials = await tryMutations(mutations, { root: ROOT, jobs, onTrial: values.json ? () => {} : tell });
const of = (verdict: Verdict) => trials.filter((trial) => trial.verdict === verdict);
const [killed, ...rest] = (['killed', 'survived', 'stale', 'untested'] as const).map(of);
if (values.json) process.stdout.write(`${JSON.stringify(figures())}\n`);
else process.stdout.write(`${rest.flat().map(described).join('')}${summary()}\n`);
process.exitCode = killed!.length === trials.length ? 0 : 1;

function tell({ verdict, name, seconds }: Trial): void {
  process.stdout.write(`${verdict.padEnd(9)} ${name} (${seconds.toFixed(1)} s)\n`);
}

function figures() {
  const [survived, stale, untested] = rest;
  return { mutations: trials.length, killed: killed!.length, survived, stale, untested };
}

function summary(): string {
  const [survived, stale, untested] = rest.map(({ length }) => length);
  return `${trials.length} mutations: ${killed!.length} killed, ${survived} survived, ${stale} stale, ${untested} untested`;
}

function described({ verdict, name, file, find, replace, ran, why }: Trial): string {
  const marked = (sign: string, text: string) =>
    text
      .split('\n')
      .map((line) => `  ${sign} ${line}\n`)
      .join('');
  const after = why === '' ? `  ran ${ran.join(', ')}\n` : `  ${why}\n`;
  return `\n${verdict}: ${name}\n  ${file}\n${marked('-', find)}${marked('+', replace)}${after}`;
}
