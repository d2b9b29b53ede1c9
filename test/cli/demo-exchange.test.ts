// What counts as an exchange between gateways, and what does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createExchange } from '../../src/cli/demo-exchange.ts';
import type { TimedEvent, VerdictName } from '../../src/core/events.ts';
import { resendMsMin } from '../../src/core/limits.ts';

const START_MS = 1_000_000;

const issued = (
  id: string,
  finding: 'event' | 'confirm' | 'refute' | 'verdict',
  evidence: string[] = [],
): TimedEvent => {
  return { type: 'packet_issued', id, finding, phenomenon: 'pm2_5', bytes: 140, evidence, timeMs: START_MS };
};
const received = (id: string, { hops = 0, afterMs = 100 } = {}): TimedEvent => {
  const common = { finding: 'event', phenomenon: 'pm2_5', origin: 'x', via: 'link:x', bytes: 140 } as const;
  return { type: 'packet_received', id, ...common, hops, timeMs: START_MS + afterMs };
};
const verdict = (about: string, name: VerdictName, evidence: string[] = []): TimedEvent => {
  return { type: 'verdict', phenomenon: 'pm2_5', verdict: name, probability: 0.5, about, evidence, timeMs: START_MS };
};

function exchange(together: readonly (readonly [string, TimedEvent])[], alone: readonly TimedEvent[] = []) {
  const counting = createExchange();
  counting.begin(START_MS);
  for (const event of alone) counting.noteAlone(event);
  for (const [gateway, event] of together) counting.note(gateway, event);
  return counting.figures();
}

test('a confirmation counts once another gateway received it and counted it, whichever is reported first', () => {
  const all = [
    ['b', issued('c1', 'confirm', ['e1'])],
    ['a', received('c1')],
    ['a', verdict('e1', 'event', ['c1'])],
  ] as const;
  assert.equal(exchange(all).confirms, 1);
  assert.equal(exchange(all.toReversed()).confirms, 1);
  for (const left of all.keys()) assert.equal(exchange(all.filter((_, index) => index !== left)).confirms, 0);
  // Its own verdict, or that of one that did not receive it.
  for (const by of ['b', 'c'])
    assert.equal(exchange([all[0], all[1], [by, verdict('e1', 'event', ['c1'])]]).confirms, 0);
  // A verdict that was told to the others has counted it as well.
  assert.equal(exchange([all[0], all[1], ['a', issued('v1', 'verdict', ['e1', 'c1'])]]).confirms, 1);
});

test('a verdict that was told needs evidence of another gateway, and somebody who received it', () => {
  const all = [
    ['a', issued('e1', 'event')],
    ['b', issued('e2', 'event')],
    ['a', received('e2')],
    ['a', issued('v1', 'verdict', ['e1', 'e2'])],
    ['b', received('v1')],
  ] as const;
  assert.equal(exchange(all).verdict_deposits, 1);
  for (const left of [1, 2, 3, 4]) {
    assert.equal(exchange(all.filter((_, index) => index !== left)).verdict_deposits, 0, `${left}`);
  }
  const founded = all.map(
    ([by, event]) =>
      [by, event.type === 'packet_issued' && event.id === 'v1' ? issued('v1', 'verdict', ['e1']) : event] as const,
  );
  assert.equal(exchange(founded).verdict_deposits, 0, 'evidence of its own alone');
});

test('links count where a packet was passed on at once: custody brings it later, and before the start by any way', () => {
  const from = ['a', issued('e1', 'event')] as const;
  const linksOf = (hops: number, afterMs: number) =>
    exchange([from, ['c', received('e1', { hops, afterMs })]]).hops_max;
  assert.deepEqual([linksOf(0, 100), linksOf(1, 100), linksOf(2, 100)], [1, 2, 3]);
  assert.deepEqual([linksOf(1, resendMsMin - 1), linksOf(1, resendMsMin)], [2, 0]);
  assert.equal(exchange([['c', received('e1', { hops: 1 })]]).hops_max, 0, 'nobody issued it');
  const early = { ...issued('e1', 'event'), timeMs: START_MS - 1 };
  assert.equal(
    exchange([
      ['a', early],
      ['c', received('e1', { hops: 1 })],
    ]).hops_max,
    0,
  );
});

test('a lone rise is told when packets of others did what the gateway alone could not', () => {
  const rise = issued('e1', 'event');
  const alone = [rise, verdict('e1', 'uncorroborated')];
  const together = [
    ['b', issued('r1', 'refute', ['e1'])],
    ['a', received('r1')],
    ['a', verdict('e1', 'fault', ['r1'])],
  ] as const;
  const told = (...args: Parameters<typeof exchange>) => exchange(...args).lone_rises_told;
  assert.equal(told(together, alone), 1);
  const local = verdict('e1', 'local', ['r1']);
  assert.equal(told([together[0], together[1], ['a', local]], alone), 1);
  for (const left of together.keys())
    assert.equal(
      told(
        together.filter((_, index) => index !== left),
        alone,
      ),
      0,
    );
  assert.equal(told([...together, ['a', verdict('e1', 'event', ['r1'])]], alone), 0, 'it was called an event as well');
  assert.equal(told(together, [rise, verdict('e1', 'event')]), 0, 'it was called an event before');
  assert.equal(told(together, [rise, verdict('e1', 'fault')]), 0, 'it could tell alone');
  assert.equal(told(together), 0, 'not a rise of before the story');
});
