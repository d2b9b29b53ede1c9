// `qis score`: how unusual each value of a folder of recordings is, by the measure of a detector.
//
//     <dir>/**/*.csv ──> columns timestamp and value ──> one scorer a file ──> the same path below --out
//
// Invariant: no file that is read is ever written to, and a file that fails does not stop the others.
import { mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { plainLine } from '../core/plain-text.ts';
import { DETECTOR_NAMES, type DetectorName, isDetectorName, scorerNamed } from '../detect/registry.ts';
import { type Command, INTERRUPTED, type Io, parseArguments } from './command.ts';
import { type RowReason, scoreFile } from './score-file.ts';

export const command: Command = {
  summary: 'say how unusual each value of recorded series is',
  usage: `usage: qis score <folder> --out <folder> [--detector <name>] [--json]

  Reads every .csv file below the folder that has the columns timestamp and value, and writes the same path below --out
  with timestamp,value,anomaly_score. One value at a time: a score knows nothing of what comes after it.

  --out <folder>     where the scores go; folders are made, files from before are replaced
  --detector <name>  ${DETECTOR_NAMES.join(', ')}; shape when absent
  --json             figures on standard output as one JSON object

  shape: 0 usual, about 6 unusual. departure: spreads from what is usual at that hour. threshold: the value itself.
  A row whose value is no number keeps its place with a score of 0, and is counted.
`,
  run,
};

async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(
    args,
    {
      out: { type: 'string' },
      detector: { type: 'string', default: 'shape' },
      json: { type: 'boolean', default: false },
    },
    1,
  );
  const [folder] = positionals;
  if (folder === undefined) throw new OperatingError('usage', 'name the folder: qis score <folder> --out <folder>');
  if (values.out === undefined) throw new OperatingError('usage', 'say where the scores go: --out <folder>');
  const detector = named(values.detector);
  const files = recordings(resolve(io.cwd, folder), resolve(io.cwd, values.out));
  const figures = await scoreAll(files, detector, io);
  if (io.signal.aborted) return INTERRUPTED;
  if (figures.files === 0 && figures.failed === 0)
    throw new OperatingError('input_unreadable', `no .csv below ${folder} has the columns timestamp and value`);
  io.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : words(figures, values.out));
  return figures.failed === 0 ? 0 : 1;
}

function named(name: string): DetectorName {
  if (isDetectorName(name)) return name;
  const known = didYouMean(name, DETECTOR_NAMES) || `; known are ${DETECTOR_NAMES.join(', ')}`;
  throw new OperatingError('usage', `--detector: "${name}" is not known${known}`);
}

interface Recording {
  readonly source: string;
  readonly target: string;
}

/** @throws OperatingError input_unreadable; output_unwritable when a recording would be written over */
function recordings(folder: string, out: string): Recording[] {
  const paths = csvPaths(folder);
  const [from, to] = [realpathSync(folder), realPath(out)];
  if (to === from || to.startsWith(from + sep)) {
    throw new OperatingError('output_unwritable', '--out lies inside the folder that is read; name another one');
  }
  const read = new Set(paths.map((path) => realpathSync(join(folder, path))));
  return paths.map((path) => {
    const target = join(out, path);
    if (read.has(realPath(target)))
      throw new OperatingError('output_unwritable', `${target} is read itself; name another --out`);
    return { source: join(folder, path), target };
  });
}

function csvPaths(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;
    return entries
      .filter(({ name }) => name.toLowerCase().endsWith('.csv'))
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter(isFile)
      .map((path) => relative(folder, path))
      .sort();
  } catch (cause) {
    throw new OperatingError('input_unreadable', `cannot read ${folder}: ${reasonOf(cause)}`, { cause });
  }
}

/** Links followed as far as the path is there. */
function realPath(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realPath(parent), relative(parent, path));
}

interface Figures {
  readonly detector: DetectorName;
  files: number;
  rows: number;
  /** Files without the two columns. */
  passed_over: number;
  failed: number;
  readonly not_scored: Record<RowReason, number>;
}

async function scoreAll(files: readonly Recording[], detector: DetectorName, io: Io): Promise<Figures> {
  const figures: Figures = {
    detector,
    files: 0,
    rows: 0,
    passed_over: 0,
    failed: 0,
    not_scored: { bad_row: 0, bad_value: 0, bad_time: 0 },
  };
  for (const file of files) {
    if (io.signal.aborted) break;
    try {
      await scoreOne(file, figures, io);
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error;
      figures.failed++;
      io.stderr.write(`${error.message}\n`);
    }
  }
  return figures;
}

async function scoreOne({ source, target }: Recording, figures: Figures, io: Io): Promise<void> {
  try {
    mkdirSync(dirname(target), { recursive: true });
  } catch (cause) {
    throw new OperatingError('output_unwritable', `cannot make ${dirname(target)}: ${reasonOf(cause)}`, { cause });
  }
  const scored = await scoreFile({ source, target }, scorerNamed(figures.detector), io.signal);
  if (!scored) {
    figures.passed_over++;
    io.stderr.write(`${plainLine(source)}: no columns timestamp and value; passed over\n`);
    return;
  }
  figures.files++;
  figures.rows += scored.rows;
  for (const reason of Object.keys(scored.notScored) as RowReason[]) {
    figures.not_scored[reason] += scored.notScored[reason];
  }
}

function words({ detector, files, rows, passed_over, failed, not_scored }: Figures, out: string): string {
  const { bad_row, bad_value, bad_time } = not_scored;
  const bad = bad_row + bad_value + bad_time;
  const parts = [
    ...(bad > 0
      ? [`${bad} rows without a score (${bad_value} no number, ${bad_time} no time, ${bad_row} no row)`]
      : []),
    ...(passed_over > 0 ? [`${passed_over} files passed over`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  return `${detector}: ${rows} rows of ${files} files scored to ${out}${parts.map((part) => `; ${part}`).join('')}\n`;
}
