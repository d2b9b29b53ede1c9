// What a sensor in maintenance leads to: nothing at the station, nothing at its neighbours, and no loose ends afterwards.
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import type { AgentEvent } from '../../src/core/events.ts';
import { maintenanceMsMax } from '../../src/core/load-limits.ts';
import { HOUR_MS, MINUTE_MS, START_MS, type Station, stationOf } from './maintained-station.ts';

const DAY_MS = 24 * HOUR_MS;
const CONCLUSIONS: readonly AgentEvent['type'][] = ['anomaly', 'packet_issued', 'alarm', 'verdict', 'advisory'];

/** Conclusions since the last call, as words. */
function told({ events }: Station): string[] {
  return events
    .splice(0)
    .filter(({ type }) => CONCLUSIONS.includes(type))
    .map((event) =>
      event.type === 'anomaly'
        ? `${event.kind}/${event.cause}`
        : event.type === 'packet_issued'
          ? `packet ${event.finding}`
          : event.type,
    );
}

async function learned(t: TestContext, seed = 1, others: readonly number[] = []): Promise<Station> {
  const station = stationOf(t, seed, others);
  await station.pass(12 * 60, 0);
  assert.deepEqual(told(station), ['packet level']);
  return station;
}

const channel = (station: Station) => station.core().watch.views()[0]!;

suite('a sensor in maintenance', () => {
  test('is shown and flagged; whatever it shows, or however long it is silent, nothing comes of it', async (t) => {
    const station = await learned(t);
    const before = channel(station);
    const rhythm = () => {
      const { sleep, health } = station.core().watch.states()[0]!.state;
      return [sleep, health.intervalMs];
    };
    const rhythmBefore = structuredClone(rhythm());
    const untilMs = station.maintenance().begin('roof', 30 * HOUR_MS);
    assert.equal(untilMs, START_MS + 42 * HOUR_MS);
    await station.pass(120, 300);
    await station.pass(30, -50);
    await station.pass(30, 9_000);
    const [shown] = station.core().latest.snapshot(() => ({}));
    assert.deepEqual([shown!.value > 8_000, shown!.quality, channel(station).isPaused], [true, 'maintenance', true]);
    assert.deepEqual({ ...channel(station), isPaused: false }, before, 'and nothing is learned');
    await station.pass(27 * 60 - 1, undefined);
    assert.deepEqual(told(station), [], 'no event, no fault, no alarm, no daily level, no silence');
    await station.pass(5, undefined);
    assert.deepEqual([channel(station).isPaused, told(station)], [false, []], 'it gets its time to speak');
    await station.pass(1, 0);
    assert.deepEqual(rhythm(), rhythmBefore, 'the time between is neither an interval nor a sleep');
    await station.pass(59, 0);
    assert.deepEqual(told(station), ['packet level'], 'a day has passed');
    await station.pass(30, undefined);
    assert.deepEqual(told(station), ['fault/silent', 'packet fault', 'verdict']);
  });

  test('leaves no event and no fault open when it is over', async (t) => {
    const station = await learned(t);
    await station.pass(20, 90);
    assert.ok(told(station).includes('event/rise'));
    station.maintenance().begin('roof', 2 * HOUR_MS);
    await station.pass(120, 90);
    assert.deepEqual(told(station), []);
    await station.pass(60, 0);
    const ended = told(station);
    assert.deepEqual(
      ended.filter((one) => one.startsWith('cleared') || one === 'packet cleared'),
      ['cleared/rise', 'packet cleared'],
    );
    assert.equal(channel(station).state, 'normal');
    await station.pass(30, undefined);
    assert.ok(told(station).includes('fault/silent'));
    station.maintenance().begin('roof', HOUR_MS);
    await station.pass(59, 0);
    assert.deepEqual(told(station), []);
    await station.pass(1, 0);
    assert.deepEqual(told(station), ['cleared/recovered', 'packet cleared']);
  });

  test('does not let what was bad before it make a fault after it', async (t) => {
    const station = await learned(t);
    await station.pass(2, -50);
    station.maintenance().begin('roof', 20 * MINUTE_MS);
    await station.pass(19, -50);
    await station.pass(2, -50);
    assert.deepEqual(told(station), []);
    await station.pass(1, -50);
    assert.deepEqual(told(station).slice(0, 1), ['fault/out_of_range'], 'three in a row are one');
  });

  test('says nothing to the neighbours of what it does not see: no refutation, no confirmation', async (t) => {
    const there = await learned(t, 2);
    await there.pass(15, 90);
    const answersAfter = async (isCleaned: boolean, more: number) => {
      const here = await learned(t, 1, [2]);
      await here.pass(15, more);
      if (isCleaned) here.maintenance().begin('roof', 12 * HOUR_MS);
      told(here);
      await here.hear(there);
      await here.pass(120, more === 0 ? 0 : undefined);
      return told(here).filter((one) => /confirm|refute|verdict|advisory/.test(one));
    };
    assert.ok((await answersAfter(false, 0)).includes('packet refute'));
    assert.ok((await answersAfter(false, 90)).includes('packet confirm'));
    for (const more of [0, 90]) {
      const packets = (await answersAfter(true, more)).filter((one) => one.startsWith('packet'));
      assert.deepEqual(packets, [], `with ${more} more`);
    }
  });
});

suite('how long a maintenance lasts', () => {
  const lines = ({ events }: Station) =>
    events.flatMap((event) => (event.type === 'maintenance' ? [event.untilMs === null ? 'over' : 'on'] : []));

  test('as long as it was begun for, over restarts, and both its ends are told', async (t) => {
    const station = stationOf(t, 1);
    station.maintenance().begin('roof', 3 * HOUR_MS);
    await station.pass(60, undefined);
    await station.restart(HOUR_MS);
    assert.deepEqual([station.maintenance().isOn('roof'), lines(station)], [true, ['on', 'on']]);
    await station.pass(59, undefined);
    assert.equal(station.maintenance().isOn('roof'), true);
    await station.pass(1, undefined);
    assert.deepEqual([station.maintenance().isOn('roof'), lines(station)], [false, ['on', 'on', 'over']]);
    await station.restart();
    assert.deepEqual([station.maintenance().list(), lines(station).length], [[], 3]);
    station.maintenance().begin('roof', HOUR_MS);
    await station.restart(2 * HOUR_MS);
    assert.deepEqual(station.maintenance().list(), [], 'it was over while the gateway was off');
    await station.pass(1, undefined);
    assert.equal(lines(station).at(-1), 'over');
  });

  for (const [how, aheadMs] of [
    ['forward', 300 * DAY_MS],
    ['back', -300 * DAY_MS],
  ] as const) {
    test(`whatever happens to the clock: it is set ${how}`, async (t) => {
      const station = stationOf(t, 1);
      station.maintenance().begin('roof', 2 * HOUR_MS);
      await station.pass(60, undefined);
      station.world.aheadMs = aheadMs;
      await station.pass(30, undefined);
      const [entry] = station.maintenance().list();
      assert.deepEqual(entry, { sensor: 'roof', untilMs: START_MS + aheadMs + 2 * HOUR_MS, leftMs: 30 * MINUTE_MS });
      await station.restart();
      await station.pass(29, undefined);
      assert.equal(station.maintenance().isOn('roof'), true);
      await station.pass(1, undefined);
      assert.equal(station.maintenance().isOn('roof'), false);
    });
  }

  test('a restart that does not know the time waits for it, and never longer than it was begun for', async (t) => {
    const station = stationOf(t, 1);
    station.maintenance().begin('roof', 2 * HOUR_MS);
    await station.pass(30, undefined);
    Object.assign(station.world, { quality: 0, aheadMs: -300 * DAY_MS });
    await station.restart();
    await station.pass(60, undefined);
    assert.equal(station.maintenance().isOn('roof'), true);
    Object.assign(station.world, { quality: 2, aheadMs: 0 });
    await station.pass(29, undefined);
    assert.equal(station.maintenance().isOn('roof'), true);
    await station.pass(1, undefined);
    assert.equal(station.maintenance().isOn('roof'), false, 'by the clock, once that is known');
    Object.assign(station.world, { quality: 2, aheadMs: 0 });
    station.maintenance().begin('roof', HOUR_MS);
    Object.assign(station.world, { quality: 0, aheadMs: -300 * DAY_MS });
    await station.restart();
    await station.pass(60, undefined);
    assert.equal(station.maintenance().isOn('roof'), false, 'by its own pace, where it stays unknown');
  });

  test('ends at a word, holds for devices behind a subscription, and what is no saved state is passed over', async (t) => {
    const station = stationOf(t, 1);
    const { maintenance } = station;
    maintenance().begin('zigbee', HOUR_MS);
    assert.deepEqual(
      ['zigbee', 'zigbee/Balcony', 'zigbee2', 'roof'].map((sensor) => maintenance().isOn(sensor)),
      [true, true, false, false],
    );
    assert.deepEqual([maintenance().end('roof'), maintenance().end('zigbee')], [false, true]);
    assert.deepEqual(maintenance().list(), []);
    await station.pass(1, undefined);
    assert.equal(maintenance().isOn('zigbee'), false);
    const long = ['a', { forMs: 2 * maintenanceMsMax, untilMs: 9e15, isTimed: true }];
    const good = ['roof', { forMs: HOUR_MS, untilMs: 9e15, isTimed: true }];
    const { store } = station;
    store().commitNow(() => store().state.set('maintenance', JSON.stringify([long, good, ['b', null], 7])));
    await station.restart();
    assert.deepEqual(
      maintenance()
        .list()
        .map(({ sensor, leftMs }) => [sensor, leftMs]),
      [['roof', HOUR_MS]],
    );
  });
});
