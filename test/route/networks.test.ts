import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Network } from '../../src/route/network.ts';
import { unite } from '../../src/route/networks.ts';
import { byCost, isNarrow, isSameWay, takingTurns } from '../../src/route/way.ts';
import { way } from './ways.ts';

function network(name: string, { payloadBytesMax = 512, isUp = true } = {}) {
  const calls: string[] = [];
  const it: Network = {
    name,
    payloadBytesMax,
    publish: (topic, bytes, how) => {
      calls.push(`publish ${topic} ${bytes.length} ${how?.except?.[0]?.id}`);
      return isUp;
    },
    send: (topic, bytes, to) => {
      calls.push(`send ${topic} ${bytes.length} ${to.id}`);
      return isUp;
    },
  };
  return { ...it, calls };
}

suite('several networks', () => {
  test('what is published goes to each that has room for it', () => {
    const [wide, narrow] = [network('wide'), network('narrow', { payloadBytesMax: 140 })];
    const all = unite([wide, narrow]);
    const except = [way('link:b')];
    assert.equal(all.publish('t', Buffer.alloc(140), { except }), true);
    assert.equal(all.publish('t', Buffer.alloc(141)), true);
    assert.deepEqual(wide.calls, ['publish t 140 link:b', 'publish t 141 undefined']);
    assert.deepEqual(narrow.calls, ['publish t 140 link:b']);
  });

  test('it is worth keeping when nobody could be reached, and custody keeps what is too large', () => {
    const down = network('down', { isUp: false });
    assert.equal(unite([down]).publish('t', Buffer.alloc(1)), false);
    assert.equal(unite([down, network('up')]).publish('t', Buffer.alloc(1)), true);
    assert.equal(unite([network('narrow', { payloadBytesMax: 140 })]).publish('t', Buffer.alloc(141)), true);
  });

  test('what is sent goes to the network of its way, and only when it fits', () => {
    const [wide, narrow] = [network('wide'), network('narrow')];
    const all = unite([wide, narrow]);
    const to = way('radio:b', { network: 'narrow', payloadBytesMax: 140 });
    assert.equal(all.send('t', Buffer.alloc(140), to), true);
    assert.equal(all.send('t', Buffer.alloc(141), to), false);
    assert.equal(all.send('t', Buffer.alloc(1), { ...to, network: 'none' }), false);
    assert.deepEqual([wide.calls, narrow.calls], [[], ['send t 140 radio:b']]);
  });
});

suite('ways', () => {
  const ids = (ways: readonly { id: string }[]) => ways.map(({ id }) => id);
  const [radio, link, client] = [way('radio:b', { cost: 5 }), way('link:b'), way('client:b')];

  test('the cheapest come first, of equal ones in the order given', () => {
    assert.deepEqual(ids(byCost([radio, link, client])), ['link:b', 'client:b', 'radio:b']);
    assert.deepEqual(ids(byCost([client, link])), ['client:b', 'link:b']);
    assert.deepEqual(byCost([]), []);
  });

  test('each attempt begins with another one', () => {
    const ways = [link, client, radio];
    assert.deepEqual(
      [0, 1, 2, 3].map((attempt) => ids(takingTurns(ways, attempt))[0]),
      ['link:b', 'client:b', 'radio:b', 'link:b'],
    );
    assert.deepEqual(takingTurns([], 4), []);
  });

  test('are the same by id, and narrow below the largest link frame', () => {
    assert(isSameWay(link, way('link:b', { cost: 1 })) && !isSameWay(link, client) && !isSameWay(link, undefined));
    assert(!isNarrow(link) && isNarrow(way('radio:b', { payloadBytesMax: 140 })) && !isNarrow(undefined));
  });
});
