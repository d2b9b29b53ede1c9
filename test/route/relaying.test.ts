// When a packet is passed on and to whom, step by step over a clock that stands still until it is moved.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { virtualClock } from '../../src/core/clock.ts';
import { relayCopiesMax, relayMsMax, relaysWaitingMax } from '../../src/core/limits.ts';
import { topicOf } from '../../src/packet/fingerprint.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { issue } from '../../src/packet/packet.ts';
import { createRelaying, type Relay } from '../../src/route/relaying.ts';
import { smoke } from '../vectors/smoke.ts';
import { way } from './ways.ts';

const ORIGIN = temporaryIdentity(Buffer.alloc(32, 2));
const [FROM, LEFT, RIGHT] = [way('link:from'), way('link:left'), way('link:right')];
const [left, right] = [Buffer.alloc(16, 11), Buffer.alloc(16, 12)];
const NAMES = new Map([
  [left.toString('hex'), 'left'],
  [right.toString('hex'), 'right'],
]);
const named = (nodes: readonly Buffer[]) => nodes.flatMap((node) => NAMES.get(node.toString('hex')) ?? []).join(' ');

let sequence = 0;

function relayOf(hops = 1): Relay {
  const packet = issue({ ...smoke, sequence: ++sequence }, ORIGIN);
  return { packet, base: topicOf(smoke), bytes: packet.bytes, from: { via: FROM, hops } };
}

/** Every step is written down; whoever owes or has a packet is what the test says. */
function opened() {
  const clock = virtualClock(smoke.issued * 1000);
  const steps: string[] = [];
  const standing: { owing: Buffer[]; has: Buffer[] } = { owing: [left, right], has: [] };
  const relaying = createRelaying({
    clock,
    random: () => 0.5,
    delivery: {
      holding: {
        standing: () => standing,
        sources: ({ key }) => [key.nodeId],
        tell: (_, nodes, but) => {
          const to = named(nodes);
          if (to) steps.push(`tell ${to} but ${but.map(({ id }) => id)}`);
        },
      },
    },
    network: {
      publish(topic, _, how) {
        const except = (how?.except ?? []).map(({ neighbour }) => neighbour);
        steps.push(
          `publish ${topic.split('/').at(-1)} except ${[...except, named(how?.holders ?? [])].join(' ').trim()}`,
        );
        return true;
      },
    },
    emit: () => {},
  });
  const pass = (ms: number) => {
    clock.advanceTo(clock.now() + ms);
    relaying.tick();
    return steps.splice(0);
  };
  return { clock, relaying, standing, steps, pass };
}

suite('a packet of another', () => {
  test('is passed on after its delay, once, to all but those who have it', () => {
    const { relaying, standing, pass } = opened();
    relaying.pass(relayOf());
    assert.deepEqual(pass(relayMsMax / 2 - 1), []);
    assert.deepEqual(pass(1), ['publish 2 except from']);
    assert.deepEqual(pass(10 * relayMsMax), []);
    standing.owing = [left];
    standing.has = [right];
    relaying.pass(relayOf());
    assert.deepEqual(pass(relayMsMax), ['tell right but link:from', 'publish 2 except from right']);
  });

  test('of which another copy came is told first, and sent later to who is left', () => {
    const { relaying, standing, pass } = opened();
    const relay = relayOf();
    relaying.pass(relay);
    relaying.heard(relay.packet.id, LEFT);
    assert.deepEqual(pass(relayMsMax), ['tell left right but link:from,link:left']);
    standing.owing = [right];
    standing.has = [left];
    assert.deepEqual(pass(2 * relayMsMax), ['publish 2 except from left left']);
  });

  test('told to many teaches who they are by what they say of it', () => {
    const { relaying, standing, pass } = opened();
    const relay = relayOf(0);
    relaying.pass(relay);
    relaying.heard(relay.packet.id, LEFT);
    pass(relayMsMax);
    standing.has = [left, right];
    standing.owing = [];
    pass(3 * relayMsMax);
    standing.has = [];
    standing.owing = [left, right];
    relaying.pass(relayOf(0));
    assert.deepEqual(pass(relayMsMax), ['tell left right but link:from', 'publish 1 except from left right']);
  });

  test('that came by three ways is left to custody; one neighbour that says it often is one way', () => {
    for (const [ways, wanted] of [
      [[FROM, LEFT, LEFT, FROM], 1],
      [[LEFT, RIGHT], 0],
    ] as const) {
      const { relaying, pass } = opened();
      const relay = relayOf();
      relaying.pass(relay);
      for (const via of ways) relaying.heard(relay.packet.id, via);
      pass(relayMsMax);
      assert.equal(pass(3 * relayMsMax).length, wanted);
    }
    assert.equal(relayCopiesMax, 3);
  });

  test('is told first to who had one of that origin without us, until that fails', () => {
    const { relaying, standing, pass } = opened();
    standing.has = [left];
    standing.owing = [right];
    relaying.pass(relayOf(0));
    pass(relayMsMax);
    standing.has = [];
    standing.owing = [left, right];
    relaying.pass(relayOf(0));
    assert.deepEqual(pass(relayMsMax), ['tell left but link:from', 'publish 1 except from left']);
    // It did not have it: nobody else brings it any more.
    standing.has = [right];
    standing.owing = [left];
    assert.deepEqual(pass(3 * relayMsMax), ['publish 1 except from right']);
    standing.has = [];
    standing.owing = [left, right];
    relaying.pass(relayOf(0));
    assert.deepEqual(pass(relayMsMax), ['publish 1 except from']);
  });

  test('from further away teaches nothing: its paths change', () => {
    const { relaying, standing, pass } = opened();
    standing.has = [left];
    standing.owing = [right];
    relaying.pass(relayOf(1));
    pass(relayMsMax);
    standing.has = [];
    standing.owing = [left, right];
    relaying.pass(relayOf(0));
    assert.deepEqual(pass(relayMsMax), ['publish 1 except from']);
  });

  test('goes at once, also to who has it, when a copy came nearer and the first was passed on', () => {
    const { relaying, standing, steps, pass } = opened();
    const relay = relayOf(9);
    relaying.pass(relay);
    const nearer = { ...relay, from: { via: LEFT, hops: 2 } };
    relaying.passNearer(nearer);
    assert.deepEqual(pass(relayMsMax), ['publish 3 except left'], 'instead of the first');
    standing.has = [right];
    relaying.passNearer({ ...relay, from: { via: LEFT, hops: 1 } });
    assert.deepEqual(steps, ['publish 2 except left']);
  });

  test('does not wait where too many do, nor when the clock went back', () => {
    const { relaying, steps } = opened();
    const relay = relayOf();
    for (let i = 0; i <= relaysWaitingMax; i++) {
      const id = Buffer.alloc(16);
      id.writeUInt32BE(i);
      relaying.pass({ ...relay, packet: { ...relay.packet, id } });
    }
    assert.equal(steps.length, 1);
    let nowMs = 1_000_000;
    let published = 0;
    const publish = () => ++published > 0;
    const back = createRelaying({
      clock: { now: () => nowMs },
      random: () => 0.9,
      network: { publish },
      emit: () => {},
    });
    back.pass(relay);
    nowMs = 0;
    back.tick();
    assert.equal(published, 1);
  });
});
