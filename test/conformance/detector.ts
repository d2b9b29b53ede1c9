// What every detector has to keep, and what it gets without writing it: all fault checks, time in order, a state that lasts.
//
// A detector is held to it as the part of a channel that it is. PM2.5 with an alarm level, as that is what every detector
// has to find a plume in.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Anomaly } from '../../src/core/anomaly.ts';
import { type Channel, createChannel } from '../../src/detect/channel.ts';
import type { ChannelState } from '../../src/detect/channel-state.ts';
import type { DetectorKind } from '../../src/detect/detector.ts';
import { eventful } from '../detect/eventful.ts';
import { day, feed, hour, minute, names, plume, reading, start } from '../detect/series.ts';
import { every, learned, type Settled, usual } from './detector-air.ts';
import { findsFaults, keepsFaultsApart } from './detector-faults.ts';

/** 16 KiB in base64, and room for what the channel itself keeps. */
const stateBytesMax = 24_576;

export function detectorConformance(kind: DetectorKind): void {
  const open = (state?: ChannelState): Channel =>
    createChannel(
      {
        sensor: 'roof',
        quantity: 'pm2_5',
        channel: '',
        sensorClass: 1,
        levels: [9, 35.4, 55.4, 125.4],
        direction: 'rise',
        alarm: 35.4,
        detector: kind,
      },
      state,
    );
  const reopened = (channel: Channel) => open(JSON.parse(JSON.stringify(channel.state())));
  /** Has learned two days of quiet air. */
  const settled = (seed: number) => {
    const channel = open();
    assert.deepEqual(feed(channel, { from: start, to: learned, every, value: usual(seed) }), []);
    return channel;
  };

  suite(`detector: ${kind.name}`, { timeout: 60_000 }, () => {
    findsEvents(settled);
    findsFaults(settled);
    keepsFaultsApart(settled);
    followsTime(settled);
    remembers(kind, { open, reopened, settled });
  });
}

/** A column of smoke that is there for 30 minutes, an hour from now. */
function smoky(channel: Channel, seed: number, from: number): Anomaly[] {
  const value = usual(seed);
  const smoke = (timeMs: number) => value(timeMs) + plume(timeMs, from + hour, { hold: 30 * minute });
  return feed(channel, { from, to: from + 4 * hour, every, value: smoke });
}

function assertOneEvent(found: readonly Anomaly[], onsetMs: number): void {
  const told = names(found).filter((name) => name !== 'level/rise');
  assert.deepEqual(told, ['event/rise', 'cleared/rise']);
  const [event, cleared] = [found[0]!, found.at(-1)!];
  assert.ok(event.onsetMs >= onsetMs && event.timeMs <= onsetMs + 5 * minute);
  assert.ok(Math.abs(cleared.durationS - 36 * 60) <= 5 * 60, `${cleared.durationS} s`);
  assert.equal(cleared.onsetMs, event.onsetMs);
}

function findsEvents(settled: Settled): void {
  test('a plume is one event with one end, in figures that can be sent', () => {
    const channel = settled(1);
    const found = smoky(channel, 2, learned);
    assertOneEvent(found, learned + hour);
    for (const { severity, confidence, samples, timeMs, onsetMs, observed, baseline, spread } of found) {
      assert.ok(confidence > 0 && confidence < 1 && samples >= 1 && timeMs >= onsetMs);
      assert.ok(Number.isInteger(severity) && severity >= 1 && severity <= 5);
      for (const figure of [observed, baseline, spread]) assert.ok(Number.isFinite(figure));
    }
    assert.equal(channel.summary().state, 'normal');
  });

  test('while it lasts the channel shows it, and learns nothing', () => {
    const channel = settled(3);
    const { baseline } = channel.state();
    const value = (timeMs: number) => 90 + usual(3)(timeMs);
    const [event] = feed(channel, { from: learned, to: learned + 10 * minute, every, value });
    const { state, onsetMs, samples } = channel.summary();
    assert.deepEqual([state, onsetMs], ['event', event!.onsetMs]);
    assert.ok(samples >= event!.samples);
    const before = channel.state().baseline;
    feed(channel, { from: learned + 10 * minute, to: learned + hour, every, value });
    assert.deepEqual(channel.state().baseline, before);
    assert.ok(Math.abs(before.level - baseline.level) < 0.5);
  });

  test('ordinary days say nothing, and neither does a lone spike', () => {
    const channel = settled(4);
    const value = usual(5);
    const spiky = (timeMs: number) => (timeMs % (20 * minute) === 0 ? 400 : value(timeMs));
    assert.deepEqual(names(feed(channel, { from: learned, to: learned + day, every, value: spiky })), []);
  });
}

function followsTime(settled: Settled): void {
  test('late and repeated readings change nothing, nor do times that are none', () => {
    const [plain, disturbed] = [settled(13), settled(13)];
    const value = usual(14);
    for (let timeMs = learned; timeMs < learned + hour; timeMs += every) {
      const item = reading(timeMs, value(timeMs) + plume(timeMs, learned + 10 * minute));
      assert.deepEqual(disturbed.accept(item), plain.accept(item));
      for (const odd of [timeMs, timeMs - 3 * hour, Number.NaN, -5, Number.POSITIVE_INFINITY])
        assert.equal(disturbed.accept(reading(odd, 900)), undefined);
    }
    assert.deepEqual({ ...disturbed.state(), backwards: 0, backwardsMs: 0 }, plain.state());
  });

  test('a clock that is set back is followed: an open event keeps its length, the next one is found', () => {
    const channel = settled(15);
    const value = (timeMs: number) => 90 + usual(15)(timeMs);
    const found = feed(channel, { from: learned, to: learned + hour, every, value });
    const back = learned - 10 * hour;
    found.push(...feed(channel, { from: back, to: back + hour, every, value }));
    found.push(...feed(channel, { from: back + hour, to: back + 2 * hour, every, value: usual(15) }));
    const told = found.filter(({ kind }) => kind !== 'level');
    assert.deepEqual(names(told), ['event/rise', 'cleared/rise']);
    assert.ok(Math.abs(told[1]!.durationS - 7_200) <= 300, `${told[1]!.durationS} s`);
    assert.ok(told[1]!.onsetMs < back && told[1]!.timeMs < back + 2 * hour, 'in the new time');
    assertOneEvent(smoky(channel, 16, back + 3 * hour), back + 4 * hour);
  });

  test('a gap ends nothing, and what came before it is no start of an event', () => {
    const channel = settled(17);
    feed(channel, { from: learned, to: learned + 2 * every, every, value: () => 95 });
    const from = learned + 6 * hour;
    const found = feed(channel, { from, to: from + 1, every, value: () => 96 });
    assert.deepEqual(names(found), []);
    assert.deepEqual(names(feed(channel, { from: from + every, to: from + hour, every, value: usual(17) })), []);
  });
}

interface Opened {
  readonly open: (state?: ChannelState) => Channel;
  /** Through JSON, as after a restart. */
  readonly reopened: (channel: Channel) => Channel;
  readonly settled: Settled;
}

function remembers(kind: DetectorKind, { open, reopened, settled }: Opened): void {
  test('restored at any moment, it goes on as if nothing had been', () => {
    const value = (timeMs: number) => usual(18)(timeMs) + plume(timeMs, learned + hour, { hold: 30 * minute });
    // Before the event, on its slope, in the middle, while it ends, after it.
    for (const minutes of [0, 60.5, 61, 62, 80, 100, 110, 180]) {
      const unbroken = settled(18);
      const at = learned + minutes * minute;
      feed(unbroken, { from: learned, to: at, every, value });
      const restored = reopened(unbroken);
      const rest = { from: at, to: learned + 5 * hour, every, value };
      assert.deepEqual(feed(restored, rest), feed(unbroken, rest), `${minutes} min`);
      assert.deepEqual(restored.state(), unbroken.state());
      assert.deepEqual(restored.summary(), unbroken.summary());
    }
  });

  test('restored again and again in days where everything happens, it says the same', () => {
    const { readings } = eventful(5, 6_000);
    const unbroken = open();
    let restored = open();
    for (const [index, item] of readings.entries()) {
      if (index % 97 === 0) restored = reopened(restored);
      assert.deepEqual(restored.accept(item), unbroken.accept(item));
    }
    assert.deepEqual(restored.state(), unbroken.state());
  });

  test('the state is as large after years as after a day, and nobody can change it from outside', () => {
    const channel = settled(19);
    const sizeOf = (state: unknown) => JSON.stringify(state, (_, leaf) => (typeof leaf === 'number' ? 0 : leaf)).length;
    const before = sizeOf(channel.state());
    for (const item of eventful(10, 6_000).readings) channel.accept(item);
    assert.equal(sizeOf(channel.state()), before);
    assert.ok(JSON.stringify(channel.state()).length < stateBytesMax);
    const taken = channel.state();
    const kept = JSON.stringify(taken);
    for (const item of eventful(15, 500).readings) channel.accept({ ...item, timeMs: item.timeMs + 900 * day });
    assert.equal(JSON.stringify(taken), kept);
  });

  test('it does not take up the state of another detector, nor a damaged one of its own', () => {
    const channel = settled(20);
    feed(channel, { from: learned, to: learned + 10 * minute, every, value: (timeMs) => 90 + usual(20)(timeMs) });
    const saved = channel.state();
    const { detector: empty } = open().state();
    assert.deepEqual(open(saved).state(), saved);
    const foreign = { name: 'another', state: saved.detector.state };
    for (const detector of [foreign, { name: kind.name, state: null }, { name: kind.name, state: { isOpen: 1 } }]) {
      const started = open({ ...saved, detector });
      assert.deepEqual(started.state().detector, empty);
      assert.deepEqual(started.state().baseline, saved.baseline, 'what the channel learned stays');
    }
  });
}
