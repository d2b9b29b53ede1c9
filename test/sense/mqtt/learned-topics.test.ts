import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { namesPerSourceMax } from '../../../src/core/limits.ts';
import type { Convention } from '../../../src/sense/convention/convention.ts';
import { openMqttSource, type SubscribeLocal } from '../../../src/sense/mqtt/mqtt-source.ts';

/** Each message names filters to learn, one a line. */
const learning: Convention = {
  accept({ payload }, sink) {
    sink.frame();
    for (const filter of `${payload}`.split('\n')) sink.topic(filter);
  },
};

/** A source on an own broker that is only a list of what was subscribed to. */
function opened(t: TestContext, filters: readonly string[]) {
  const subscribed: string[] = [];
  let receive: Parameters<SubscribeLocal>[1] = () => {};
  const source = openMqttSource({
    sensor: 'balcony',
    sensorClass: 0,
    filters,
    convention: learning,
    from: {
      local: (filter, onMessage) => {
        subscribed.push(filter);
        receive = onMessage;
        return () => {};
      },
    },
    clock: { now: () => 5_000, quality: () => 1 },
    emit: () => {},
  });
  t.after(() => source[Symbol.asyncDispose]());
  return { subscribed, learn: (...learned: string[]) => receive('config/a', Buffer.from(learned.join('\n'))) };
}

test('a filter that is learned again is not subscribed to again', (t) => {
  const { subscribed, learn } = opened(t, ['config/#']);
  learn('state/a');
  learn('state/a', 'state/b', 'state/b');
  learn('state/a');
  assert.deepEqual(subscribed, ['config/#', 'state/a', 'state/b']);
});

test('a topic that a filter already takes is not subscribed to: a broker would send its messages twice', (t) => {
  const { subscribed, learn } = opened(t, ['config/#', 'state/+']);
  learn('state/a', 'config/a/state', 'config', 'state/+', 'state/a/deep', 'other/+');
  learn('other/a');
  assert.deepEqual(subscribed, ['config/#', 'state/+', 'state/a/deep', 'other/+']);
});

test('filters that are learned have a cap', (t) => {
  const { subscribed, learn } = opened(t, ['config/#']);
  for (let i = 0; i < 2 * namesPerSourceMax; i++) learn(`state/${i}`);
  assert.equal(subscribed.length, namesPerSourceMax);
});
