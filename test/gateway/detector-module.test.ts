// A detector of the operator's own: one that works, and all the ways in which one can fail.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { stringify } from 'yaml';
import { type Channel, createChannel } from '../../src/detect/channel.ts';
import { detectorModuleProblem, openDetectorModule } from '../../src/gateway/detector-module.ts';
import { checkRunnable } from '../../src/gateway/preflight.ts';
import { qis } from '../cli/qis.ts';
import { feed, hour, minute, names, reading, second, start } from '../detect/series.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Tells what is over 50 at once, and its end; remembers how many values it saw. */
const GOOD = `
export default {
  name: 'over-50',
  create: (options, saved) => {
    let { seen = 0, onsetMs = 0 } = saved ?? {};
    return {
      accept: ({ timeMs, value }) => {
        seen++;
        const about = { cause: 'rise', samples: seen, confidence: 0.9, severity: 2, durationS: 0 };
        if (value === 66) BAD
        if (onsetMs === 0 && value > 50) return { kind: 'event', ...about, onsetMs: (onsetMs = timeMs) };
        if (onsetMs === 0 || value > 50) return undefined;
        const began = onsetMs;
        onsetMs = 0;
        return { kind: 'cleared', ...about, onsetMs: began, durationS: (timeMs - began) / 1000 };
      },
      shift: (byMs) => { if (onsetMs > 0) onsetMs += byMs; },
      state: () => ({ seen, onsetMs }),
    };
  },
};
`;

function moduleOf(t: TestContext, bad: string): string {
  const file = join(temporaryFolder(t), 'mine.mjs');
  writeFileSync(file, GOOD.replace('BAD', `{ ${bad} }`));
  return file;
}

function opened(t: TestContext, file: string, isLive = false) {
  const told: string[] = [];
  const module = openDetectorModule({ file, isLive, onWarning: (message) => told.push(message) });
  t.after(() => module[Symbol.asyncDispose]());
  return { module, told, channel: () => createChannel({ ...OPTIONS, detector: module.kind }) };
}

const OPTIONS = {
  sensor: 'roof',
  quantity: 'pm2_5',
  channel: '',
  sensorClass: 1,
  levels: [9, 35.5, 55.5, 125.5],
  direction: 'rise',
} as const;
const every = 10 * second;
const noise = (timeMs: number) => ((timeMs / every) % 7) / 7;
/** Quiet for an hour, `height` for ten minutes from then on, quiet again. */
const hill = (height: number) => (timeMs: number) =>
  timeMs >= start + hour && timeMs < start + hour + 10 * minute ? height : 10 + noise(timeMs);
const rise = (target: Channel, value: (timeMs: number) => number, from = start, to = start + 2 * hour) =>
  feed(target, { from, to, every, value });

suite('a detector of the operator’s own', { timeout: 60_000 }, () => {
  test('finds what it finds, is saved and restored, and its events have their ends', async (t) => {
    const file = moduleOf(t, '');
    const { channel, told } = opened(t, file);
    const first = channel();
    assert.deepEqual(names(rise(first, hill(60), start, start + hour + minute)), ['event/rise']);
    assert.equal(first.summary().state, 'event');
    const saved = JSON.parse(JSON.stringify(first.state()));
    assert.equal(saved.detector.name, 'module:mine.mjs');
    assert.deepEqual(saved.detector.state.own, { seen: 366, onsetMs: start + hour });

    const other = opened(t, file);
    const again = createChannel({ ...OPTIONS, detector: other.module.kind }, saved);
    assert.equal(again.summary().state, 'event');
    const [end] = rise(again, hill(60), start + hour + minute);
    assert.deepEqual([end!.cause, end!.kind, end!.durationS], ['rise', 'cleared', 600]);
    assert.equal(end!.samples, 421, 'it went on counting');
    assert.deepEqual([told, other.told], [[], []]);
  });

  const failures: Readonly<Record<string, readonly [bad: string, says: RegExp]>> = {
    throws: ['throw new Error("no such column\\nat all")', /: no such column; departure goes on$/],
    'stays in a loop': ['for (;;);', /it took more than 1000 ms over a reading/],
    'ends its worker': ['process.exit(0)', /it ended its worker|it took more than 1000 ms/],
    'answers a number': ['return 7', /it answered 7, which is no finding/],
    'answers a promise': ['return Promise.resolve()', /could not be cloned/],
    'is surer than sure': ['return { kind: "event", ...about, onsetMs: timeMs, confidence: 2 }', /has confidence 2/],
    'tells the future': ['return { kind: "event", ...about, onsetMs: timeMs + 1 }', /has onsetMs/],
    'ends nothing': ['return { kind: "cleared", ...about, onsetMs: timeMs }', /told cleared while no event was open/],
    'is no level': ['return { kind: "event", ...about, onsetMs: timeMs, severity: 1.5 }', /has severity 1.5/],
  };
  for (const [what, [bad, says]] of Object.entries(failures)) {
    test(`one that ${what} is switched off and told once; departure goes on, on every channel`, (t) => {
      const { channel, told } = opened(t, moduleOf(t, bad));
      const [one, two] = [channel(), channel()];
      rise(two, hill(10), start, start + hour);
      rise(one, (timeMs) => (timeMs === start + 30 * minute ? 66 : 10 + noise(timeMs)), start, start + 12 * hour);
      const failedMs = performance.now();
      // Long enough for departure to know what is usual; then 100 is an event for it, and has an end.
      const later = (timeMs: number) =>
        (timeMs >= start + 13 * hour && timeMs < start + 14 * hour ? 100 : 10) + noise(timeMs);
      const found = rise(one, later, start + 12 * hour, start + 16 * hour);
      assert.deepEqual(
        names(found).filter((name) => !name.startsWith('level')),
        ['event/rise', 'cleared/rise'],
      );
      assert.deepEqual(rise(two, hill(10), start + hour, start + 2 * hour), []);
      assert.ok(performance.now() - failedMs < 900, 'nobody waits for it any more');
      assert.equal(told.length, 1);
      assert.match(told[0]!, /^detector mine\.mjs is switched off: /);
      assert.match(told[0]!, says);
    });
  }

  test('an event that is open when it fails is ended, once', (t) => {
    const { channel } = opened(t, moduleOf(t, 'throw new Error("enough")'));
    const value = (timeMs: number) => (timeMs === start + hour + 5 * minute ? 66 : hill(60)(timeMs));
    const found = rise(channel(), value);
    assert.deepEqual(names(found), ['event/rise', 'cleared/rise']);
    assert.deepEqual([found[1]!.onsetMs, found[1]!.durationS], [start + hour, 300]);
  });

  test('live, a reading waits for milliseconds, and a finding comes with a later one', async (t) => {
    const slow = 'const until = Date.now() + 200; while (Date.now() < until);';
    const { channel, told } = opened(
      t,
      moduleOf(t, `${slow} return { kind: 'event', ...about, onsetMs: timeMs }`),
      true,
    );
    const target = channel();
    await new Promise((done) => setTimeout(done, 300));
    assert.equal(target.accept(reading(start, 10)), undefined);
    const beganMs = performance.now();
    assert.equal(target.accept(reading(start + every, 66)), undefined);
    for (let at = 2; at < 6; at++) assert.equal(target.accept(reading(start + at * every, 10 + at)), undefined);
    assert.ok(performance.now() - beganMs < 100, `${performance.now() - beganMs} ms`);
    await new Promise((done) => setTimeout(done, 300));
    const found = target.accept(reading(start + 6 * every, 11));
    assert.deepEqual([found?.kind, found?.onsetMs], ['event', start + every]);
    assert.deepEqual(told, []);
  });

  test('one that cannot be loaded is told by the check of a configuration, and by a replay', async (t) => {
    const folder = temporaryFolder(t);
    const written: Readonly<Record<string, readonly [text: string | undefined, says: RegExp]>> = {
      'gone.mjs': [undefined, /Cannot find module/],
      'broken.mjs': ['export default {', /Unexpected/],
      'thrown.mjs': ['throw new Error("not today")', /not today/],
      'empty.mjs': ['export const x = 1;', /exports no detector: create\(\) is missing/],
    };
    for (const [name, [text, says]] of Object.entries(written)) {
      if (text !== undefined) writeFileSync(join(folder, name), text);
      const config = `name: roof\nbroker: off\ndetector: ./${name}\n`;
      const [problem] = (await checkRunnable(config, join(folder, 'qis.yaml'))).problems.filter(
        ({ key }) => key === 'detector',
      );
      assert.equal(problem?.line, 3, name);
      assert.match(problem!.message, says);
      writeFileSync(join(folder, 'manifest.yaml'), stringify({ ...MANIFEST, detector: `./${name}` }));
      const { code, stderr } = await qis(['replay', 'manifest.yaml', '--out', 'alerts.csv'], folder);
      assert.equal(code, 1);
      assert.match(stderr, says);
    }
    assert.equal(await detectorModuleProblem(moduleOf(t, '')), undefined);
  });

  test('the one in the documentation works', (t) => {
    const page = readFileSync(new URL('../../docs/operators.md', import.meta.url), 'utf8');
    const file = join(temporaryFolder(t), 'mine.mjs');
    writeFileSync(file, /```js\n(.*?)```/s.exec(page)![1]!);
    const { channel, told } = opened(t, file);
    const value = (timeMs: number) =>
      hill(10)(timeMs) + (timeMs >= start + 30 * hour && timeMs < start + 31 * hour ? 90 : 0);
    const target = channel();
    const found = rise(target, value, start, start + 40 * hour);
    assert.deepEqual([names(found), told], [['event/rise', 'cleared/rise'], []]);
    assert.deepEqual((target.state().detector.state as { own: unknown }).own, { onsetMs: 0 });
  });

  test('finds events in a replay, the same ones each time', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'mine.mjs'), GOOD.replace('BAD', '{}'));
    const rows = Array.from(
      { length: 100 },
      (_, at) => `${start + at * 10 * minute},${at >= 60 && at < 63 ? 80 : 10 + (at % 5)}`,
    );
    writeFileSync(join(folder, 'roof.csv'), `time,pm25\n${rows.join('\n')}\n`);
    writeFileSync(join(folder, 'manifest.yaml'), stringify({ ...MANIFEST, detector: './mine.mjs' }));
    const { code, stderr } = await qis(
      ['replay', 'manifest.yaml', '--out', 'alerts.csv', '--report', 'report.json'],
      folder,
    );
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal((await qis(['replay', 'manifest.yaml', '--out', 'again.csv'], folder)).code, 0);
    const [alerts, again] = ['alerts.csv', 'again.csv'].map((name) => readFileSync(join(folder, name), 'utf8'));
    assert.match(alerts!, new RegExp(`^roof,${start + 600 * minute},event,`, 'm'));
    assert.equal(again, alerts);
  });
});

const MANIFEST = {
  timestamp: { column: 'time', format: 'unix_ms' },
  readings: [{ column: 'pm25', quantity: 'pm2_5', unit: 'ug/m3' }],
  stations: [{ id: 'roof', file: 'roof.csv' }],
};
