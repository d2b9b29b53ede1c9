import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { announcesBurst } from '../../../src/core/limits.ts';
import type { Item } from '../../../src/packet/canonical.ts';
import { temporaryIdentity } from '../../../src/packet/identity.ts';
import { createDispatch, type Handlers, type Heard } from '../../../src/route/session/dispatch.ts';
import { createPeerTable } from '../../../src/route/session/peer-table.ts';
import { sealsOf } from '../../../src/route/session/seals.ts';
import { VERBS, type VerbName, verbAt } from '../../../src/route/session/verb.ts';
import { way } from '../ways.ts';

const clock = { now: () => 0, quality: () => 2 as const };
const seals = sealsOf(temporaryIdentity(), undefined, clock);
const peer = createPeerTable({ seals, clock }).of(temporaryIdentity().publicKey)!;
const heard = (verb: number, body: Item): Heard => ({
  peer,
  via: way('link:b'),
  frame: { verb, messageId: Buffer.alloc(8), boot: Buffer.alloc(4), counter: 0, hops: 0, body },
});

/** A body of the right shape for each verb, and one that is not. */
const BODIES: Readonly<Record<VerbName, readonly [Item, Item]>> = {
  ack: [[Buffer.alloc(16)], [Buffer.alloc(15)]],
  ping: [Buffer.alloc(8), Buffer.alloc(9)],
  pong: [Buffer.alloc(8), 8],
  announce: [Buffer.alloc(1), 'text'],
  store: [Buffer.alloc(1), []],
  query: [
    [Buffer.alloc(8), 1, [3], [0, 2], 0, 9, 50, 8],
    [Buffer.alloc(8), 1, [3], [0, 2], 0, 9, 101, 8],
  ],
  result: [
    [Buffer.alloc(8), 0, [Buffer.alloc(1)]],
    [Buffer.alloc(8), 0, [Buffer.alloc(513)]],
  ],
  refuse: [[Buffer.alloc(8)], []],
};
const NAMES = Object.keys(BODIES) as VerbName[];

suite('verbs', () => {
  test('have the numbers of the protocol, and no two share one', () => {
    const numbers = NAMES.map((name) => VERBS[name].number);
    assert.deepEqual(numbers, [0, 1, 2, 3, 6, 8, 9, 14]);
    for (const name of NAMES) assert.equal(verbAt(VERBS[name].number), VERBS[name]);
    assert.equal(verbAt(4), undefined);
  });

  test('only PING and PONG come before a session, only ANNOUNCE from a stranger, STORE and QUERY have an address', () => {
    const those = (has: (name: VerbName) => boolean) => NAMES.filter(has);
    assert.deepEqual(
      those((name) => VERBS[name].beforeSession),
      ['ping', 'pong'],
    );
    assert.deepEqual(
      those((name) => VERBS[name].strangerMay),
      ['announce'],
    );
    assert.deepEqual(
      those((name) => VERBS[name].hasAddress),
      ['store', 'query'],
    );
  });
});

suite('dispatch', () => {
  for (const name of NAMES) {
    test(`${name}: its handler sees bodies of its shape, in a session or where the verb needs none`, () => {
      const seen: Item[] = [];
      const handlers: Handlers = { [name]: ({ frame }: Heard) => void seen.push(frame.body) };
      const dispatch = createDispatch({}, handlers);
      const { number, beforeSession } = VERBS[name];
      const [good, bad] = BODIES[name];
      assert.equal(dispatch(heard(number, good), true), undefined);
      assert.equal(dispatch(heard(number, bad), true), 'bad_body');
      assert.equal(dispatch(heard(number, good), false), beforeSession ? undefined : 'unknown_boot');
      assert.equal(seen.length, beforeSession ? 2 : 1);
    });
  }

  test('a verb that is not known, or that nobody hears, is told from one that comes too early', () => {
    const dispatch = createDispatch({});
    assert.equal(dispatch(heard(4, 0), true), 'unknown_verb');
    assert.equal(dispatch(heard(VERBS.ack.number, []), true), 'unknown_verb');
    assert.equal(dispatch(heard(4, 0), false), 'unknown_boot');
  });

  test('ANNOUNCE is heard only so often of one peer: each may be held against every stored packet', () => {
    let handled = 0;
    const handlers: Handlers = { announce: () => void handled++, ack: () => undefined };
    const dispatch = createDispatch(handlers);
    const who = createPeerTable({ seals, clock }).of(temporaryIdentity().publicKey)!;
    const say = (name: VerbName) => dispatch({ ...heard(VERBS[name].number, BODIES[name][0]), peer: who }, true);
    const said = Array.from({ length: announcesBurst + 2 }, () => say('announce'));
    assert.equal(handled, announcesBurst);
    assert.deepEqual(said.slice(-3), [undefined, 'rate', 'rate']);
    assert.equal(say('ack'), undefined, 'and everything else as often as it comes');
  });
});
