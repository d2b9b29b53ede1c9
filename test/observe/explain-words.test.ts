// Explanations as a person reads them.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AIR } from '../../src/distill/air.ts';
import { explainWords } from '../../src/observe/explain-words.ts';
import { createAdvisor } from '../../src/synthesize/advisor.ts';
import type { Because, ExplainedOrigin, Explanation } from '../../src/synthesize/explained.ts';
import { createToldGrounds } from '../../src/synthesize/told-grounds.ts';
import { quiet, settled, type ToldJudge } from '../synthesize/alarm/told-judge.ts';
import { EVENT, mine, NORMAL, synthesizer } from '../synthesize/listener.ts';
import { away, HERE, MINUTE_MS, nodeOf, sighting, T0_MS, type Told } from '../synthesize/sightings.ts';

const origin = (name: string, because: Because, isPinned = true): ExplainedOrigin => ({ name, isPinned, because });
const ORIGINS = {
  [nodeOf('roof-2')]: origin('roof-2', { reason: 'what_it_told', came: 3, confirmed: 1, absent: 0, refuted: 0 }),
  [nodeOf('hill')]: origin('hill', { reason: 'nothing_known_yet' }, false),
  [nodeOf('mill')]: origin('mill', { reason: 'alarm_class', rightH: 31, settledH: 36 }),
  [nodeOf('liar')]: origin('liar', { reason: 'contradicted_itself' }),
  ...Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((key) => [key, origin(key, { reason: 'nothing_known_yet' })])),
};

/** The id differs from run to run. */
const says = (explanation: Explanation | undefined, nowMs = T0_MS + 5 * MINUTE_MS): string[] => {
  assert.ok(explanation);
  const [head, ...lines] = explainWords({ explanation, origins: ORIGINS }, nowMs);
  assert.ok(head!.startsWith(`${explanation.id.slice(0, 8)}  `));
  for (const line of [head!, ...lines]) assert.doesNotMatch(line, /undefined|NaN|\[object|\n/);
  return [head!.slice(10), ...lines];
};

function heard(...told: Told[]) {
  const under = synthesizer();
  const event = mine();
  under.issued(event, T0_MS);
  for (const one of told)
    under.hear(sighting({ issuedMs: T0_MS + MINUTE_MS, about: [event], ...one }), T0_MS + MINUTE_MS, EVENT);
  return under.explain(event.id)[0];
}

suite('a verdict in words', () => {
  test('who said what, from how far, when, what it weighs and why, and what would change it', () => {
    assert.deepEqual(
      says(heard({ by: 'roof-2', confidence: 62 }, { by: 'hill', finding: 'refute', sensor: 2, samples: 1 })),
      [
        'PM2.5 is high here: what 2 neighbours say does not settle it, 57% that it is real',
        '  weighed 4 minutes ago, on a scale where 0 is even odds, 1.1 is 75% and 2.2 is 90%',
        '  +1.09  roof-2 (3.47 km, pinned key) says PM2.5 is high too, 4 minutes ago',
        '         it weighs 1.21: 62% sure, 98% alike, times 2 for its many readings',
        '         its word counts 1.00 because what it told came here too, 3 times; was confirmed by others, once',
        '  -0.79  hill (key of a stranger) says that it sees nothing of the PM2.5, 4 minutes ago',
        '         it weighs 0.88: 90% sure, 98% alike',
        '         its word counts 1.00, as nothing is known of it yet',
        '  +0.30  together: 57% that it is real',
        '  open until 2026-01-05 12:01 UTC; what would change it:',
        '    1 more neighbour of full weight that sees it would make it real',
        '    1 more neighbour of full weight that sees nothing of it would make it only here',
      ],
    );
  });

  test('caps, what nobody can change any more, and a verdict that is kept', () => {
    const three = ['roof-2', 'mill', 'liar'].map((by) => ({ by, confidence: 100, samples: 9, at: HERE }));
    const lines = says(heard(...three));
    assert.equal(lines[0], 'PM2.5 is high here and at 3 neighbours: real, 97%');
    assert.match(
      lines.join('\n'),
      /cut to 0.00, as sensors of one kind \(optical plantower\) err alike and count as two at most/,
    );
    assert.match(
      lines.join('\n'),
      /its word counts 1.00, as it was right about its alarm level in 31 of 36 h when it was clear here/,
    );
    assert.match(lines.join('\n'), /because it contradicted itself/);
    assert.equal(
      lines.at(-1),
      '    no number of neighbours that see nothing of it: three trusted ones saw it themselves',
    );
    const kept = says(heard({ by: 'roof-2' }, { by: 'hill', finding: 'refute', sensor: 2 }));
    assert.match(kept.join('\n'), /told before, it stands while the odds are not against it/);
    const no = (by: string): Told => ({ by, finding: 'refute' });
    const raised = says(
      heard({ by: 'a' }, { by: 'b' }, { by: 'c' }, no('mill'), no('hill'), no('liar'), { ...no('roof-2'), sensor: 2 }),
    );
    assert.match(raised.join('\n'), /together: 75% that it is real, raised to 75% as three trusted neighbours saw it/);
  });

  test('nobody spoke; it is closed; a check of the sensor', () => {
    const alone = heard();
    assert.deepEqual(says(alone).slice(2), [
      '  no neighbour has said anything of it yet: even odds',
      '  open until 2026-01-05 12:01 UTC; what would change it:',
      '    1 more neighbour of full weight that sees it would make it real',
      '    1 more neighbour of full weight that sees nothing of it would make it only here',
    ]);
    assert.equal(
      says(alone, alone!.timeMs + 24 * 60 * MINUTE_MS).at(-1),
      '  closed: what others send now does not change it',
    );
    const under = synthesizer();
    under.hear(sighting({ by: 'roof-2' }), T0_MS, NORMAL);
    const fault = mine({ finding: 'fault', confidence: 98 });
    under.issued(fault, T0_MS);
    assert.deepEqual(says(under.explain(fault.id)[0]).slice(0, 3), [
      'PM2.5: the sensor is at fault, 97%',
      '  a check of the sensor says so, 5 minutes ago; what others say does not change it',
      '  beside it:',
    ]);
  });
});

suite('an alarm in words', () => {
  const explained = (one: ToldJudge, at = 0) => {
    const grounds = createToldGrounds();
    const { minutes, ...told } = one.told[at]!;
    const timeMs = one.zeroMs + minutes * MINUTE_MS;
    const id = grounds.alarm(told, { phenomenon: 'pm2_5', sensor: 'roof', unit: 'ug/m3', timeMs });
    return says(grounds.explain(id)[0], timeMs + 5 * MINUTE_MS);
  };
  const FIVE = ['a', 'b', 'c', 'd', 'e'];

  test('the own value, every neighbour that counts, rule and probability', () => {
    const one = settled(FIVE);
    one.say(-1, 'a', 'b', 'c', 'd');
    one.say(1, 'e');
    one.read((minutes) => 60 + quiet(minutes), 3);
    assert.deepEqual(explained(one), [
      'ALARM: PM2.5 is at 71.3 ug/m3 at roof, 50% that others nearby see it too',
      "  told 5 minutes ago: half an hour's 71.3 ug/m3 against the alarm level of 50, above it for 100 minutes; usually 11.1 ug/m3",
      '  it stood 110 minutes; while the neighbourhood is not above, 108 minutes are asked for',
      ...['a', 'b', 'c', 'd'].map(
        (key) => `  below 1.00  ${key} (pinned key) for 2 hours by then, told last 2 hours before`,
      ),
      '  above 1.00  e (pinned key) for 2 hours by then, told last 2 hours before',
      '  together 1.00 above, 4.00 below: the neighbourhood is below',
      '  4 more neighbours with a pinned key that are above would change that to: the neighbourhood is above',
      '  50% that others see it too: 25% of their weight is above; that alone makes 50%, and counts as 4 cases; none was told like this before',
    ]);
  });

  test('signs of the device', () => {
    const stuck = settled();
    stuck.read(quiet, 72);
    stuck.from();
    stuck.read(12.3, 12);
    assert.match(explained(stuck).join('\n'), /\n {2}8 readings in a row of exactly 12.3 ug\/m3 for 70 minutes\n/);
    const drifted = settled(FIVE);
    for (let day = 0; day < 3; day++) {
      drifted.say(-1, ...FIVE);
      drifted.read((minutes) => 90 + quiet(minutes), 24);
    }
    const at = drifted.told.findIndex(({ kind }) => kind === 'fault');
    assert.match(
      explained(drifted, at).join('\n'),
      /\n {2}above the alarm level for 36 hours while the neighbourhood was below\n/,
    );
  });
});

test('early warnings in words: by distance, and as was learned', () => {
  const grounds = createToldGrounds();
  const seen = [sighting({ by: 'roof-2', at: away(4) })];
  const [advisory] = createAdvisor(AIR, HERE).advise('pm2_5', seen, T0_MS);
  const lines = says(grounds.explain(grounds.advisory(advisory!, T0_MS))[0]);
  assert.match(lines[0]!, /^PM2.5 is likely to reach you in about 46 minutes: seen 13.9 km away by 1 gateway/);
  assert.match(lines[2]!, /^ {2}x 0\.\d\d {2}roof-2 \(13\.9 km, pinned key\) saw it begin 5 minutes ago$/);
  assert.match(lines.at(-1)!, /told again once 2 gateways saw it$/);

  const one = settled(['a', 'b']);
  Object.assign(one.state.advice, {
    weights: [0.4, 0.3, 0.2, 0.6, 1.1],
    examples: 40,
    came: 20,
    pairs: { a: { had: 9, came: 8 } },
  });
  one.say(-1, 'a', 'b');
  one.read(quiet, 1);
  one.from();
  one.say(1, 'a');
  one.read(quiet, 0.5);
  const id = grounds.alarm(one.told[0]!, { phenomenon: 'pm2_5', sensor: 'roof', unit: 'ug/m3', timeMs: T0_MS });
  const learned = says(grounds.explain(id)[0]);
  assert.equal(
    learned[2],
    '  a (pinned key) has just gone above; of 9 times before, it came here 8 times within 6 hours',
  );
  assert.match(learned.join('\n'), /\n {2}\+1\.\d\d {2}how often what it has comes here\n/);
});
