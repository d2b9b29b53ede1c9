// Where anybody may join, keys cost nothing: what many of them cannot take from the neighbours that the operator wrote down.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { virtualClock } from '../../../src/core/clock.ts';
import { backlogFramesPerS } from '../../../src/core/limits.ts';
import { originPacketsBurst, strangerPacketsBurst, wayPacketsBurst } from '../../../src/core/share-limits.ts';
import { type Identity, temporaryIdentity } from '../../../src/packet/identity.ts';
import { createRates } from '../../../src/route/rates.ts';
import { isLinkTopic, linkTopic } from '../../../src/route/topic.ts';
import { way } from '../ways.ts';
import { START_MS, verbOf, world } from './custody-fixture.ts';

suite('the pace of custody', () => {
  test('is of the neighbour that was written down first, however many strangers wait; they have a share', async (t) => {
    const strangers = Array.from({ length: 12 }, (_, n) => `s${n}`);
    const names = ['a', 'b', ...strangers];
    const pinned = temporaryIdentity(Buffer.alloc(32, 41)).publicKey;
    const isPinned = (nodeId: string) => nodeId === pinned.nodeId.toString('hex');
    const it = world(t, { names, delivery: { isPinned } });
    for (const name of names.slice(1)) it.link('a', name);
    await it.pass(2);
    for (const name of names.slice(1)) it.gateways.get(name)!.loses = (topic) => isLinkTopic(topic);
    const a = it.gateways.get('a')!;
    for (let n = 0; n < 100; n++) a.conclude();
    await it.settle();
    let [toPinned, toStrangers] = [0, 0];
    const topic = linkTopic(pinned.kid.toString('hex'));
    a.loses = (to, bytes) => {
      if (isLinkTopic(to) && verbOf(bytes) === 'store') to === topic ? toPinned++ : toStrangers++;
      return false;
    };
    await it.pass(15 + 10);
    const all = 10 * backlogFramesPerS;
    assert(toPinned >= 0.6 * all && toPinned > 3 * toStrangers, `${toPinned} and ${toStrangers}`);
    assert(toStrangers > 0);
  });
});

suite('rates', () => {
  const key = (n: number): Identity['publicKey'] => {
    const nodeId = Buffer.alloc(16);
    nodeId.writeUInt32BE(n);
    return { nodeId } as Identity['publicKey'];
  };
  const taken = (count: number, refuse: (n: number) => unknown): number =>
    Array.from({ length: count }, (_, n) => refuse(n)).filter((refused) => !refused).length;

  test('one origin has its own, and strangers have one for all of them', () => {
    const clock = virtualClock(START_MS);
    const rates = createRates({ clock, isPinned: (nodeId) => nodeId.startsWith('00000000') });
    assert.equal(
      taken(originPacketsBurst + 9, () => rates.refuseOrigin(key(0))),
      originPacketsBurst,
    );
    assert.equal(
      taken(strangerPacketsBurst + 9, (n) => rates.refuseOrigin(key(1 + (n % 99)))),
      strangerPacketsBurst,
    );
    clock.advanceTo(START_MS + 10_000);
    assert.equal(
      taken(99, () => rates.refuseOrigin(key(0))),
      10,
      'nobody spends what is another’s',
    );
  });

  test('a way pays before a signature is checked', () => {
    const rates = createRates({ clock: virtualClock(START_MS) });
    assert.equal(
      taken(wayPacketsBurst + 9, () => rates.refuseWay(way('link:x'))),
      wayPacketsBurst,
    );
    assert.equal(rates.refuseWay(way('link:y')), undefined);
  });
});
