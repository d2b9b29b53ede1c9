// Whole agents: from readings to verdicts, over a network in memory.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { AgentEvent } from '../src/core/events.ts';
import { hopsMax } from '../src/core/limits.ts';
import { topicOf } from '../src/packet/fingerprint.ts';
import { parse } from '../src/packet/packet.ts';
import { type Member, type MemberPlan, openRegion, quietAir, type Region, START_MS, STEP_MS } from './region.ts';
import { way } from './route/ways.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MINUTE_MS = 60_000;
const PART = 0.5 / 16;

/** In the middle of a sixteenth of a cell, so many of them apart. */
const placeOf = (north: number, east = 0) => ({
  latitude: 48.015625 + north * PART,
  longitude: 7.859375 + east * PART,
});

/** Names in a line, 3.5 km apart, each hearing its neighbours. */
function line(names: readonly string[]): MemberPlan[] {
  return names.map((name, i) => ({
    name,
    place: placeOf(i),
    hears: [names[i - 1], names[i + 1]].filter((one) => one !== undefined),
  }));
}

function ring(names: readonly string[]): MemberPlan[] {
  const at = (i: number) => names[(i + names.length) % names.length]!;
  return names.map((name, i) => ({ name, place: placeOf(i), hears: [at(i - 1), at(i + 1)] }));
}

type Of<Type extends AgentEvent['type']> = Extract<Member['events'][number], { type: Type }>;

function eventsOf<Type extends AgentEvent['type']>(member: Member, type: Type): Of<Type>[] {
  return member.events.filter((event): event is Of<Type> => event.type === type);
}

const count = (region: Region, type: AgentEvent['type']) =>
  region.members.reduce((sum, one) => sum + eventsOf(one, type).length, 0);
const drops = (member: Member, reason: string) =>
  eventsOf(member, 'packet_dropped').filter((event) => event.reason === reason).length;

/** A front from member to member, this many minutes apart; each sees it for 12 minutes. */
async function plume(region: Region, { minutes = 40, stuck = '' } = {}): Promise<void> {
  const air = new Map(region.members.map(({ name }, i) => [name, quietAir(i + 1)]));
  await run(region, minutes, ({ name }, timeMs) => {
    const value = air.get(name)!();
    if (name === stuck) return 11;
    const frontMs = START_MS + (2 + 5 * region.members.findIndex((one) => one.name === name)) * MINUTE_MS;
    return timeMs >= frontMs && timeMs < frontMs + 12 * MINUTE_MS ? value + 80 : value;
  });
}

async function run(region: Region, minutes: number, values?: Parameters<Region['step']>[0]): Promise<void> {
  for (let i = 0; i < (minutes * MINUTE_MS) / STEP_MS; i++) await region.step(values);
}

/** Nobody publishes anything twice: what comes back is known. */
function assertNoStorm(region: Region): void {
  for (const { name, published } of region.members) {
    for (const [bytes, times] of published)
      assert.equal(times, 1, `${name} published ${bytes.slice(0, 60)} ${times} times`);
  }
}

const air = quietAir(50);
const FIVE = ['a', 'b', 'c', 'd', 'e'];

suite('a plume over five gateways in a line', () => {
  test('each sees an event, hears of it before, and has it confirmed', async () => {
    await using region = openRegion(line(FIVE));
    await plume(region);
    for (const member of region.members) {
      const [event, ...more] = eventsOf(member, 'anomaly').filter(({ kind }) => kind === 'event');
      assert.ok(event, `${member.name} saw nothing`);
      assert.deepEqual(more, []);
      assert.deepEqual(
        eventsOf(member, 'verdict')
          .map(({ verdict }) => verdict)
          .at(-1),
        'event',
        member.name,
      );
      if (member.name === 'a') continue;
      const [advisory] = eventsOf(member, 'advisory');
      assert.ok(advisory && advisory.timeMs < event.timeMs, `${member.name} was not warned`);
    }
    assert.deepEqual(
      eventsOf(region.member('a'), 'verdict').map(({ verdict }) => verdict),
      ['uncorroborated', 'event'],
    );
    assert.deepEqual(
      eventsOf(region.member('c'), 'verdict').map(({ verdict }) => verdict),
      ['event'],
    );
  });

  test('every packet reaches everyone once, and is relayed once by each', async () => {
    await using region = openRegion(line(FIVE));
    await plume(region);
    const issued = count(region, 'packet_issued');
    assert.equal(count(region, 'packet_received'), issued * 4);
    for (const { published } of region.members) assert.equal(published.size, issued);
    assertNoStorm(region);
    for (const member of region.members) assert.ok(eventsOf(member, 'packet_received').every(({ hops }) => hops <= 3));
    // 5 events, 5 verdicts, and no more than 3 confirmations for each; a few changes of level, and the ends.
    const answers = region.members
      .flatMap((one) => eventsOf(one, 'packet_issued'))
      .filter(({ finding }) => finding === 'confirm' || finding === 'verdict');
    assert.ok(answers.length >= 5 && answers.length <= 5 + 5 * 4, `${answers.length}`);
    assert.ok(issued < 60, `${issued}`);
    for (const id of answers.flatMap(({ evidence }) => evidence)) {
      const speakers = region.members.filter(
        (one) =>
          eventsOf(one, 'packet_issued').filter(({ finding, evidence }) => finding !== 'event' && evidence.includes(id))
            .length > 1,
      );
      assert.deepEqual(
        speakers.map(({ name }) => name),
        [],
        'nobody answers twice',
      );
    }
  });

  test('a stuck sensor is named, while its neighbours are fine', async () => {
    await using region = openRegion(line(FIVE));
    await plume(region, { stuck: 'c' });
    const verdicts = eventsOf(region.member('c'), 'verdict');
    assert.deepEqual(
      verdicts.map(({ verdict }) => verdict),
      ['fault'],
    );
    const faults = region.members
      .flatMap((one) => eventsOf(one, 'packet_issued'))
      .filter(({ finding }) => finding === 'fault');
    assert.equal(faults.length, 1);
    for (const member of region.members.filter(({ name }) => name !== 'c')) {
      assert.equal(eventsOf(member, 'verdict').at(-1)?.verdict, 'event', member.name);
    }
    assert.ok(eventsOf(region.member('c'), 'advisory').length >= 1, 'the blind gateway is warned all the same');
  });

  test('the same seed gives the same run', async () => {
    const told = async (seed: number) => {
      await using region = openRegion(line(FIVE), { seed });
      await plume(region);
      return JSON.stringify(region.members.map(({ events }) => events));
    };
    const first = await told(7);
    assert.equal(await told(7), first);
    assert.notEqual(await told(8), first);
  });
});

test('an alarm that healthy neighbours do not see is found to be local', async () => {
  const names = ['a', 'b', 'c'];
  const plans = names.map((name, i) => ({
    name,
    place: placeOf(0, i),
    hears: names.filter((other) => other !== name),
  }));
  await using region = openRegion(plans);
  const air = new Map(names.map((name, i) => [name, quietAir(i + 1)]));
  await run(region, 75, ({ name }, timeMs) => {
    const value = air.get(name)!();
    return name === 'a' && timeMs > START_MS + 2 * MINUTE_MS ? value + 80 : value;
  });
  assert.deepEqual(
    eventsOf(region.member('a'), 'verdict').map(({ verdict }) => verdict),
    ['uncorroborated', 'local'],
  );
  const refuted = ['b', 'c'].flatMap((name) =>
    eventsOf(region.member(name), 'packet_issued').map(({ finding }) => finding),
  );
  assert.ok(refuted.length >= 1 && refuted.every((finding) => finding === 'refute'), `${refuted}`);
  const own = eventsOf(region.member('a'), 'packet_issued').map(({ finding }) => finding);
  assert.equal(own.filter((finding) => finding === 'verdict').length, 1);
});

suite('relaying', () => {
  for (const names of [['a', 'b', 'c'], FIVE]) {
    test(`in a ring of ${names.length} a packet reaches each once and dies out`, async () => {
      await using region = openRegion(ring(names));
      await region.fault('a');
      await run(region, 0.5);
      assert.equal(count(region, 'packet_issued'), 1);
      assert.equal(count(region, 'packet_received'), names.length - 1);
      assertNoStorm(region);
      // Every published copy reaches two neighbours; each but the first arrival of each gateway is dropped.
      const dropped = region.members.reduce((sum, one) => sum + drops(one, 'duplicate') + drops(one, 'own_echo'), 0);
      assert.equal(dropped, 2 * names.length - (names.length - 1));
      assert.equal(drops(region.member('a'), 'own_echo'), 2);
    });
  }

  test('a packet goes no further than the hop limit', async () => {
    const names = Array.from({ length: hopsMax + 4 }, (_, i) => `g${i}`);
    await using region = openRegion(line(names).map((plan) => ({ ...plan, place: placeOf(0) })));
    await region.fault('g0');
    const hops = region.members.map((one) => eventsOf(one, 'packet_received')[0]?.hops);
    assert.deepEqual(
      hops,
      names.map((_, i) => (i >= 1 && i <= hopsMax + 1 ? i - 1 : undefined)),
    );
    assert.equal(drops(region.member(`g${hopsMax + 1}`), 'hop_limit'), 1);
  });

  test('whoever lacks the key of an origin counts its packets, and passes none of them on', async () => {
    const plans = line(['a', 'b', 'c']).map((plan) => (plan.name === 'b' ? { ...plan, without: ['a'] } : plan));
    await using region = openRegion(plans);
    await region.fault('a');
    assert.equal(drops(region.member('b'), 'unknown_key'), 1);
    assert.equal(count(region, 'packet_received'), 0);
    assert.equal(region.member('b').published.size, 0);
    await region.fault('c');
    assert.equal(eventsOf(region.member('b'), 'packet_received').length, 1);
    assert.equal(eventsOf(region.member('a'), 'packet_received').length, 1);
  });
});

test('dedupe survives a restart', async (t) => {
  const folder = temporaryFolder(t);
  const plans = line(['a', 'b', 'c']).map((plan) => (plan.name === 'b' ? { ...plan, folder } : plan));
  const copies: Buffer[] = [];
  {
    await using region = openRegion(plans);
    await region.fault('a');
    await region.fault('b');
    for (const bytes of region.member('b').published.keys()) copies.push(Buffer.from(bytes, 'hex'));
    assert.equal(copies.length, 2);
  }
  await using region = openRegion(plans);
  const b = region.member('b');
  for (const bytes of copies) {
    const parsed = parse(bytes);
    assert.ok(parsed.ok);
    await b.agent.arrival({ topic: topicOf(parsed.packet.outcome), bytes, via: way('link:a') });
  }
  assert.deepEqual(
    b.events.map((event) => event.type === 'packet_dropped' && event.reason),
    ['duplicate', 'own_echo'],
  );
  assert.equal(b.published.size, 0);
  await region.fault('b');
  const sequences = b.store.packets.recent(region.nowMs(), 10).map(({ bytes }) => {
    const parsed = parse(bytes);
    return parsed.ok && parsed.packet.outcome.sequence;
  });
  assert.equal(new Set(sequences).size, 3, 'the second of b, after the first of a and of b');
});

test('what is made without a clock waits until there is one', async () => {
  await using region = openRegion(line(['a', 'b']));
  region.setClock(0);
  await region.fault('a');
  await run(region, 0.5);
  const a = region.member('a');
  assert.deepEqual([eventsOf(a, 'packet_issued').length, a.agent.waiting(), a.published.size], [0, 1, 0]);
  region.setClock(1);
  await region.step();
  assert.deepEqual([eventsOf(a, 'packet_issued').length, a.agent.waiting()], [1, 0]);
  assert.equal(a.published.size, 1);
  assert.equal(a.store.packets.unsent(10).length, 0);
  assert.equal(eventsOf(region.member('b'), 'packet_received').length, 1);
});

test('what nobody could take stays in the outbox, and goes out in order', async () => {
  await using region = openRegion(line(['a', 'b']));
  const a = region.member('a');
  region.cutOff('a', true);
  for (let i = 0; i < 3; i++) {
    await region.fault('a');
    await run(region, 1, ({ name }) => (name === 'a' ? air() : undefined));
  }
  const issued = eventsOf(a, 'packet_issued');
  assert.equal(issued.length, 6, 'three faults, and three that are over');
  assert.equal(a.store.packets.unsent(10).length, 6);
  assert.equal(a.published.size, 0);
  region.cutOff('a', false);
  await region.step();
  assert.equal(a.store.packets.unsent(10).length, 0);
  assert.deepEqual(
    eventsOf(region.member('b'), 'packet_received').map(({ id }) => id),
    issued.map(({ id }) => id),
  );
});
