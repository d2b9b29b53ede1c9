import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentEvent } from '../../src/core/events.ts';
import { sourceNameLengthMax, sourcesPerSensorMax } from '../../src/core/limits.ts';
import { QUALITY, type Reading } from '../../src/core/reading.ts';
import { createReadingSink, type ReadingSinkOptions } from '../../src/sense/reading-sink.ts';
import type { Observation } from '../../src/sense/sink.ts';

const TEMPERATURE: Observation = { quantity: 'temperature', value: 21.5, unit: 'degC', channel: '', quality: 0 };

function opened(changes: Partial<ReadingSinkOptions> = {}) {
  const readings: Reading[] = [];
  const events: AgentEvent[] = [];
  const state = { nowMs: 1_000, uptimeMs: 60_000 };
  const sink = createReadingSink({
    sensor: 'roof',
    sensorClass: 40,
    clock: { now: () => state.nowMs, quality: () => 1 },
    uptimeMs: () => state.uptimeMs,
    warmUpS: 30,
    onReading: (reading) => readings.push(reading),
    emit: (event) => events.push(event),
    ...changes,
  });
  return { sink, readings, events, state };
}

test('a value becomes a reading: of the sensor, of the time of its frame', () => {
  const { sink, readings, state } = opened();
  sink.frame('A160');
  state.nowMs = 2_000;
  sink.value({ ...TEMPERATURE, channel: 'indoor' });
  assert.deepEqual(readings, [
    {
      sensor: 'roof',
      quantity: 'temperature',
      channel: 'indoor',
      value: 21.5,
      unit: 'degC',
      timeMs: 1_000,
      clock: 1,
      quality: 0,
      sensorClass: 40,
    },
  ]);
});

test('a time of its own goes before the time of arrival', () => {
  const { sink, readings } = opened();
  sink.frame();
  sink.value({ ...TEMPERATURE, timeMs: 500 });
  sink.value(TEMPERATURE);
  assert.deepEqual(
    readings.map(({ timeMs }) => timeMs),
    [500, 1_000],
  );
});

test('the first seconds are marked, beside what is marked already', () => {
  const { sink, readings, state } = opened();
  for (const uptimeMs of [0, 29_999, 30_000]) {
    state.uptimeMs = uptimeMs;
    sink.frame();
    sink.value({ ...TEMPERATURE, value: 99, quality: QUALITY.out_of_range });
  }
  const both = QUALITY.out_of_range | QUALITY.warming_up;
  assert.deepEqual(
    readings.map(({ quality }) => quality),
    [both, both, QUALITY.out_of_range],
  );
});

test('what is marked invalid is counted, what is unknown is nothing', () => {
  const { sink, readings, events } = opened();
  sink.frame();
  sink.value({ ...TEMPERATURE, value: null, quality: QUALITY.invalid });
  sink.value({ ...TEMPERATURE, quantity: null });
  assert.deepEqual(readings, []);
  assert.deepEqual(events, [{ type: 'reading_dropped', sensor: 'roof', reason: 'invalid', count: 1 }]);
});

test('drops are told as what they are: of frames, or of readings', () => {
  const { sink, events } = opened();
  sink.rejected('noise', 12);
  sink.rejected('malformed', 1);
  sink.rejected('not_a_number', 2);
  const many = opened({ perSource: true });
  many.sink.rejected('malformed', 1);
  assert.deepEqual(
    [...events, ...many.events],
    [
      { type: 'frame_dropped', sensor: 'roof', reason: 'noise', count: 12 },
      { type: 'frame_dropped', sensor: 'roof', reason: 'malformed', count: 1 },
      { type: 'reading_dropped', sensor: 'roof', reason: 'not_a_number', count: 2 },
      { type: 'reading_dropped', sensor: 'roof', reason: 'malformed', count: 1 },
    ],
  );
});

test('many devices behind one sensor have names of their own, up to a cap', () => {
  const { sink, readings, events } = opened({ perSource: true });
  const say = (source?: string) => {
    sink.frame(source);
    sink.value(TEMPERATURE);
  };
  say('living room/co2');
  sink.online(false);
  say();
  assert.deepEqual(
    readings.map(({ sensor }) => sensor),
    ['roof/living room/co2', 'roof'],
  );
  assert.deepEqual(events, [{ type: 'sensor_online', sensor: 'roof/living room/co2', online: false }]);
  say('x'.repeat(sourceNameLengthMax + 1));
  for (let i = 1; i <= sourcesPerSensorMax; i++) say(`${i}`);
  assert.equal(readings.length, 2 + sourcesPerSensorMax - 1);
  const tooMany = { type: 'reading_dropped', sensor: 'roof', reason: 'too_many_sources', count: 1 };
  assert.deepEqual(events.slice(1), [tooMany, tooMany]);
  sink.online(true);
  assert.equal(events.length, 3);
  say('7');
  assert.equal(readings.at(-1)?.sensor, 'roof/7');
});
