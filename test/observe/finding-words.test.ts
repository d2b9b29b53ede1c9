// One wording for what was concluded, wherever it is told: names and units people know, and nothing that cannot be meant.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTimeline } from '../../src/cli/demo-timeline.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { amount, amounts, duration, percent } from '../../src/observe/amount.ts';
import { advisoryWords, findingWords, issuedWords, verdictWords } from '../../src/observe/finding-words.ts';
import { logLine } from '../../src/observe/log-line.ts';
import { SOME_EVENTS } from './some-events.ts';

type Of<Type extends AgentEvent['type']> = Extract<AgentEvent, { type: Type }>;

const verdict = (changes: Partial<Of<'verdict'>> & { heard?: number }) =>
  verdictWords({ heard: 2, ...SOME_EVENTS.verdict, ...changes });
const advisory = (changes: Partial<Of<'advisory'>>) => advisoryWords({ ...SOME_EVENTS.advisory, ...changes });
const finding = (changes: Partial<Of<'anomaly'>>) => findingWords({ ...SOME_EVENTS.anomaly, ...changes });

test('verdicts', () => {
  assert.equal(verdict({ neighbours: 3, probability: 0.94 }), 'PM2.5 is high here and at 3 neighbours: real, 94%');
  assert.equal(
    verdict({ neighbours: 1, probability: 0.99995 }),
    'PM2.5 is high here and at 1 neighbour: real, over 99%',
  );
  const lone = { verdict: 'local', probability: 0.22 } as const;
  assert.equal(verdict(lone), 'PM2.5 is high only here, not at 2 neighbours: a fire next door, or the sensor, 78%');
  assert.equal(
    verdict({ ...lone, neighbours: 0, phenomenon: 'co2' }),
    'CO2 is high only here: a source next door, or the sensor, 78%',
  );
  assert.equal(verdict({ verdict: 'fault', probability: 0.03 }), 'PM2.5: the sensor is at fault, 97%');
  const unsettled = { verdict: 'uncorroborated', probability: 0.6 } as const;
  assert.equal(verdict({ ...unsettled, heard: 0 }), 'PM2.5 is high here: no neighbour has said anything of it yet');
  assert.equal(
    verdict({ ...unsettled, heard: 1 }),
    'PM2.5 is high here: what 1 neighbour says does not settle it, 60% that it is real',
  );
  const { neighbours: _, ...earlier } = SOME_EVENTS.verdict;
  assert.equal(verdictWords({ ...earlier, heard: 2 }), 'PM2.5 is high here and nearby: real, 97%');
});

test('what falls is called falling', () => {
  const falls = { phenomenon: 'temperature', falls: true } as const;
  assert.equal(verdict(falls), 'temperature is falling here and at 2 neighbours: real, 97%');
  assert.match(verdict({ ...falls, verdict: 'local' }), /^temperature is falling only here, .* a cause next door, or/);
  assert.match(advisory(falls), /^temperature is likely to fall here in about 6 minutes: /);
  const cold = { cause: 'drop', quantity: 'temperature', observed: -3.42, baseline: 4, unit: 'degC' } as const;
  assert.equal(finding(cold), 'temperature is falling at roof: -3.42 degC, normally 4, 93% sure');
});

test('nothing is likely in 0 minutes, or at 0 km', () => {
  assert.equal(advisory({}), 'PM2.5 is likely to reach you in about 6 minutes: seen 3.5 km away by 1 gateway, 80%');
  assert.equal(
    advisory({ inMinutes: 0, distanceKm: 0 }),
    'PM2.5 is likely to reach you any minute now: seen nearby by 1 gateway, 80%',
  );
});

test('findings of a sensor', () => {
  assert.equal(finding({}), 'PM2.5 is high at roof: 87.3 ug/m3, normally 11, 93% sure');
  assert.equal(
    finding({ kind: 'fault', cause: 'stuck' }),
    'roof fails: it repeats one value, last 87.3 ug/m3 of PM2.5, 93% sure',
  );
  assert.equal(finding({ kind: 'cleared', durationS: 2_040 }), 'PM2.5 is back at 87.3 ug/m3 at roof after 34 minutes');
  assert.equal(
    finding({ kind: 'cleared', cause: 'recovered', durationS: 20 }),
    'roof works again after less than a minute: 87.3 ug/m3 of PM2.5',
  );
});

test('packets of ours', () => {
  const about = { phenomenon: 'pm2_5', evidence: ['50df2a2b00'] };
  assert.equal(issuedWords({ ...about, finding: 'confirm' }), 'sees PM2.5 too, as 50df2a2b says');
  assert.equal(issuedWords({ ...about, finding: 'refute' }), 'sees nothing of the PM2.5 that 50df2a2b tells of');
  assert.equal(issuedWords({ ...about, finding: 'verdict' }), 'tells the others its verdict on 50df2a2b');
  assert.equal(issuedWords({ ...about, finding: 'cleared', evidence: [] }), 'tells the others: cleared of PM2.5');
});

suite('numbers for people', () => {
  test('at most three digits, with the unit', () => {
    assert.deepEqual(
      [amount(81.25, 'ug/m3'), amount(11.04, 'degC'), amount(0.05349, 'ppm'), amount(1234, 'ppm')],
      ['81.3 ug/m3', '11 degC', '0.0535 ppm', '1230 ppm'],
    );
    assert.deepEqual([amount(55, '%'), amount(312.4, '1')], ['55%', '312']);
  });

  test('more only where two that differ would read alike', () => {
    assert.deepEqual(amounts([1008.8, 1013.2], 'hPa'), ['1009 hPa', '1013']);
    assert.deepEqual(amounts([1000, 1000], 'hPa'), ['1000 hPa', '1000']);
    assert.deepEqual(amounts([87.25, 11.04], 'ug/m3'), ['87.3 ug/m3', '11']);
  });

  test('nothing is certain unless it is', () => {
    assert.deepEqual([0, 0.001, 0.5, 0.999, 1].map(percent), ['0%', 'under 1%', '50%', 'over 99%', '100%']);
    assert.deepEqual([10, 60, 7_140, 7_200].map(duration), [
      'less than a minute',
      '1 minute',
      '119 minutes',
      '2 hours',
    ]);
  });
});

test('the log and the demo say the same', () => {
  const shown: string[] = [];
  const timeline = createTimeline({ colour: false, hostile: 'client:x', write: (line) => shown.push(line) });
  timeline.begin(0);
  const note = (event: AgentEvent) => timeline.note('gateway-1', { ...event, timeMs: 60_000 });
  note(SOME_EVENTS.anomaly);
  note(SOME_EVENTS.packet_issued);
  note(SOME_EVENTS.verdict);
  note(SOME_EVENTS.advisory);
  const [finding, ...concluded] = shown.map((line) => line.slice(34).replace(/ +\d+ B$/, ''));
  const logged = (event: AgentEvent) => logLine({ ...event, timeMs: 0 });
  // The log adds the id that `qis explain` takes; the demo keeps its columns.
  const { verdict, advisory } = SOME_EVENTS;
  assert.equal(finding, logged(SOME_EVENTS.anomaly));
  assert.deepEqual(
    [`${concluded[0]} (${verdict.about.slice(0, 8)})`, `${concluded[1]} (${advisory.id})`],
    [verdict, advisory].map(logged),
  );
  assert.equal(concluded.length, 2);
});
