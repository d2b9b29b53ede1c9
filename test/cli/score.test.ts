import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DETECTOR_NAMES } from '../../src/detect/registry.ts';
import { ShapeScorer } from '../../src/detect/shape-score.ts';
import { normal, seeded } from '../detect/series.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { qis } from './qis.ts';

const gauss = normal(seeded(1));
const VALUES = Array.from({ length: 1_200 }, (_, at) => (12 + gauss() + (at >= 1_000 ? 30 : 0)).toFixed(2));
const timeOf = (at: number) =>
  new Date(Date.UTC(2026, 0, 1) + at * 300_000).toISOString().slice(0, 19).replace('T', ' ');
const series = (values: readonly string[]) =>
  `timestamp,value\n${values.map((value, at) => `${timeOf(at)},${value}`).join('\n')}\n`;

/** A folder `in` with these files, in a folder of its own. */
function folderOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'in'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'in', path)), { recursive: true });
    writeFileSync(join(folder, 'in', path), text);
  }
  return folder;
}

const linesOf = (...path: string[]) =>
  readFileSync(join(...path), 'utf8')
    .trimEnd()
    .split('\n');
const scoreOf = (line: string) => Number(line.slice(line.lastIndexOf(',') + 1));

test('every recording below the folder gets its scores at the same path, times and values as they stood', async (t) => {
  const folder = folderOf(t, { 'a.csv': series(VALUES), 'deep/er/b.CSV': series(VALUES.slice(0, 5)), 'note.txt': 'x' });
  const before = readFileSync(join(folder, 'in', 'a.csv'), 'utf8');
  const { code, stdout, stderr } = await qis(['score', 'in', '--out', 'far/out', '--json'], folder);
  assert.deepEqual([code, stderr], [0, '']);
  assert.deepEqual(JSON.parse(stdout), {
    detector: 'shape',
    files: 2,
    rows: 1_205,
    passed_over: 0,
    failed: 0,
    not_scored: { bad_row: 0, bad_value: 0, bad_time: 0 },
  });
  assert.deepEqual(readdirSync(join(folder, 'far/out'), { recursive: true }).sort(), [
    'a.csv',
    'deep',
    'deep/er',
    'deep/er/b.CSV',
  ]);
  const [head, ...rows] = linesOf(folder, 'far/out/a.csv');
  assert.equal(head, 'timestamp,value,anomaly_score');
  const scorer = new ShapeScorer();
  const expected = VALUES.map((value, at) => `${timeOf(at)},${value},${Number(scorer.next(Number(value)).toFixed(6))}`);
  assert.deepEqual(rows, expected);
  assert.ok(scoreOf(rows[1_000]!) > 6);
  assert.equal(readFileSync(join(folder, 'in', 'a.csv'), 'utf8'), before);
});

test('a score knows nothing of what comes after it', async (t) => {
  const folder = folderOf(t, { 'whole.csv': series(VALUES), 'part.csv': series(VALUES.slice(0, 700)) });
  assert.equal((await qis(['score', 'in', '--out', 'out'], folder)).code, 0);
  assert.deepEqual(linesOf(folder, 'out/part.csv'), linesOf(folder, 'out/whole.csv').slice(0, 701));
});

test('rows that cannot be scored keep their place and are counted by reason; other columns and CR LF do no harm', async (t) => {
  const rows = ['id,value,timestamp', '1,5.0,2026-01-01', '2,,x', '3,NaN,x', '4,"1,5",x', '5', '6, 7 ,"a ""b"", c"'];
  const folder = folderOf(t, { 'a.csv': `\ufeff${rows.join('\r\n')}` });
  const { code, stdout, stderr } = await qis(['score', 'in', '--out', 'out', '--json'], folder);
  assert.deepEqual([code, stderr], [0, '']);
  const { rows: count, not_scored } = JSON.parse(stdout);
  assert.deepEqual([count, not_scored], [6, { bad_row: 1, bad_value: 3, bad_time: 0 }]);
  assert.deepEqual(linesOf(folder, 'out/a.csv').slice(1), [
    '2026-01-01,5.0,0',
    'x,,0',
    'x,NaN,0',
    'x,"1,5",0',
    ',,0',
    '"a ""b"", c", 7 ,0',
  ]);
  const words = await qis(['score', 'in', '--out', 'out', '--detector', 'departure'], folder);
  assert.equal(words.code, 0);
  const counted = '5 rows without a score (3 no number, 1 no time, 1 no row)';
  assert.equal(words.stdout, `departure: 6 rows of 1 files scored to out; ${counted}\n`);
});

test('works with every detector there is', async (t) => {
  const folder = folderOf(t, { 'a.csv': series(VALUES) });
  for (const name of DETECTOR_NAMES) {
    const { code, stderr } = await qis(['score', 'in', '--out', name, '--detector', name], folder);
    assert.deepEqual([name, code, stderr], [name, 0, '']);
    const scores = linesOf(folder, name, 'a.csv').slice(1).map(scoreOf);
    const unusual = Math.max(...scores.slice(1_000, 1_010));
    assert.equal(scores.length, VALUES.length);
    assert.ok(unusual > 6 && unusual > Math.max(...scores.slice(400, 1_000)), name);
  }
  const wrong = await qis(['score', 'in', '--out', 'out', '--detector', 'shap'], folder);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /^qis score: --detector: "shap" is not known; did you mean "shape"\?; see/);
});

test('never writes over what it reads, however the folder is called', async (t) => {
  const folder = folderOf(t, { 'a.csv': series(VALUES), 'in/a.csv': series(VALUES) });
  symlinkSync(join(folder, 'in'), join(folder, 'other'));
  for (const out of ['in', 'other', 'in/new/deep', 'other/new']) {
    const { code, stderr } = await qis(['score', 'in', '--out', out], folder);
    assert.deepEqual([code, stderr], [1, '--out lies inside the folder that is read; name another one\n'], out);
  }
  // in/in/a.csv would become in/a.csv, which is read itself.
  const { code, stderr } = await qis(['score', 'in', '--out', '.'], folder);
  assert.deepEqual([code, stderr.includes('is read itself')], [1, true]);
  mkdirSync(join(folder, 'box'));
  symlinkSync(join(folder, 'in'), join(folder, 'box/in'));
  const linked = await qis(['score', 'in', '--out', 'box'], folder);
  assert.deepEqual([linked.code, linked.stderr.includes('is read itself')], [1, true]);
  for (const path of ['in/a.csv', 'in/in/a.csv']) assert.equal(linesOf(folder, path)[0], 'timestamp,value');
  assert.equal((await qis(['score', 'in/in', '--out', '.'], folder)).code, 0);
  assert.deepEqual(linesOf(folder, 'a.csv').length, VALUES.length + 1);
});

test('a file that fails does not stop the others, and leaves nothing', async (t) => {
  const folder = folderOf(t, {
    'a.csv': 'time,reading\n1,2\n',
    'b.csv': series(VALUES),
    'c.csv': '',
    'd.csv': series(VALUES),
  });
  mkdirSync(join(folder, 'out/d.csv'), { recursive: true });
  const { code, stdout, stderr } = await qis(['score', 'in', '--out', 'out', '--json'], folder);
  assert.equal(code, 1);
  const { files, passed_over, failed } = JSON.parse(stdout);
  assert.deepEqual([files, passed_over, failed], [1, 2, 1]);
  assert.match(stderr, /a\.csv: no columns timestamp and value; passed over\n/);
  assert.match(stderr, /cannot write .*d\.csv/);
  assert.deepEqual(readdirSync(join(folder, 'out')).sort(), ['b.csv', 'd.csv']);
  assert.ok(!existsSync(join(folder, 'out', 'a.csv')));
});

test('says what is missing', async (t) => {
  const folder = folderOf(t, { 'a.csv': 'x\n1\n' });
  const said = async (...args: string[]) => (await qis(['score', ...args], folder)).stderr;
  assert.match(await said(), /^qis score: name the folder/);
  assert.match(await said('in'), /^qis score: say where the scores go/);
  assert.match(await said('nowhere', '--out', 'out'), /^cannot read .*nowhere/);
  assert.match(await said('in', '--out', 'out'), /no \.csv below in has the columns timestamp and value\n$/);
});
