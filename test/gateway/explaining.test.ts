// What a gateway answers to `qis explain`: names and reasons beside the figures, on agents that heard each other.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AIR } from '../../src/distill/air.ts';
import { createExplainer, type ExplainerParts } from '../../src/gateway/explaining.ts';
import type { Standing } from '../../src/synthesize/alarm/standing.ts';
import { createReputation } from '../../src/synthesize/reputation.ts';
import { type Member, openRegion, quietAir, type Region, START_MS } from '../region.ts';

const PLANS = ['a', 'b', 'c'].map((name, i) => ({
  name,
  place: { latitude: 48.015625 + i / 32, longitude: 7.859375 },
  hears: ['a', 'b', 'c'].filter((other) => other !== name),
}));

/** Three in a line, and smoke at all of them. */
async function smoky(): Promise<Region> {
  const region = openRegion(PLANS);
  const air = new Map(PLANS.map(({ name }, i) => [name, quietAir(i + 1)]));
  for (let i = 0; i < 120; i++)
    await region.step(({ name }, timeMs) => air.get(name)!() + (timeMs - START_MS > 120_000 ? 80 : 0));
  return region;
}

const nodeId = (member: Member) => member.identity.publicKey.nodeId.toString('hex');

function partsOf(region: Region, { agent, reputation, store }: Member): ExplainerParts {
  const names = new Map(region.members.map((one) => [nodeId(one), one.name]));
  return {
    explain: agent.explain,
    reputations: new Map([[AIR, reputation]]),
    alarms: { of: () => undefined },
    keyring: { nameOf: (id) => names.get(id) ?? id },
    pinned: new Set(names.keys()),
    store,
    now: region.nowMs,
  };
}

interface Shown {
  readonly origins: Readonly<Record<string, { name: string; is_pinned: boolean; because: { reason: string } }>>;
  readonly votes: readonly { origin: string; log_odds: number; time: string; capped_by?: string }[];
  readonly prior: number;
  readonly probability: number;
  readonly open_until: string;
}

suite('an answer', () => {
  test('names everybody who spoke, says why the word counts, and adds up in its JSON, too', async () => {
    await using region = await smoky();
    const member = region.member('a');
    const verdict = member.events.find((event) => event.type === 'verdict' && event.verdict === 'event');
    assert.ok(verdict?.type === 'verdict');
    const { words, explanation } = createExplainer(partsOf(region, member))(verdict.about.slice(0, 4));
    const { origins, votes, prior, probability, open_until } = JSON.parse(JSON.stringify(explanation)) as Shown;
    assert.deepEqual(votes.map(({ origin }) => origins[origin]?.name).toSorted(), ['b', 'c']);
    for (const { is_pinned, because } of Object.values(origins))
      assert.deepEqual([is_pinned, because.reason], [true, 'what_it_told']);
    const logOdds = votes.reduce((sum, { log_odds }) => sum + log_odds, prior);
    assert.ok(Math.abs(1 / (1 + Math.exp(-logOdds)) - probability) < 1e-9);
    assert.match(open_until, /^2\d{3}-\d\d-\d\dT.*Z$/);
    assert.match(words.join('\n'), / {2}b \(3.4\d km, pinned key\) .*\n.*\n.*because what it told came here too, once/);
  });

  test('where a phenomenon has an alarm, the reason is what was settled of its classes', async () => {
    await using region = await smoky();
    const member = region.member('a');
    const parts = partsOf(region, member);
    const { about } = member.events.findLast((event) => event.type === 'verdict')! as { about: string };
    const standing: Standing = { above: 1, aboveRight: 0.5, below: 2, belowRight: 2 };
    const standings = new Map([[nodeId(region.member('b')), standing]]);
    const watch = { standings: () => standings } as unknown as ReturnType<ExplainerParts['alarms']['of']>;
    const ofWatch = () => createExplainer({ ...parts, alarms: { of: () => watch } })(about).words.join('\n');
    assert.match(ofWatch(), /as it was right about its alarm level in 15 of 18 h when it was clear here/);
    assert.match(ofWatch(), /, as nothing is known of it yet/);
    const condemned = createReputation({ pinned: new Set() });
    condemned.condemn(nodeId(region.member('c')));
    const { words } = createExplainer({ ...parts, reputations: new Map([[AIR, condemned]]) })(about);
    assert.match(words.join('\n'), /because it contradicted itself/);
  });

  test('from before a restart is one line of what the table holds; what several begin with is asked for again', async () => {
    await using region = await smoky();
    const member = region.member('a');
    const parts = { ...partsOf(region, member), explain: () => [] };
    const told = member.store.verdicts.latest(1)[0]!;
    const { words, explanation } = createExplainer(parts)(told.about.slice(0, 8));
    assert.equal(words.length, 1);
    assert.match(
      words[0]!,
      /PM2.5 is high here and at \d neighbours?: real, \d\d%; told \S+Z from packets [0-9a-f]{8}/,
    );
    assert.deepEqual((explanation as { evidence: string[] }).evidence, told.evidence);
    const other = `${told.about.slice(0, 6)}${'0'.repeat(26)}`;
    member.store.commitNow(() => member.store.verdicts.add({ ...told, about: other }));
    const both = { code: 'usage', message: new RegExp(`^2 conclusions begin with .*${told.about}`) };
    assert.throws(() => createExplainer(parts)(told.about.slice(0, 6)), both);
    assert.throws(() => createExplainer(partsOf(region, member))(told.about.slice(0, 6)), both);
    assert.throws(() => createExplainer(parts)('ffff0000ffff'), { code: 'not_found' });
    for (const id of ['abc', 'zzzz', '', 7, undefined, '../..'])
      assert.throws(() => createExplainer(parts)(id), { code: 'usage' });
  });
});
