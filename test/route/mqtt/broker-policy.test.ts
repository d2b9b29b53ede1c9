// What the broker's policy says where a real client would take long to get there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client, PublishPacket } from 'aedes';
import { brokerPendingPacketsMax } from '../../../src/core/limits.ts';
import type { ArrivalHandler } from '../../../src/route/arrival.ts';
import { brokerPolicy } from '../../../src/route/mqtt/broker-policy.ts';
import type { Session, SessionTable } from '../../../src/route/mqtt/broker-session.ts';
import { Work } from '../../../src/route/mqtt/work.ts';
import { TOPIC } from './broker-fixture.ts';

test('packets that the agent has not settled have a cap, over all clients', async () => {
  const session = { identity: { name: 'north', role: 'gateway' } } as Partial<Session> as Session;
  const sessions = { of: () => session } as Partial<SessionTable> as SessionTable;
  const settled = Promise.withResolvers<void>();
  let arrived = 0;
  const onPacket: ArrivalHandler = () => {
    arrived++;
    return settled.promise;
  };
  const policy = brokerPolicy({
    identify: () => undefined,
    sessions,
    arrivals: new Work(),
    onPacket,
    emit: () => {},
  });
  const publish = () =>
    new Promise<string>((resolve) => {
      const packet = { cmd: 'publish', topic: TOPIC, payload: Buffer.alloc(9), qos: 1 } as PublishPacket;
      policy.authorizePublish({} as Client, packet, (error) => resolve(error?.message ?? 'taken'));
    });
  const taken = Array.from({ length: brokerPendingPacketsMax }, publish);
  assert.equal(await publish(), 'too many packets are waiting');
  assert.equal(arrived, brokerPendingPacketsMax);
  settled.resolve();
  assert.deepEqual(new Set(await Promise.all(taken)), new Set(['taken']));
  assert.equal(await publish(), 'taken', 'there is room again');
});
