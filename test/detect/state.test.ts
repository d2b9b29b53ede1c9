import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Anomaly } from '../../src/core/anomaly.ts';
import { QUALITY } from '../../src/core/reading.ts';
import { type Channel, createChannel } from '../../src/detect/channel.ts';
import { channelState } from '../../src/detect/channel-state.ts';
import { air, day, detector, feed, hour, minute, reading, seeded, start } from './series.ts';

const options = {
  sensor: 'roof',
  quantity: 'pm2_5',
  channel: '',
  sensorClass: 1,
  levels: [9, 35.5, 55.5],
  direction: 'rise',
} as const;

/** Three days with a plume, a stuck hour, spikes, flags and gaps, every 5 minutes or so. */
function eventfulDays(seed: number) {
  const random = seeded(seed);
  const usual = air(seed);
  const readings = [];
  for (let timeMs = start; timeMs < start + 3 * day; timeMs += 5 * minute + Math.floor(random() * minute)) {
    const sinceH = (timeMs - start) / hour;
    let value = usual(timeMs) + (sinceH > 20 && sinceH < 24 ? 80 : 0);
    if (sinceH > 36 && sinceH < 44) value = 14;
    if (random() < 0.01) value = -0;
    const flagged = random() < 0.02 || (sinceH > 50 && sinceH < 51);
    if (random() < 0.003) timeMs += 8 * hour * random();
    readings.push(reading(timeMs, value, { quality: flagged ? QUALITY.invalid : 0 }));
  }
  return readings;
}

function run(target: Channel, readings: ReturnType<typeof eventfulDays>): (Anomaly | undefined)[] {
  return readings.flatMap((item) => [target.accept(item), target.tick(item.timeMs + 2 * hour)]);
}

test('restored at any reading, a detector says the same as without a break', () => {
  const cut = fc.record({ seed: fc.integer({ min: 1, max: 50 }), at: fc.double({ min: 0, max: 1, noNaN: true }) });
  let concluded = 0;
  fc.assert(
    fc.property(cut, ({ seed, at }) => {
      const readings = eventfulDays(seed);
      const index = Math.floor(at * readings.length);
      const unbroken = createChannel(options);
      run(unbroken, readings.slice(0, index));
      const restored = createChannel(options, JSON.parse(JSON.stringify(unbroken.state())));
      // Looked at again without a pause; a pause would give a silent sensor its time to speak.
      restored.tick(readings[index - 1]?.timeMs ?? 0);
      const rest = run(unbroken, readings.slice(index));
      concluded += rest.filter(Boolean).length;
      assert.deepEqual(run(restored, readings.slice(index)), rest);
      assert.deepEqual(restored.state(), unbroken.state());
      assert.deepEqual(restored.summary(), unbroken.summary());
    }),
    { numRuns: 60, seed: 1 },
  );
  assert(concluded > 60, 'the days were eventful');
});

test('a sensor gets its time to speak after a restart, however long it was', () => {
  const before = createChannel(options);
  const readings = eventfulDays(3).slice(0, 200);
  run(before, readings);
  const lastMs = readings.at(-1)!.timeMs;
  const restored = createChannel(options, before.state());
  const backMs = lastMs + 5 * day;
  assert.equal(restored.tick(backMs), undefined);
  assert.equal(restored.tick(backMs + 1_000), undefined, 'a second later it is no fault yet');
  const laterMs = backMs + day;
  const fault = restored.tick(laterMs) ?? restored.tick(laterMs + day);
  assert.equal(fault?.cause, 'silent', 'then it is');
});

test('no reading, however odd, leaves a number that JSON cannot keep', () => {
  const odd = fc.record({
    value: fc.oneof(fc.double(), fc.constantFrom(0, 1, 1, 1)),
    stepMs: fc.oneof(fc.integer({ min: -day, max: 40 * day }), fc.constant(minute)),
    quality: fc.nat(511),
  });
  fc.assert(
    fc.property(fc.array(odd, { maxLength: 200 }), (steps) => {
      const target = detector({ direction: 'both', alarm: 35.5 });
      let timeMs = start;
      for (const { value, stepMs, quality } of steps) {
        timeMs += stepMs;
        const anomaly = target.accept(reading(timeMs, value, { quality })) ?? target.tick(timeMs + hour);
        if (anomaly) {
          assert(anomaly.confidence >= 0 && anomaly.confidence <= 1);
          assert(anomaly.samples >= 1 && anomaly.durationS >= 0);
          for (const number of [anomaly.observed, anomaly.baseline, anomaly.spread]) assert(Number.isFinite(number));
        }
      }
      assert(channelState(JSON.parse(JSON.stringify(target.state()))));
    }),
    { numRuns: 200, seed: 2 },
  );
});

test('a negative zero is a zero, as JSON has it', () => {
  const target = detector();
  target.accept(reading(start, -0));
  assert(Object.is(target.summary().value, 0));
});

test('the state does not grow, nor can it be changed from outside', () => {
  const target = detector();
  feed(target, { from: start, to: start + day, every: minute, value: air(1) });
  const leaves = (state: unknown) => JSON.stringify(state).match(/[-\d.]+(e[-+]\d+)?/g)!.length;
  const before = leaves(target.state());
  feed(target, { from: start + day, to: start + 40 * day, every: minute, value: air(2) });
  assert.equal(leaves(target.state()), before);
  assert(JSON.stringify(target.state()).length < 4096);
  target.state().baseline.level = 1e6;
  assert(target.state().baseline.level < 100);
});

test('a state of the version before is taken up: what was learned stays learned', () => {
  const target = detector();
  feed(target, { from: start, to: start + day, every: minute, value: air(1) });
  const { sleep, ...before } = target.state();
  const restored = channelState(JSON.parse(JSON.stringify({ ...before, version: 2 })));
  assert.deepEqual(restored, { ...before, sleep: { longestMs: 0, seen: 0, wokeMs: 0 } });
  assert.equal(sleep.seen, 0);
});

test('a state of another version or shape is refused', () => {
  const state = detector().state();
  assert(channelState(state));
  assert(!channelState({ ...state, version: state.version + 1 }));
  assert(!channelState({ ...state, extra: 1 }));
  assert(!channelState({ ...state, lastMs: null }));
  assert(!channelState({ ...state, baseline: { ...state.baseline, profile: [1, 2] } }));
  for (const other of [undefined, null, 1, 'x', [], {}]) assert(!channelState(other));
});
