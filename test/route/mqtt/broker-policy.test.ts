// What the broker's policy says where a real client would take long to get there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client, PublishPacket } from 'aedes';
import {
  accountPendingPacketsKept,
  accountPendingPacketsMax,
  brokerFramesBurstMax,
  brokerPendingPacketsMax,
} from '../../../src/core/broker-limits.ts';
import type { ArrivalHandler } from '../../../src/route/arrival.ts';
import { BrokerAccounts } from '../../../src/route/mqtt/broker-account.ts';
import { brokerPolicy } from '../../../src/route/mqtt/broker-policy.ts';
import type { Session, SessionTable } from '../../../src/route/mqtt/broker-session.ts';
import { Work } from '../../../src/route/mqtt/work.ts';
import { TOPIC } from './broker-fixture.ts';

/** Accounts that publish packets, without sockets. */
function publishing(onPacket: ArrivalHandler) {
  const accounts = new BrokerAccounts(['a', 'b', 'c'], () => {});
  const identityOf = (name: string) => ({ name, role: 'gateway' }) as const;
  const sessions: Partial<SessionTable> = {
    accounts,
    of: ({ id: name }) =>
      ({ identity: identityOf(name), use: accounts.of(identityOf(name)) }) as Partial<Session> as Session,
  };
  const policy = brokerPolicy({
    identify: () => undefined,
    isAccount: () => true,
    sessions: sessions as SessionTable,
    memory: { retain: () => {}, size: () => 0 },
    leftOut: new WeakMap(),
    arrivals: new Work(),
    onPacket,
    onRequest: async () => undefined,
    publish: () => {},
    emit: () => {},
  });
  const publish = (account: string) =>
    new Promise<string>((resolve) => {
      const packet = { cmd: 'publish', topic: TOPIC, payload: Buffer.alloc(9), qos: 1 } as PublishPacket;
      policy.authorizePublish({ id: account } as Client, packet, (error) => resolve(error?.message ?? 'taken'));
    });
  const tokensOf = (name: string) => accounts.of(identityOf(name)).pace.allowance();
  return { publish, tokensOf };
}

test('packets that the agent has not settled have a cap for each account and over all, and each keeps some', async () => {
  const settled = Promise.withResolvers<void>();
  let arrived = 0;
  const { publish } = publishing(() => {
    arrived++;
    return settled.promise;
  });
  const ofA = Array.from({ length: accountPendingPacketsMax }, () => publish('a'));
  assert.equal(await publish('a'), 'too many packets are waiting');
  const ofB = Array.from({ length: accountPendingPacketsMax }, () => publish('b'));
  assert.equal(arrived, brokerPendingPacketsMax);
  const ofC = Array.from({ length: accountPendingPacketsKept }, () => publish('c'));
  assert.equal(await publish('c'), 'too many packets are waiting');
  assert.equal(arrived, brokerPendingPacketsMax + accountPendingPacketsKept);
  settled.resolve();
  assert.deepEqual(new Set(await Promise.all([...ofA, ...ofB, ...ofC])), new Set(['taken']));
  assert.equal(await publish('a'), 'taken', 'there is room again');
});

test('a packet that takes long is paid for by its account', async (t) => {
  let nowMs = 0;
  t.mock.method(performance, 'now', () => nowMs);
  const { publish, tokensOf } = publishing(() => {
    nowMs += 33;
  });
  assert.equal(tokensOf('a'), brokerFramesBurstMax);
  for (let n = 0; n < 8; n++) await publish('a');
  // Each of them took the time of 16.5 tokens, of which one was paid at the door, and earned 1.65.
  assert(tokensOf('a') < brokerFramesBurstMax - 100, `${tokensOf('a')}`);
  assert.equal(tokensOf('b'), brokerFramesBurstMax);
});
