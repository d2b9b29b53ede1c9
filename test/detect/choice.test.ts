// A detector is chosen by name, in a configuration and in a manifest, and has every fault check wherever it runs.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { connectAsync } from 'mqtt';
import { stringify } from 'yaml';
import { checkConfig } from '../../src/config/config.ts';
import { acceleratedClock } from '../../src/core/clock.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { openGateway } from '../../src/gateway/gateway.ts';
import { qis } from '../cli/qis.ts';
import { freePorts } from '../mosquitto.ts';
import { recorder } from '../recorder.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { air, hour, minute, start } from './series.ts';

const every = 10 * minute;

/** Two days: smoke after three hours, then one failure after the other; '' where the sensor says nothing. */
function cell(timeMs: number, value: number): number | '' {
  const sinceH = (timeMs - start) / hour;
  const within = (from: number, to: number) => sinceH >= from && sinceH < to;
  if (within(3, 5)) return value + 90;
  if (within(20, 26)) return 12.3;
  if (within(30, 31)) return 9_000;
  if (within(36, 44)) return '';
  return value;
}

function manifest(t: TestContext, detector: string): string {
  const folder = temporaryFolder(t);
  const usual = air(1);
  const rows = Array.from({ length: (48 * hour) / every }, (_, index) => {
    const timeMs = start + index * every;
    return `${timeMs},${cell(timeMs, Math.round(10 * usual(timeMs)) / 10)}`;
  });
  writeFileSync(join(folder, 'roof.csv'), `time,pm25\n${rows.join('\n')}\n`);
  const settings = {
    timestamp: { column: 'time', format: 'unix_ms' },
    readings: [{ column: 'pm25', quantity: 'pm2_5', unit: 'ug/m3' }],
    stations: [{ id: 'roof', file: 'roof.csv' }],
    detector,
  };
  writeFileSync(join(folder, 'manifest.yaml'), stringify(settings));
  return folder;
}

async function alerts(t: TestContext, detector: string): Promise<{ kind: string; sinceH: number }[]> {
  const folder = manifest(t, detector);
  const { code, stderr } = await qis(['replay', 'manifest.yaml', '--out', 'alerts.csv'], folder);
  assert.deepEqual([code, stderr], [0, '']);
  const [, ...lines] = readFileSync(join(folder, 'alerts.csv'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [, timestamp, kind] = line.split(',');
    return { kind: kind!, sinceH: (Number(timestamp) - start) / hour };
  });
}

suite('a detector chosen by name', { timeout: 60_000 }, () => {
  test('runs in a replay: what is an event differs, faults do not', async (t) => {
    const [threshold, departure] = [await alerts(t, 'threshold'), await alerts(t, 'departure')];
    const [event, ...faults] = threshold;
    assert.equal(event?.kind, 'event');
    assert.ok(event.sinceH >= 3 && event.sinceH < 4, 'with nothing learned yet');
    assert.deepEqual(
      faults.map(({ kind }) => kind),
      ['fault', 'fault', 'fault'],
    );
    assert.ok(!departure.some(({ kind, sinceH }) => kind === 'event' && sinceH < 4), 'the other one learns first');
    const found = departure.filter(({ kind }) => kind === 'fault');
    assert.equal(found.length, faults.length);
    for (const [index, { sinceH }] of found.entries()) {
      // What was smoke to the one was learned by the other: a row or two apart.
      assert.ok(Math.abs(sinceH - faults[index]!.sinceH) < 0.5);
    }
  });

  test('is asked for again when there is none of that name', async (t) => {
    const { code, stderr } = await qis(['replay', 'manifest.yaml', '--out', 'alerts.csv'], manifest(t, 'treshold'));
    assert.equal(code, 1);
    const says = 'detector: "treshold" is not known; did you mean "threshold"?';
    assert.match(stderr, new RegExp(`^manifest\\.yaml:\\d+: ${says.replace('?', '\\?')}$`, 'm'));
    const { problems } = checkConfig('name: roof\ndetector: treshold\n', 'qis.yaml');
    assert.deepEqual(
      problems.map(({ line, message }) => [line, message]),
      [[2, says]],
    );
    const [other] = checkConfig('name: roof\ndetector: forest\n', 'qis.yaml').problems;
    assert.equal(
      other?.message,
      'detector: "forest" is not one of departure, threshold, shape, nor the path of a module (./mine.mjs)',
    );
    assert.equal(checkConfig('name: roof\n', 'qis.yaml').config?.detector, 'departure');
  });

  test('runs in a gateway: events and every fault live, and its own memory after a restart', async (t) => {
    const folder = temporaryFolder(t);
    const first = await live(t, folder, 'threshold');
    await first.told('event', 'rise', { pm25: 90 });
    assert.equal(first.channel().state, 'event');
    await first.told('cleared', 'rise', { pm25: 10 });
    await first.told('fault', 'out_of_range', { pm25: 9_000 });
    await first.told('cleared', 'recovered', { pm25: 10 });
    await first.told('fault', 'disagreement', { pm25: 10, other: 60 });
    await first.told('cleared', 'recovered', { pm25: 10 });
    await first.told('fault', 'stuck', { pm25: 12.3, isStill: true });
    await first.told('cleared', 'recovered', { pm25: 10 });
    await first.told('fault', 'silent', undefined);
    await first.told('cleared', 'recovered', { pm25: 10 });
    await first.told('event', 'rise', { pm25: 90 });
    await first.stop();

    const same = await live(t, folder, 'threshold');
    assert.equal(same.channel().state, 'event', 'where it stopped');
    const { samples } = same.channel();
    await same.stop();
    const other = await live(t, folder, 'departure');
    assert.notEqual(other.channel().state, 'event', 'not the state of another detector');
    assert.ok(samples > 1 && other.channel().samples > 1, 'what the channel learned is kept');
  });
});

test('a module of the operator’s own runs in a gateway; when it stalls that is told, and the channel goes on', async (t) => {
  const folder = temporaryFolder(t);
  const text = `export default { create: () => {
    let isTold = false;
    return { accept: ({ timeMs, value }) => {
      if (value > 200) for (;;);
      if (isTold || value < 50) return undefined;
      isTold = true;
      return { kind: 'event', cause: 'rise', onsetMs: timeMs, samples: 1, confidence: 0.5, severity: 1, durationS: 0 };
    } };
  } };`;
  writeFileSync(join(folder, 'mine.mjs'), text);
  const gateway = await live(t, folder, './mine.mjs');
  await gateway.told('event', 'rise', { pm25: 90 });
  await gateway.told('cleared', 'rise', { pm25: 300 });
  assert.match(await gateway.warned(), /^detector mine\.mjs is switched off: it took more than 1000 ms over a reading/);
  await gateway.told('fault', 'out_of_range', { pm25: 9_000 });
});

/** What the sensor says from now on; undefined: nothing. */
type Says = { readonly pm25: number; readonly other?: number; readonly isStill?: boolean } | undefined;

const frameMs = 10_000;
const factor = 300;
let shownMs = start;

async function live(t: TestContext, folder: string, detector: string) {
  const [port] = (await freePorts(1)) as [number];
  const readings = [
    { key: 'pm25', quantity: 'pm2_5', unit: 'ug/m3' },
    { key: 'other', quantity: 'pm2_5', unit: 'ug/m3', channel: 'b' },
  ];
  const sensors = [{ name: 'roof', mqtt: { topic: 'roof' }, readings }];
  const text = stringify({ name: 'here', data: './data', detector, sensors, broker: { port } });
  const { config, problems } = checkConfig(text, join(folder, 'qis.yaml'));
  assert.ok(config, JSON.stringify(problems));
  const { identity, store } = await openDataFolder(config.data);
  const events = recorder<AgentEvent>();
  const clock = acceleratedClock({ wallMs: Date.now(), shownMs, factor });
  const emit = (event: AgentEvent) => events.add(event);
  const gateway = await openGateway({ config, identity, store, clock, emit, tickMs: 25 });
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  const noise = air(2, { mean: 0, swing: 0 });
  let says: Says;
  const timer = setInterval(() => {
    if (!says) return;
    const pm25 = says.pm25 + (says.isStill ? 0 : Math.round(10 * noise(0)) / 10);
    client.publish('roof', JSON.stringify({ pm25, other: says.other ?? pm25 }));
  }, frameMs / factor);
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    clearInterval(timer);
    shownMs = clock.now();
    await client.endAsync(true);
    await gateway[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  };
  t.after(stop);
  let heard = 0;
  return {
    stop,
    channel: () => gateway.snapshot().channels[0]!,
    async warned(): Promise<string> {
      await events.until(({ type }) => type === 'warning');
      return events.items.flatMap((event) => (event.type === 'warning' ? [event.message] : []))[0]!;
    },
    /** Says it until the gateway has told that; nothing else is told before, but how bad it is. */
    async told(kind: string, cause: string, now: Says) {
      says = now;
      const isTold = (event: AgentEvent) => event.type === 'anomaly' && event.kind !== 'level';
      await events.until((event) => isTold(event) && events.items.indexOf(event) >= heard);
      const at = events.items.findIndex((event, index) => index >= heard && isTold(event));
      const anomaly = events.items[at];
      assert.ok(anomaly?.type === 'anomaly');
      assert.deepEqual([anomaly.kind, anomaly.cause], [kind, cause]);
      heard = at + 1;
    },
  };
}
