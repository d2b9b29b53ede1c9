// The faults that are found on a channel whatever its detector, and how detector and faults keep out of each other's way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Anomaly } from '../../src/core/anomaly.ts';
import { QUALITY } from '../../src/core/reading.ts';
import type { Channel } from '../../src/detect/channel.ts';
import { feed, hour, minute, names, reading } from '../detect/series.ts';
import { every, learned, type Settled, usual } from './detector-air.ts';

/** Of each fault: how a sensor comes by it from `from` on, and what it does then. */
const faults: Readonly<Record<string, (channel: Channel, from: number) => Anomaly[]>> = {
  stuck: (channel, from) => feed(channel, { from, to: from + 30 * minute, every, value: () => 12.3 }),
  out_of_range: (channel, from) => feed(channel, { from, to: from + 30 * minute, every, value: () => 9_000 }),
  disagreement: (channel, from) =>
    feed(channel, { from, to: from + 30 * minute, every, value: () => 80 }, { quality: QUALITY.disagreement }),
  silent: (channel, from) =>
    Array.from({ length: 30 }, (_, minutes) => channel.tick(from + (minutes + 1) * minute)).filter(
      (anomaly) => anomaly !== undefined,
    ),
};

export function findsFaults(settled: Settled): void {
  for (const [cause, fail] of Object.entries(faults)) {
    test(`${cause}: told once, and its end once`, () => {
      const channel = settled(6);
      const found = fail(channel, learned);
      assert.deepEqual(names(found), [`fault/${cause}`]);
      assert.equal(found[0]!.severity, 0);
      assert.equal(channel.summary().state, 'fault');
      const from = learned + 30 * minute;
      const after = feed(channel, { from, to: from + hour, every, value: usual(7) });
      assert.deepEqual(names(after), ['cleared/recovered']);
      assert.equal(channel.summary().state, 'normal');
    });
  }

  test('flags of the sensor itself are a fault, a doubt is none', () => {
    const series = { from: learned, to: learned + 10 * minute, every, value: usual(8) };
    assert.deepEqual(names(feed(settled(8), series, { quality: QUALITY.invalid })), ['fault/out_of_range']);
    assert.deepEqual(names(feed(settled(8), series, { quality: QUALITY.humid | QUALITY.spike })), []);
  });

  test('a jump to a frozen value is a fault, and no event before it', () => {
    const found = feed(settled(9), { from: learned, to: learned + hour, every, value: () => 80 });
    assert.deepEqual(names(found), ['fault/stuck']);
  });
}

export function keepsFaultsApart(settled: Settled): void {
  for (const [cause, fail] of Object.entries(faults)) {
    test(`${cause}: while it is open there is no event, and nothing is learned`, () => {
      const channel = settled(10);
      fail(channel, learned);
      const smoke = usual(10);
      // Never as many good values in a row as end a fault.
      const fails = (from: number, to: number) => {
        for (let timeMs = from; timeMs < to; timeMs += every) {
          const quality = cause === 'silent' || timeMs % (3 * every) === 0 ? QUALITY.invalid : 0;
          const value = cause === 'stuck' ? 12.3 : 120 + smoke(timeMs);
          assert.equal(channel.accept(reading(timeMs, value, { quality })), undefined);
        }
      };
      // After a gap what was known counts for less; that is not learning.
      fails(learned + 30 * minute, learned + 31 * minute);
      const { baseline, detector } = channel.state();
      fails(learned + 31 * minute, learned + 2 * hour);
      assert.equal(channel.summary().state, 'fault');
      const after = channel.state();
      assert.deepEqual([after.baseline, after.detector], [baseline, detector]);
    });
  }

  test('an event that a fault interrupts ends after it, once', () => {
    const channel = settled(11);
    const value = (timeMs: number) => 90 + usual(11)(timeMs);
    const found = feed(channel, { from: learned, to: learned + 30 * minute, every, value });
    found.push(...faults.out_of_range!(channel, learned + 30 * minute));
    const from = learned + hour;
    found.push(...feed(channel, { from, to: from + 2 * hour, every, value: usual(11) }));
    assert.deepEqual(
      names(found).filter((name) => !name.startsWith('level')),
      ['event/rise', 'fault/out_of_range', 'cleared/recovered', 'cleared/rise'],
    );
  });

  test('what came before a fault is no start of an event after it', () => {
    const channel = settled(21);
    const send = (steps: number, value: number) => channel.accept(reading(learned + steps * every, value + steps / 10));
    for (const steps of [0, 1, 2]) assert.equal(send(steps, 90), undefined);
    for (const steps of [3, 4, 5]) send(steps, 9_000);
    for (const steps of [6, 7]) assert.equal(send(steps, 90), undefined);
    assert.equal(send(8, 90)?.cause, 'recovered');
    for (const steps of [9, 10]) assert.equal(send(steps, 90), undefined);
  });

  test('readings of a sensor that warms up are not looked at', () => {
    const channel = settled(12);
    const { baseline, detector } = channel.state();
    const hot = { from: learned, to: learned + hour, every, value: () => 300 };
    assert.deepEqual(feed(channel, hot, { quality: QUALITY.warming_up }), []);
    const after = channel.state();
    assert.deepEqual([after.baseline, after.detector], [baseline, detector]);
  });
}
