import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { command } from '../../src/cli/replay.ts';
import { exampleFiles } from '../../src/sim/replay-example.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { qis } from './qis.ts';

const GENERATED = new URL('../../examples/generated/', import.meta.url).pathname;

/** The example in a folder of its own. */
function example(t: TestContext, days = 3): string {
  const folder = temporaryFolder(t);
  for (const { name, text } of exampleFiles({ stations: 4, days })) writeFileSync(join(folder, name), text);
  return folder;
}

function alerts(folder: string, name = 'alerts.csv') {
  const [head, ...lines] = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  assert.equal(head, 'sensor,timestamp,kind,phenomenon,confidence');
  return lines.map((line) => {
    const [sensor, timestamp, kind, phenomenon, confidence] = line.split(',');
    return { sensor, timestamp, kind, phenomenon, confidence: Number(confidence) };
  });
}

const edit = (folder: string, name: string, change: (text: string) => string) =>
  writeFileSync(join(folder, name), change(readFileSync(join(folder, name), 'utf8')));

test('the example that comes with it is what its script makes, and runs', async (t) => {
  const files = exampleFiles();
  for (const { name, text } of files) assert.equal(readFileSync(join(GENERATED, name), 'utf8'), text, name);
  assert.deepEqual(readdirSync(GENERATED).sort(), ['make.ts', ...files.map(({ name }) => name)].sort());
  const folder = temporaryFolder(t);
  const { code, stderr } = await qis(['replay', join(GENERATED, 'manifest.yaml'), '--out', 'alerts.csv'], folder);
  assert.deepEqual([code, stderr], [0, '']);
  assert.deepEqual(new Set(alerts(folder).map(({ kind }) => kind)), new Set(['event', 'confirmed', 'local', 'fault']));
});

test('alerts stand at rows, in order; the report counts them, with persistence beside', async (t) => {
  const folder = example(t);
  const { code, stdout, stderr } = await qis(
    ['replay', 'manifest.yaml', '--out', 'alerts.csv', '--report', 'report.json', '--json'],
    folder,
  );
  assert.deepEqual([code, stderr], [0, '']);
  const told = alerts(folder);
  for (const { sensor, timestamp, confidence, phenomenon } of told) {
    assert.ok(readFileSync(join(folder, `${sensor}.csv`), 'utf8').includes(`\n${timestamp},`));
    assert.ok(confidence >= 0 && confidence <= 1);
    assert.equal(phenomenon, 'pm2_5');
  }
  const times = told.map(({ timestamp }) => timestamp);
  assert.deepEqual(times, times.toSorted());
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')), JSON.parse(stdout));
  const { mode, gateways, total, stations, failed } = JSON.parse(stdout);
  const count = (kind: string) => told.filter((alert) => alert.kind === kind).length;
  assert.deepEqual([mode, gateways, failed], ['mesh', 4, []]);
  assert.deepEqual(
    [total.events, total.faults, total.advisories.warnings],
    [count('event'), count('fault'), count('advisory')],
  );
  assert.equal(total.station_days, 12);
  assert.deepEqual([total.confirmed, total.locals], [count('confirmed'), count('local')]);
  assert.ok(count('event') > 0 && count('confirmed') > 0);
  assert.ok(total.persistence.warnings > 0 && total.neighbours_persistence.warnings > 0);
  assert.ok(total.packets_per_station_day > 0 && total.received_bytes_per_station_day > 0);
  const sum = (key: string) => Object.values<Record<string, number>>(stations).reduce((all, one) => all + one[key]!, 0);
  for (const key of ['rows', 'events', 'confirmed', 'locals', 'faults', 'silences']) assert.equal(sum(key), total[key]);
});

test('alone nothing is confirmed, called local or foretold; with neighbours no event comes later', async (t) => {
  const folder = example(t);
  await qis(['replay', 'manifest.yaml', '--out', 'mesh.csv'], folder);
  const { code, stdout } = await qis(['replay', 'manifest.yaml', '--out', 'alone.csv', '--alone'], folder);
  assert.equal(code, 0);
  assert.match(stdout, /^gateways +4, each alone$/m);
  assert.match(stdout, /^persistence +\d+/m);
  const alone = alerts(folder, 'alone.csv');
  assert.ok(alone.length > 0 && alone.every(({ kind }) => kind === 'event' || kind === 'fault'));
  const mesh = alerts(folder, 'mesh.csv');
  const events = alone.filter(({ kind }) => kind === 'event');
  assert.equal(events.length, 8, 'two days, four stations');
  for (const { sensor, timestamp } of events) {
    const day = timestamp!.slice(0, 10);
    const same = mesh.find((one) => one.sensor === sensor && one.kind === 'event' && one.timestamp!.startsWith(day));
    assert.ok(same && same.timestamp! <= timestamp!, `${sensor} ${timestamp}`);
  }
});

test('an advisory comes where the past supports it, and not before', async (t) => {
  const folder = example(t, 30);
  const { stdout } = await qis(['replay', 'manifest.yaml', '--out', 'alerts.csv', '--json'], folder);
  const told = alerts(folder).filter(({ kind }) => kind === 'advisory');
  assert.ok(
    told.length > 0 && told.every(({ confidence, timestamp }) => confidence >= 0.5 && timestamp! > '2026-01-10'),
  );
  const { advisories } = JSON.parse(stdout).total;
  assert.ok(advisories.precision > 0.8 && advisories.lead_median_s > 0, JSON.stringify(advisories));
});

test('files may be packed, elsewhere and without coordinates', async (t) => {
  const folder = example(t);
  const data = temporaryFolder(t);
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.csv'))) {
    writeFileSync(join(data, `${name}.gz`), gzipSync(readFileSync(join(folder, name))));
  }
  edit(folder, 'manifest.yaml', (text) =>
    `folder: nowhere\n${text}`.replaceAll('.csv\n', '.csv.gz\n').replaceAll(/ +(latitude|longitude): .*\n/g, ''),
  );
  const { code, stderr } = await qis(['replay', 'manifest.yaml', '--out', 'alerts.csv', '--data', data], folder);
  assert.deepEqual([code, stderr], [0, '']);
  assert.ok(alerts(folder).some(({ kind }) => kind === 'confirmed'));
  edit(folder, 'manifest.yaml', (text) => text.replace('nowhere', data));
  assert.equal((await qis(['replay', 'manifest.yaml', '--out', 'again.csv'], folder)).code, 0);
  assert.deepEqual(alerts(folder, 'again.csv'), alerts(folder));
});

test('a station that cannot be read is one line, named in the report, and the others go on', async (t) => {
  const folder = example(t, 2);
  edit(folder, 'station-1.csv', (text) => text.replace('pm2_5', 'pm25'));
  edit(folder, 'station-2.csv', () => '');
  edit(folder, 'manifest.yaml', (text) =>
    text.replace('file: station-3.csv', 'file: gone.csv').concat('  - {id: station-4, file: station-4.csv}\n'),
  );
  const { code, stdout, stderr } = await qis(['replay', 'manifest.yaml', '--out', 'alerts.csv', '--json'], folder);
  assert.equal(code, 0);
  const lines = stderr.trimEnd().split('\n');
  assert.deepEqual(lines.map((line) => line.slice(0, 11)).sort(), [
    'station-1: ',
    'station-2: ',
    'station-3: ',
    'station-4: ',
  ]);
  assert.match(stderr, /^station-1: .*no column "pm2_5"; it has timestamp, pm25/m);
  assert.match(stderr, /^station-4: is there twice/m);
  const { failed, gateways } = JSON.parse(stdout);
  assert.equal(gateways, 1);
  assert.deepEqual(
    failed.map(({ station, reason }: Record<string, string>) => `${station}: ${reason}`),
    lines,
  );
});

test('bad rows are counted, and the rest goes on', async (t) => {
  const folder = example(t, 2);
  edit(folder, 'station-1.csv', (text) => {
    const rows = text.split('\n');
    rows.splice(
      100,
      0,
      rows[50]!,
      'yesterday,1,2,3',
      '2099-01-01 00:00:00,12.5,10.0,60.0',
      `${rows[99]!.slice(0, 19)},much,10.0,60.0`,
      `${rows[99]!.slice(0, 19)},12.5`,
    );
    return rows.join('\n');
  });
  const { code, stdout } = await qis(['replay', 'manifest.yaml', '--out', 'alerts.csv', '--json'], folder);
  assert.equal(code, 0);
  const report = JSON.parse(stdout);
  const dropped = { out_of_order: 1, bad_time: 1, clock_jump: 1, not_a_number: 1, bad_row: 1 };
  assert.deepEqual(report.stations['station-1'].dropped, dropped);
  assert.deepEqual(report.total.dropped, dropped);
  assert.equal(report.stations['station-1'].rows, report.stations['station-2'].rows + 2);
});

test('a manifest that is wrong is told line by line, and nothing is written', async (t) => {
  const folder = example(t, 2);
  edit(folder, 'manifest.yaml', (text) =>
    text
      .replace('readings:', 'readngs:')
      .replace('    longitude: 7.85\n', '')
      .replace('format: yyyy-MM-dd HH:mm:ss', 'format: HH:mm'),
  );
  const first = await qis(['replay', 'manifest.yaml', '--out', 'alerts.csv'], folder);
  assert.equal(first.code, 1);
  assert.match(first.stderr, /^manifest\.yaml:7: unknown key "readngs"; did you mean "readings"\?$/m);
  edit(folder, 'manifest.yaml', (text) => text.replace('readngs:', 'readings:').replace('unit: degC', 'unit: ppm'));
  const second = await qis(['replay', 'manifest.yaml', '--out', 'alerts.csv'], folder);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /timestamp\.format is not understood/);
  assert.match(second.stderr, /readings\[1\]\.unit: "ppm" is not a unit of temperature; known are degc/);
  assert.match(second.stderr, /stations\[0\] has one coordinate of two/);
  assert.equal(existsSync(join(folder, 'alerts.csv')), false);
});

test('an alarm level is checked and heeded', async (t) => {
  const folder = example(t, 2);
  const set = (level: string) =>
    edit(folder, 'manifest.yaml', (text) => `alarm: {${level}}\n${text.replace(/^alarm: .*\n/, '')}`);
  const wrong: [string, RegExp][] = [
    ['pm25: 75', /manifest\.yaml:1: alarm\.pm25: "pm25" is not a quantity; did you mean "pm2_5"/],
    ['pm2_5: 5000', /alarm\.pm2_5: 5000 is outside the range of pm2_5; use a level between 0 and 2000 ug\/m3/],
    ['pm10: 75', /alarm: pm10 is not watched by a domain; name it under watch/],
    ['noise: 70', /alarm: noise is not watched by a domain/],
  ];
  for (const [level, says] of wrong) {
    set(level);
    const { code, stderr } = await qis(['replay', 'manifest.yaml', '--out', 'alerts.csv'], folder);
    assert.equal(code, 1);
    assert.match(stderr, says);
  }
  for (const [level, events] of [
    ['pm2_5: 40', true],
    ['pm2_5: 200', false],
  ] as const) {
    set(level);
    assert.equal((await qis(['replay', 'manifest.yaml', '--out', 'alerts.csv'], folder)).code, 0);
    assert.equal(
      alerts(folder).some(({ kind }) => kind === 'event'),
      events,
      level,
    );
  }
});

test('two channels that are named a and b are one unnamed and b; which one is named first is all the same', async (t) => {
  const folder = example(t, 2);
  const both = (...channels: string[]) =>
    channels.map((channel) => `  - {column: pm2_5, quantity: pm2_5, unit: ug/m3${channel}}\n`).join('');
  const replayed = async (...channels: string[]) => {
    const rows = / {2}- column: pm2_5\n {4}quantity: pm2_5\n {4}unit: ug\/m3\n/;
    const { text } = exampleFiles({ stations: 4, days: 2 })[0]!;
    assert.match(text, rows);
    writeFileSync(join(folder, 'manifest.yaml'), text.replace(rows, both(...channels)));
    const { code, stderr } = await qis(['replay', 'manifest.yaml', '--out', 'alerts.csv'], folder);
    return code === 0 ? alerts(folder) : stderr;
  };
  const one = await replayed('', ', channel: b');
  assert.ok(one.length > 0);
  assert.deepEqual(await replayed(', channel: a', ', channel: b'), one);
  assert.deepEqual(await replayed(', channel: b', ', channel: a'), one);
  assert.deepEqual(await replayed(', channel: b'), await replayed(''), 'a channel that is alone is the main one');
  assert.match(String(await replayed(', channel: a', ', channel: a')), /is there twice; .* name their channel/);
});

test('when no station can be read it fails, and so do a missing manifest and a folder that is not there', async (t) => {
  const folder = example(t, 2);
  const fails = async (args: string[], says: RegExp, code = 1) => {
    const ran = await qis(['replay', ...args], folder);
    assert.deepEqual([ran.code, ran.stdout], [code, '']);
    assert.match(ran.stderr, says);
  };
  await fails(['manifest.yaml', '--out', 'a.csv', '--data', 'nowhere'], /no station could be read/);
  await fails(['none.yaml', '--out', 'a.csv'], /^cannot read the manifest .*none\.yaml.*\n$/);
  await fails(['manifest.yaml', '--out', 'none/a.csv'], /^cannot write .*none.*\n$/);
  await fails(['manifest.yaml', '--out', 'a.csv', '--report', folder], /it is a folder/);
  await fails(['manifest.yaml'], /--out/, 2);
  await fails(['--out', 'a.csv'], /name the manifest/, 2);
  assert.equal(existsSync(join(folder, 'a.csv')), false);
});

/** In this process, as on a terminal. */
async function onTerminal(folder: string, { aborted = false, isTTY = true } = {}) {
  let bar = '';
  const stop = new AbortController();
  if (aborted) stop.abort();
  const stderr = { write: (text: string) => (bar += text), isTTY };
  const io = { stdin: process.stdin, stdout: { write: () => {} }, stderr, signal: stop.signal, cwd: folder, env: {} };
  return { code: await command.run(['manifest.yaml', '--out', 'alerts.csv'], io), bar };
}

test('a bar shows on a terminal and goes away; anywhere else there is none', async (t) => {
  const folder = example(t, 2);
  const { code, bar } = await onTerminal(folder);
  assert.equal(code, 0);
  assert.match(bar, /^\r\[[#.]{30}\] 2026-01-0[12]/);
  assert.match(bar, /\r +\r$/);
  assert.deepEqual(await onTerminal(folder, { isTTY: false }), { code: 0, bar: '' });
});

test('a name that would break the table is quoted', async (t) => {
  const folder = example(t, 2);
  edit(folder, 'manifest.yaml', (text) => text.replaceAll(/id: (station-\d)/g, `id: 'roof, "$1"'`));
  assert.equal((await onTerminal(folder, { isTTY: false })).code, 0);
  const [, ...lines] = readFileSync(join(folder, 'alerts.csv'), 'utf8').trimEnd().split('\n');
  assert.ok(lines.length > 0);
  for (const line of lines) assert.match(line, /^"roof, ""station-\d""",2026-/);
});

test('interrupted, it leaves no file that looks whole', async (t) => {
  const folder = example(t, 2);
  assert.equal((await onTerminal(folder, { aborted: true })).code, 130);
  assert.equal(existsSync(join(folder, 'alerts.csv')), false);
});
