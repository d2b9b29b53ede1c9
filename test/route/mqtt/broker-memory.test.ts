import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { AedesPublishPacket, PublishPacket } from 'aedes';
import {
  retainedBytesKept,
  retainedBytesMax,
  retainedMessagesKept,
  retainedMessagesMax,
} from '../../../src/core/broker-limits.ts';
import { brokerMemory } from '../../../src/route/mqtt/broker-memory.ts';

const message = (topic: string, payload: string | Buffer): PublishPacket => ({
  cmd: 'publish',
  topic,
  payload,
  qos: 0,
  dup: false,
  retain: true,
});

function memory(accounts: readonly string[] = []) {
  const refused: string[] = [];
  const kept = brokerMemory(() => refused.push('full'), accounts);
  return {
    refused,
    store: (topic: string, payload: string | Buffer, account = '') => kept.retain(account, message(topic, payload)),
    under: async (...filters: string[]) => {
      const packets: AedesPublishPacket[] = await kept.createRetainedStreamCombi(filters).toArray();
      return packets.map(({ topic, payload }) => `${topic} ${payload}`);
    },
  };
}

suite('broker memory', () => {
  test('keeps the last message of a topic, and an empty one forgets it', async () => {
    const { store, under } = memory();
    store('a/1', 'old');
    store('a/1', 'new');
    store('a/2', 'x');
    store('b', 'y');
    assert.deepEqual(await under('a/#', 'a/1'), ['a/1 new', 'a/2 x']);
    store('a/1', '');
    assert.deepEqual(await under('#'), ['a/2 x', 'b y']);
  });

  test('keeps so many and no more, and makes room again', async () => {
    const { store, under, refused } = memory();
    for (let index = 0; index < retainedMessagesMax; index += 1) store(`a/${index}`, 'x');
    store('one more', 'x');
    assert.deepEqual(refused, ['full']);
    store('a/0', 'changed');
    store('a/1', '');
    store('one more', 'x');
    assert.equal(refused.length, 1);
    assert.deepEqual(await under('one more', 'a/0', 'a/1'), ['a/0 changed', 'one more x']);
  });

  test('keeps so many bytes and no more', async () => {
    const { store, under, refused } = memory();
    const payload = Buffer.alloc(retainedBytesMax / 4 - 1);
    for (const topic of 'abcd') store(topic, payload);
    store('e', 'x');
    assert.equal(refused.length, 1);
    store('d', 'smaller');
    store('e', 'x');
    assert.deepEqual(await under('d', 'e'), ['d smaller', 'e x']);
  });

  test('an account that retains all it can leaves room for the others, in messages and in bytes', async () => {
    const { store, under } = memory(['greedy', 'modest']);
    for (let index = 0; index < retainedMessagesMax; index += 1) store(`a/${index}`, 'x', 'greedy');
    for (let index = 0; index < retainedMessagesKept; index += 1) store(`b/${index}`, 'x', 'modest');
    assert.equal((await under('b/#')).length, retainedMessagesKept);
    assert.equal((await under('a/#')).length, retainedMessagesMax - retainedMessagesKept);
    store('a/0', Buffer.alloc(retainedBytesMax), 'greedy');
    store('b/0', Buffer.alloc(retainedBytesKept / 2), 'modest');
    assert.equal((await under('b/0', 'a/0')).includes('a/0 x'), true, 'what found no room leaves what was there');
    assert.equal((await under('b/0'))[0]!.length, 'b/0 '.length + retainedBytesKept / 2);
  });

  test('a topic that another account writes is of that account', async () => {
    const { store, under } = memory(['greedy', 'modest']);
    store('b', 'mine', 'modest');
    for (let index = 0; index < retainedMessagesMax; index += 1) store(`a/${index}`, 'x', 'greedy');
    store('b', 'taken', 'greedy');
    assert.deepEqual(await under('b'), ['b mine'], 'and for that it has no room');
    store('a/0', '', 'greedy');
    store('b', 'taken', 'greedy');
    assert.deepEqual(await under('b'), ['b taken']);
  });
});
