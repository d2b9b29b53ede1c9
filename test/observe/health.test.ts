import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthOf, healthWords, judgedLink, judgedSensor, type SensorHealth } from '../../src/observe/health.ts';

const sensor = (state: SensorHealth['state'], problem: string | null = null) => ({ name: 'roof', state, problem });
const MINUTE_MS = 60_000;
const well = { uptimeMs: 10 * MINUTE_MS, clockProblem: null, diskProblem: null, sensors: [], links: [] };

test('learning, sleeping, maintenance and the first minute of a device are no trouble; silent, missing and faulty is', () => {
  for (const state of ['ok', 'learning', 'sleeping', 'maintenance'] as const)
    assert.equal(judgedSensor(sensor(state), 10 * MINUTE_MS).trouble, false, state);
  for (const state of ['silent', 'missing', 'fault'] as const) {
    const judged = judgedSensor(sensor(state), 0);
    assert.ok(judged.trouble && judged.problem, state);
    assert.equal(judgedSensor(sensor(state, 'no cable'), 0).problem, 'no cable');
  }
  assert.equal(judgedSensor(sensor('waiting'), MINUTE_MS).trouble, false);
  assert.match(judgedSensor(sensor('waiting'), MINUTE_MS + 1).problem ?? '', /compare its topic or port/);
});

test('a link that comes back within a minute is no trouble, one that stays away or has the wrong key is', () => {
  const down = { name: 'hub', up: false, dialled: true, problem: 'the link is down: refused' };
  assert.equal(judgedLink(down, MINUTE_MS).trouble, false);
  assert.equal(judgedLink(down, MINUTE_MS + 1).trouble, true);
  assert.equal(judgedLink({ name: 'hub', up: false }, MINUTE_MS + 1).problem, 'the link is down');
  assert.equal(judgedLink({ name: 'hub', up: true }, undefined).trouble, false);
  assert.equal(judgedLink({ name: 'hub', up: true, problem: 'another key came' }, undefined).trouble, true);
  assert.equal(judgedLink({ name: 'hub', up: false, dialled: false, problem: null }, 5 * MINUTE_MS).trouble, false);
});

test('the state in words: each problem begins with what it concerns, once', () => {
  assert.deepEqual(healthOf(well), { state: 'ok', problems: [] });
  const health = healthOf({
    ...well,
    clockProblem: 'the time is not known',
    diskProblem: 'no space left',
    sensors: [judgedSensor(sensor('silent', 'no byte came'), 0), judgedSensor(sensor('ok'), 0)],
    links: [judgedLink({ name: 'hub', up: true, problem: 'hub does not answer' }, undefined)],
  });
  const problems = ['clock: the time is not known', 'disk: no space left', 'roof: no byte came', 'hub does not answer'];
  assert.deepEqual(health, { state: 'degraded', problems });
  assert.equal(healthWords(health), 'degraded, 4 problems, first: clock: the time is not known');
  assert.equal(healthWords({ state: 'degraded', problems: ['roof: no byte came'] }), 'degraded: roof: no byte came');
  assert.equal(healthWords(healthOf(well)), 'all is well');
});

test('a time server is given a moment', () => {
  const clockProblem = 'the time is not known';
  assert.equal(healthOf({ ...well, clockProblem, uptimeMs: 15_000 }).state, 'ok');
  assert.equal(healthOf({ ...well, clockProblem, uptimeMs: 15_001 }).state, 'degraded');
});
