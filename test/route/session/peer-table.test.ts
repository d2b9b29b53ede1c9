// Who keeps a place in the table of peers when it is full.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { suite, test } from 'node:test';
import { virtualClock } from '../../../src/core/clock.ts';
import { announcementLifetimeSMax, peersMax } from '../../../src/core/limits.ts';
import { strangersMax, strangersPerWayMax } from '../../../src/core/share-limits.ts';
import type { PublicKey } from '../../../src/packet/gate.ts';
import { createCounterWindow } from '../../../src/route/session/counter-window.ts';
import { createPeerTable, type Peer } from '../../../src/route/session/peer-table.ts';
import type { LinkSeal, Seals } from '../../../src/route/session/seals.ts';
import { way } from '../ways.ts';

const START_MS = Date.UTC(2026, 5, 1);

/** A full table, in which peer n was heard n seconds after the start; then it is a minute later. */
function full() {
  const clock = virtualClock(START_MS);
  const seals = { link: () => ({}) as LinkSeal } as Partial<Seals> as Seals;
  const table = createPeerTable({ seals, clock });
  const enter = (name: string): boolean => table.enter(peerOf(name), way('link:all'));
  const peerOf = (name: string): Peer => table.of(keyOf(name))!;
  for (let n = 0; n < peersMax; n++) {
    clock.advanceTo(START_MS + 1000 * n);
    assert.equal(enter(`${n}`), true);
  }
  clock.advanceTo(clock.now() + 60_000);
  const isThere = (name: string): boolean => table.byNodeId(nodeIdOf(name)) !== undefined;
  return { clock, table, enter, peerOf, isThere };
}

const nodeIdOf = (name: string): Buffer => hash('sha256', name, 'buffer').subarray(0, 16);
const keyOf = (name: string) => ({ nodeId: nodeIdOf(name) }) as PublicKey;
const session = () => ({ boot: Buffer.alloc(4), window: createCounterWindow(0) });

test('of those that do not speak, the one silent for longest gives way', () => {
  const { enter, isThere, table } = full();
  assert.equal(enter('new'), true);
  assert.deepEqual([isThere('0'), isThere('1'), isThere(`${peersMax - 1}`), isThere('new')], [false, true, true, true]);
  assert.equal(enter('newer'), true);
  assert.deepEqual([isThere('1'), isThere('2'), isThere('new')], [false, true, true]);
  assert.equal(table.all().length, peersMax);
});

test('those that speak keep their places, and nobody else comes in while all do', () => {
  const { enter, isThere, peerOf, table } = full();
  for (let n = 0; n < peersMax; n++) if (n !== 7) peerOf(`${n}`).session = session();
  assert.equal(enter('new'), true);
  assert.equal(isThere('7'), false);
  peerOf('new').session = session();
  assert.equal(enter('newer'), false);
  assert.equal(table.all().length, peersMax);
});

test('a session in which nothing was said for the life of an announcement keeps no place', () => {
  const { clock, enter, isThere, peerOf } = full();
  for (let n = 0; n < peersMax; n++) peerOf(`${n}`).session = session();
  clock.advanceTo(START_MS + announcementLifetimeSMax * 1000 + 500);
  assert.equal(enter('new'), true);
  assert.deepEqual([isThere('0'), isThere('1')], [false, true]);
  assert.equal(enter('newer'), true, 'which does not speak yet itself');
  assert.deepEqual([isThere('1'), isThere('new')], [true, false]);
});

suite('strangers', () => {
  /** Peers that speak; those whose names begin with p were written down. */
  function open() {
    const clock = virtualClock(START_MS);
    const seals = { link: () => ({}) as LinkSeal } as Partial<Seals> as Seals;
    const pinned = new Set(Array.from({ length: 300 }, (_, n) => nodeIdOf(`p${n}`).toString('hex')));
    const table = createPeerTable({ seals, clock, isPinned: (nodeId) => pinned.has(nodeId) });
    const enter = (name: string, via = 'link:all'): boolean => {
      const peer = table.of(keyOf(name))!;
      peer.session = session();
      clock.advanceTo(clock.now() + 1);
      return table.enter(peer, way(via));
    };
    const entered = (names: readonly string[]) => names.filter((name) => table.byNodeId(nodeIdOf(name))).length;
    return { table, enter, entered };
  }
  const named = (letter: string, count: number) => Array.from({ length: count }, (_, n) => `${letter}${n}`);

  test('that speak have half of the places, and a key that was written down always finds one', () => {
    const { enter, entered, table } = open();
    for (const name of named('p', peersMax - strangersMax)) assert.equal(enter(name), true);
    for (const [n, name] of named('s', 300).entries()) enter(name, `client:${n}`);
    assert.equal(entered(named('s', 300)), strangersMax);
    for (const name of named('p', peersMax)) assert.equal(enter(name), true);
    assert.deepEqual([entered(named('p', peersMax)), entered(named('s', 300))], [peersMax, 0]);
    assert.equal(enter('s0', 'client:0'), false);
    assert.equal(table.all().length, peersMax);
  });

  test('of one account have few', () => {
    const { enter, entered } = open();
    for (const name of named('s', 300)) enter(name, 'client:liar');
    assert.equal(entered(named('s', 300)), strangersPerWayMax);
    assert.equal(enter('honest', 'client:honest'), true);
  });
});
