import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { AedesPublishPacket } from 'aedes';
import { retainedBytesMax, retainedMessagesMax } from '../../../src/core/limits.ts';
import { brokerMemory } from '../../../src/route/mqtt/broker-memory.ts';

const message = (topic: string, payload: string | Buffer): AedesPublishPacket => ({
  cmd: 'publish',
  topic,
  payload,
  qos: 0,
  dup: false,
  retain: true,
  brokerId: 'b',
  brokerCounter: 1,
});

function memory() {
  const refused: string[] = [];
  const kept = brokerMemory(() => refused.push('full'));
  return {
    refused,
    store: (topic: string, payload: string | Buffer) => kept.storeRetained(message(topic, payload)),
    under: async (...filters: string[]) => {
      const packets: AedesPublishPacket[] = await kept.createRetainedStreamCombi(filters).toArray();
      return packets.map(({ topic, payload }) => `${topic} ${payload}`);
    },
  };
}

suite('broker memory', () => {
  test('keeps the last message of a topic, and an empty one forgets it', async () => {
    const { store, under } = memory();
    await store('a/1', 'old');
    await store('a/1', 'new');
    await store('a/2', 'x');
    await store('b', 'y');
    assert.deepEqual(await under('a/#', 'a/1'), ['a/1 new', 'a/2 x']);
    await store('a/1', '');
    assert.deepEqual(await under('#'), ['a/2 x', 'b y']);
  });

  test('keeps so many and no more, and makes room again', async () => {
    const { store, under, refused } = memory();
    for (let index = 0; index < retainedMessagesMax; index += 1) await store(`a/${index}`, 'x');
    await store('one more', 'x');
    assert.deepEqual(refused, ['full']);
    await store('a/0', 'changed');
    await store('a/1', '');
    await store('one more', 'x');
    assert.equal(refused.length, 1);
    assert.deepEqual(await under('one more', 'a/0', 'a/1'), ['a/0 changed', 'one more x']);
  });

  test('keeps so many bytes and no more', async () => {
    const { store, under, refused } = memory();
    const payload = Buffer.alloc(retainedBytesMax / 4 - 1);
    for (const topic of 'abcd') await store(topic, payload);
    await store('e', 'x');
    assert.equal(refused.length, 1);
    await store('d', 'smaller');
    await store('e', 'x');
    assert.deepEqual(await under('d', 'e'), ['d smaller', 'e x']);
  });
});
