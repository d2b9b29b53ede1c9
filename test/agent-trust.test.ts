// Whole agents: what the word of others counts, keys that contradict themselves, and which early warning is told.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { topicOf } from '../src/packet/fingerprint.ts';
import { issue } from '../src/packet/packet.ts';
import { type MemberPlan, openRegion, quietAir, type Region, START_MS } from './region.ts';
import { way } from './route/ways.ts';
import { smoke } from './vectors/smoke.ts';

const MINUTE_MS = 60_000;
const PLANS: MemberPlan[] = ['a', 'b', 'c'].map((name, i, names) => ({
  name,
  place: { latitude: 48.015625 + i * 0.03125, longitude: 7.859375 },
  hears: names.filter((other) => other !== name),
}));

/** A packet of `from`, of now, delivered to `to` as if over a link. */
async function deliver(region: Region, [from, to]: [string, string], change: { sequence: number; observed: number }) {
  const outcome = { ...smoke, ...change, issued: Math.floor(region.nowMs() / 1000) };
  const { bytes } = issue(outcome, region.member(from).identity);
  await region.member(to).agent.arrival({ topic: topicOf(outcome), bytes, via: way(`link:${from}`) });
}

const nodeId = (region: Region, name: string) => region.member(name).identity.publicKey.nodeId.toString('hex');

suite('trust', () => {
  test('two packets of one key with one sequence are kept as proof, and the key counts nothing from then on', async () => {
    await using region = openRegion(PLANS);
    await region.step();
    const { store, reputation, events } = region.member('b');
    await deliver(region, ['a', 'b'], { sequence: 900, observed: 800 });
    assert.equal(reputation.weightOf(nodeId(region, 'a'), 1), 1);
    await deliver(region, ['a', 'b'], { sequence: 900, observed: 801 });
    assert.equal(reputation.weightOf(nodeId(region, 'a'), 1), 0);
    assert.equal(events.filter(({ type }) => type === 'equivocation').length, 1);
    const [proof, ...others] = store.proofs.all();
    assert.equal(others.length, 0);
    assert.deepEqual(proof?.origin, region.member('a').identity.publicKey.bytes);
    assert(proof && !proof.first.equals(proof.second));
    assert.equal(reputation.weightOf(nodeId(region, 'c'), 1), 1, 'nobody else is worth less');
  });

  test('whoever is proven right by what then happens here gains', async () => {
    await using region = openRegion(PLANS);
    const air = quietAir(5);
    const arrivesMs = (name: string) => START_MS + (name === 'a' ? 5 : name === 'b' ? 12 : 19) * MINUTE_MS;
    while (region.nowMs() < START_MS + 45 * MINUTE_MS) {
      await region.step(({ name }, timeMs) => air() + (timeMs > arrivesMs(name) ? 90 : 0));
    }
    const standing = region
      .member('c')
      .reputation.shown()
      .find(({ origin }) => origin === nodeId(region, 'a'));
    assert(standing && standing.weight > 1, JSON.stringify(standing));
    assert(standing.reasons.came >= 1 && standing.reasons.absent === 0);
  });
});

test('a warning by distance and speed is told only until the alarm has learned to warn by itself', async () => {
  const warned = async (hasLearnedToWarn: boolean) => {
    await using region = openRegion(PLANS.map((plan) => ({ ...plan, hasLearnedToWarn })));
    const air = quietAir(5);
    while (region.nowMs() < START_MS + 10 * MINUTE_MS) {
      await region.step(({ name }, timeMs) => air() + (name === 'a' && timeMs > START_MS + 5 * MINUTE_MS ? 90 : 0));
    }
    return region.member('b').events.filter(({ type }) => type === 'advisory').length;
  };
  assert.equal(await warned(false), 1);
  assert.equal(await warned(true), 0);
});
