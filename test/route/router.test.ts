// The way of an arrival, step by step: what happens in which order, and what does not happen when a step fails.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { AgentEvent } from '../../src/core/events.ts';
import { hopsMax } from '../../src/core/limits.ts';
import { topicOf } from '../../src/packet/fingerprint.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { createKeyring } from '../../src/packet/keyring.ts';
import { issue } from '../../src/packet/packet.ts';
import { createRouter, type RouterParts } from '../../src/route/router.ts';
import { formatTopic, linkTopic } from '../../src/route/topic.ts';
import { smoke } from '../vectors/smoke.ts';
import { way } from './ways.ts';

const OWN = temporaryIdentity(Buffer.alloc(32, 1)).publicKey;
const OTHER = temporaryIdentity(Buffer.alloc(32, 2));
const PACKET = issue(smoke, OTHER);
const VIA = way('link:other');

const NO_HOLDING = {
  acknowledge: () => {},
  again: () => {},
  sources: () => [],
  standing: () => ({ owing: [], has: [] }),
  tell: () => {},
};

/** A router whose every step is written down. */
function opened(parts: Partial<RouterParts> = {}) {
  const steps: string[] = [];
  const events: AgentEvent[] = [];
  const entered = new Set<string>();
  const keyring = createKeyring();
  keyring.add(OTHER.publicKey);
  const router = createRouter({
    keyring,
    own: OWN,
    community: undefined,
    clock: { now: () => smoke.issued * 1000, quality: () => 2 },
    ledger: {
      isSeen: (id) => entered.has(id.toString('hex')),
      async commit(job) {
        await Promise.resolve();
        const value = job();
        steps.push('commit');
        return value;
      },
      enter({ id }) {
        steps.push('enter');
        const isNew = !entered.has(id.toString('hex'));
        entered.add(id.toString('hex'));
        return isNew ? undefined : 'duplicate';
      },
      isNearer: () => false,
      nearer: () => undefined,
    },
    delivery: {
      owe: () => steps.push('owe'),
      holding: {
        ...NO_HOLDING,
        acknowledge: () => steps.push('acknowledge'),
        again: () => steps.push('acknowledge'),
      },
      refuse: () => steps.push('refuse'),
      frame: () => undefined,
      astray: () => {},
    },
    network: {
      publish(topic, _, how) {
        steps.push(`relay ${topic.split('/').at(-1)} except ${how?.except?.map(({ id }) => id)}`);
        return true;
      },
    },
    describe: () => ({ finding: 'event', phenomenon: 'pm2_5', origin: 'other' }),
    hear: () => void steps.push('hear'),
    emit: (event) => events.push(event),
    ...parts,
  });
  const dropped = () => events.flatMap((event) => ('reason' in event ? event.reason : []));
  const arrive = (hops = 0, bytes = PACKET.bytes) =>
    router.arrival({ topic: formatTopic(topicOf(smoke), hops), bytes, via: VIA });
  return { router, steps, events, dropped, arrive };
}

suite('a packet', () => {
  test('is committed with what is owed for it, then acknowledged, passed on and heard', async () => {
    const { steps, arrive, dropped } = opened();
    const settled = arrive(1);
    assert.deepEqual(steps, [], 'nothing before the commit');
    await settled;
    assert.deepEqual(steps, ['enter', 'owe', 'commit', 'acknowledge', `relay 2 except ${VIA.id}`, 'hear']);
    assert.deepEqual(dropped(), []);
  });

  test('that could not be committed is neither acknowledged, passed on nor heard', async () => {
    const failing: RouterParts['ledger'] = {
      isSeen: () => false,
      commit: () => Promise.reject(new Error('no space left')),
      enter: () => undefined,
      isNearer: () => false,
      nearer: () => undefined,
    };
    const { steps, arrive, dropped } = opened({ ledger: failing });
    await assert.rejects(arrive(), /no space left/);
    assert.deepEqual([steps, dropped()], [[], ['store_failed']]);
  });

  test('that comes twice at once is passed on and heard once, and acknowledged twice', async () => {
    const { steps, arrive, dropped } = opened();
    await Promise.all([arrive(), arrive()]);
    const count = (wanted: string) => steps.filter((step) => step.startsWith(wanted)).length;
    assert.deepEqual(['owe', 'acknowledge', 'relay', 'hear'].map(count), [1, 2, 1, 1]);
    assert.deepEqual(dropped(), ['duplicate']);
    await arrive();
    assert.deepEqual(['owe', 'acknowledge', 'relay', 'hear'].map(count), [1, 3, 1, 1], 'nor later');
  });

  test('with a broken signature is dropped, and suppresses nothing', async () => {
    const { steps, arrive, dropped } = opened();
    const broken = Buffer.from(PACKET.bytes);
    broken[broken.length - 1]! ^= 1;
    await arrive(0, broken);
    assert.deepEqual([steps, dropped()], [[], ['bad_signature']]);
    await arrive();
    assert.equal(steps.at(-1), 'hear');
  });

  test('goes as far as the hop limit and no further, and is heard there too', async () => {
    const near = opened();
    await near.arrive(hopsMax - 1);
    assert.ok(near.steps.includes(`relay ${hopsMax.toString(16)} except ${VIA.id}`), `${near.steps}`);
    const far = opened();
    await far.arrive(hopsMax);
    assert.deepEqual(far.steps, ['enter', 'owe', 'commit', 'acknowledge', 'hear']);
    assert.deepEqual(far.dropped(), ['hop_limit']);
  });

  test('of an unknown key waits for it where keys may still come', async () => {
    const nobody = createKeyring();
    const parked: string[] = [];
    const room = opened({ keyring: nobody, park: ({ via }) => parked.push(via.id) > 0 });
    await room.arrive();
    assert.deepEqual([parked, room.dropped()], [[VIA.id], []]);
    const full = opened({ keyring: nobody, park: () => false });
    await full.arrive();
    const closed = opened({ keyring: nobody });
    await closed.arrive();
    assert.deepEqual([full.dropped(), closed.dropped()], [['parked_full'], ['unknown_key']]);
  });
});

suite('a link frame', () => {
  test('for another gateway is not for us; one for us may carry a packet', async () => {
    const carried = { topic: topicOf(smoke), bytes: PACKET.bytes, via: VIA };
    const delivery = { owe: () => {}, refuse: () => {}, holding: NO_HOLDING, frame: () => carried, astray: () => {} };
    const { router, steps, dropped } = opened({ delivery });
    const frame = (kid: Buffer) => ({ topic: linkTopic(kid.toString('hex')), bytes: Buffer.alloc(9), via: VIA });
    await router.arrival(frame(OTHER.publicKey.kid));
    assert.deepEqual([steps, dropped()], [[], ['not_for_us']]);
    await router.arrival(frame(OWN.kid));
    assert.equal(steps.at(-1), 'hear');
  });
});
