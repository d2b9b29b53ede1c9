import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  namesPerSourceMax,
  perAccountKept,
  topicFilterBytesMax,
  topicFilterLevelsMax,
} from '../../../src/core/limits.ts';
import type { Convention } from '../../../src/sense/convention/convention.ts';
import { createLearnedTopics } from '../../../src/sense/mqtt/learned-topics.ts';
import { openMqttSource } from '../../../src/sense/mqtt/mqtt-source.ts';
import type { SubscribeLocal } from '../../../src/sense/mqtt/own-broker.ts';

/** Each message names filters to learn, one a line. */
const learning: Convention = {
  accept({ payload }, sink) {
    sink.frame();
    for (const filter of `${payload}`.split('\n')) sink.topic(filter);
  },
};

/** A source on an own broker that is only a list of what was subscribed to. */
function opened(t: TestContext, filters: readonly string[], accounts: readonly string[] = []) {
  const subscribed: string[] = [];
  const dropped: string[] = [];
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
      accounts,
    },
    clock: { now: () => 5_000, quality: () => 1 },
    emit: (event) => void (event.type === 'reading_dropped' && dropped.push(event.reason)),
  });
  t.after(() => source[Symbol.asyncDispose]());
  const learnFrom = (account: string, ...learned: string[]) =>
    receive('config/a', Buffer.from(learned.join('\n')), account);
  const learn = (...learned: string[]) => learnFrom('', ...learned);
  return { subscribed, dropped, learnFrom, learn };
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

test('what cannot be subscribed to without harm is not learned, and counted', (t) => {
  const { subscribed, dropped, learn } = opened(t, ['config/#']);
  const deep = (levels: number) => Array.from({ length: levels }, () => 'a').join('/');
  learn('a\u0001b', 'a\u0085b', 'a\ufdd0', deep(240), 'x'.repeat(topicFilterBytesMax + 1), '$SYS/#', '$share/g/a');
  learn('a+', '#/a', '', 'a\u0000');
  assert.deepEqual(subscribed, ['config/#']);
  assert.equal(dropped.length, 11);
  learn(deep(topicFilterLevelsMax), 'grüße/東京');
  assert.equal(subscribed.length, 3);
});

test('an account that names filters without end leaves room for the others', (t) => {
  const { subscribed, learnFrom } = opened(t, ['config/#'], ['greedy', 'modest']);
  for (let i = 0; i < namesPerSourceMax; i++) learnFrom('greedy', `greedy/${i}`);
  for (let i = 0; i < perAccountKept; i++) learnFrom('modest', `modest/${i}`);
  assert.equal(subscribed.filter((filter) => filter.startsWith('modest')).length, perAccountKept);
  assert.equal(subscribed.length, namesPerSourceMax);
});

test('a filter that was cut over comes last, is forgotten at the third time, and not learned again', () => {
  const topics = createLearnedTopics(['config/#'], []);
  for (const filter of ['a', 'b', 'c']) assert.equal(topics.add(filter, ''), true);
  assert.equal(topics.cut('a'), true);
  assert.deepEqual(topics.all(), ['b', 'c', 'a']);
  assert.deepEqual([topics.cut('a'), topics.cut('a')], [true, false]);
  topics.refused('b');
  for (const filter of ['a', 'b', 'd']) topics.add(filter, '');
  assert.deepEqual(topics.all(), ['c', 'd']);
});
