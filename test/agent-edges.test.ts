// One agent whose parts are replaced one by one: what it does when a part says something rare.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type AgentParts, createAgent } from '../src/agent.ts';
import type { Anomaly } from '../src/core/anomaly.ts';
import { OperatingError } from '../src/core/errors.ts';
import type { AgentEvent } from '../src/core/events.ts';
import { waitingOutcomesMax } from '../src/core/limits.ts';
import { diskRetryMs } from '../src/core/load-limits.ts';
import { QUALITY, type Reading } from '../src/core/reading.ts';
import type { Watch } from '../src/detect/watch.ts';
import { AIR } from '../src/distill/air.ts';
import { createDomains } from '../src/distill/domains.ts';
import { createSurroundings } from '../src/distill/surroundings.ts';
import { topicOf } from '../src/packet/fingerprint.ts';
import { temporaryIdentity } from '../src/packet/identity.ts';
import { createKeyring } from '../src/packet/keyring.ts';
import { issue, parse } from '../src/packet/packet.ts';
import { openStore } from '../src/store/store.ts';
import type { Sighting } from '../src/synthesize/sighting.ts';
import type { Conclusion, Synthesizer } from '../src/synthesize/synthesizer.ts';
import { realDisk } from './full-disk.ts';
import { way } from './route/ways.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { smoke } from './vectors/smoke.ts';

const NOW_MS = smoke.issued * 1000;
const OTHER = temporaryIdentity(Buffer.alloc(32, 2));

const READING: Reading = {
  sensor: 'roof',
  quantity: 'pm2_5',
  channel: '',
  value: 12,
  unit: 'ug/m3',
  timeMs: NOW_MS,
  clock: 2,
  quality: 0,
  sensorClass: 1,
};

const RISE: Anomaly = {
  kind: 'event',
  cause: 'rise',
  sensor: 'roof',
  quantity: 'pm2_5',
  channel: '',
  sensorClass: 1,
  onsetMs: NOW_MS - 60_000,
  timeMs: NOW_MS,
  observed: 90,
  baseline: 11,
  spread: 1,
  samples: 6,
  confidence: 0.9,
  severity: 3,
  durationS: 0,
};

/** An agent that hears packets of OTHER; everything it was told and told is kept. */
function opened(parts: Partial<AgentParts> = {}, conclude: (seen: Sighting) => Conclusion[] = () => []) {
  const identity = temporaryIdentity(Buffer.alloc(32, 1));
  const store = openStore(':memory:', { now: () => NOW_MS });
  const keyring = createKeyring();
  for (const { publicKey } of [identity, OTHER]) keyring.add(publicKey);
  const events: AgentEvent[] = [];
  const heard: Sighting[] = [];
  const watched: Reading[] = [];
  const hear: Synthesizer['hear'] = (seen) => {
    heard.push(seen);
    return conclude(seen);
  };
  const synthesizer: Synthesizer = { issued: () => [], hear, tick: () => [], restore: () => {}, explain: () => [] };
  const watch: Partial<Watch> = {
    accept(reading) {
      watched.push(reading);
      return reading.value > 50 ? RISE : undefined;
    },
    views: () => [],
    tick: () => [],
  };
  const agent = createAgent({
    domains: createDomains([AIR]),
    work: new Map([
      [
        AIR.id,
        {
          station: { profile: AIR, latitude: 48, longitude: 8, site: 0, contextTag: identity.contextTag },
          synthesizer,
        },
      ],
    ]),
    identity,
    community: undefined,
    keyring,
    store,
    network: { publish: () => true },
    qualityControl: (reading) => reading,
    watch: watch as Watch,
    surroundings: createSurroundings([]),
    clock: { now: () => NOW_MS, quality: () => 2 },
    emit: (event) => events.push(event),
    ...parts,
  });
  const arrive = async (change: Partial<typeof smoke> = {}) => {
    const packet = issue({ ...smoke, ...change }, OTHER);
    await agent.arrival({ topic: topicOf(packet.outcome), bytes: packet.bytes, via: way('link:other') });
    return packet;
  };
  return { agent, store, events, heard, watched, arrive, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

test('every reading passes quality control before anything else sees it', async () => {
  const flagged = (reading: Reading) => ({ ...reading, quality: QUALITY.disagreement });
  await using under = opened({ qualityControl: flagged });
  under.agent.reading(READING);
  assert.deepEqual(under.watched, [{ ...READING, quality: QUALITY.disagreement }]);
});

suite('a packet of another gateway', () => {
  test('is on disk and known before it is weighed', async () => {
    await using under = opened({}, ({ id }) => {
      const row = under.store.packets.get(Buffer.from(id, 'hex'));
      assert.deepEqual([row?.own, row?.hops, row?.finding], [false, 0, 0]);
      assert.equal(under.store.seen.has(Buffer.from(id, 'hex')), true);
      return [];
    });
    await under.arrive();
    assert.equal(under.heard.length, 1);
  });

  test('of a domain that nobody has here is kept and passed on, and weighed by nobody', async () => {
    await using under = opened();
    const { id } = await under.arrive({ domain: 7 });
    assert.deepEqual(under.heard, []);
    assert.ok(under.store.packets.get(id));
    assert.deepEqual(
      under.events.map((event) => ('phenomenon' in event ? event.phenomenon : event.type)),
      ['unknown', 'packet_relayed'],
    );
  });

  test('of a later version is kept and passed on, weighed by nobody, and takes at most a quarter of the rows', async () => {
    await using under = opened();
    const { id } = await under.arrive({ version: 2, sequence: 1 });
    assert.deepEqual(under.heard, []);
    assert.ok(under.store.packets.get(id));
    const [received, relayed] = under.events;
    assert.equal(received?.type === 'packet_received' && received.finding, 'later');
    assert.equal(relayed?.type, 'packet_relayed');
    // Not even as a contradiction: what its sequence is nobody knows.
    await under.arrive({ version: 2, sequence: 1, observed: 5 });
    assert.deepEqual([under.heard.length, under.store.proofs.all().length], [0, 0]);
  });

  test('that contradicts another is not weighed', async () => {
    await using under = opened();
    const first = await under.arrive({ sequence: 900, observed: 800 });
    await under.arrive({ sequence: 900, observed: 801 });
    assert.deepEqual(
      under.heard.map(({ id }) => id),
      [first.id.toString('hex')],
    );
  });

  test('that changes a verdict is told and kept for the operator', async () => {
    await using under = opened({}, (about) => [
      { kind: 'verdict', about, verdict: 'event', probability: 0.9, evidence: ['ab'], neighbours: 1 },
    ]);
    const { id } = await under.arrive();
    const told = {
      phenomenon: 'pm2_5',
      verdict: 'event',
      probability: 0.9,
      about: id.toString('hex'),
      evidence: ['ab'],
      neighbours: 1,
    };
    assert.deepEqual(
      under.events.filter(({ type }) => type === 'verdict'),
      [{ type: 'verdict', ...told }],
    );
    assert.deepEqual(under.store.verdicts.latest(9), [{ ...told, timeMs: NOW_MS }]);
  });
});

suite('a disk that cannot be written to', () => {
  test('keeps nothing from being sensed; what is concluded waits, is told once, and is issued when it takes writes', async (t) => {
    const disk = realDisk(t);
    if (!disk) return;
    let nowMs = NOW_MS;
    const store = openStore(temporaryFolder(t), { now: () => nowMs });
    const clock = { now: () => nowMs, quality: () => 2 as const };
    await using under = opened({ store, clock });
    const { agent, events, watched } = under;
    const warnings = () => events.filter(({ type }) => type === 'warning');
    const conclude = () => agent.reading({ ...READING, value: 90, timeMs: nowMs });
    const second = () => {
      nowMs += 1_000;
      agent.tick();
    };
    disk.fill();
    for (let i = 0; i < 3; i++) conclude();
    second();
    second();
    assert.equal(watched.length, 3);
    assert.equal(agent.waiting(), 3);
    assert.equal(warnings().length, 1, JSON.stringify(warnings()));
    assert.match(JSON.stringify(warnings()), /qis\.db.*sensing goes on/);
    assert.match(store.problem() ?? '', /qis\.db/);
    await assert.rejects(under.arrive(), { code: 'store_unusable' });
    for (let i = 0; i < waitingOutcomesMax; i++) conclude();
    assert.equal(agent.waiting(), waitingOutcomesMax);
    assert(events.every(({ type }) => type !== 'packet_issued'));
    disk.free();
    nowMs += diskRetryMs;
    second();
    second();
    const issued = events.filter(({ type }) => type === 'packet_issued').length;
    assert(issued >= 2, 'some at a time');
    assert.equal(agent.waiting(), waitingOutcomesMax - issued);
    assert.deepEqual([store.problem(), store.summary().packets], [undefined, issued]);
    assert.match(JSON.stringify(warnings().at(-1)), /takes writes again/);
    const [waited] = store.packets.recent(nowMs, waitingOutcomesMax);
    const parsed = parse(waited!.bytes);
    assert(parsed.ok && parsed.packet.outcome.age >= 60 + diskRetryMs / 1000, 'its event did not move with the wait');
  });

  test('anything else that fails is a mistake of ours', async () => {
    await using under = opened();
    const { agent, store } = under;
    for (const mistake of [new TypeError('oh no'), new OperatingError('store_damaged', 'it is damaged')]) {
      store.commitNow = () => {
        throw mistake;
      };
      assert.throws(() => agent.reading({ ...READING, value: 90 }), mistake);
    }
  });
});
