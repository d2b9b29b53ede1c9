import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentEvent } from '../../src/core/events.ts';
import { createCounters } from '../../src/observe/counters.ts';
import { SOME_EVENTS } from './some-events.ts';

function counted(...events: AgentEvent[]): Record<string, number> {
  const counters = createCounters();
  for (const event of events) counters.note({ ...event, timeMs: 0 });
  return counters.snapshot();
}

test('each event counts once, drops as often as they say, by reason', () => {
  const { frame_dropped, packet_dropped, link_up } = SOME_EVENTS;
  const events: AgentEvent[] = [
    link_up,
    link_up,
    frame_dropped,
    { ...frame_dropped, reason: 'noise', count: 40 },
    { ...frame_dropped, count: 5 },
    packet_dropped,
    { ...packet_dropped, reason: 'expired' },
  ];
  assert.deepEqual(counted(...events), {
    'frame_dropped.checksum': 8,
    'frame_dropped.noise': 40,
    link_up: 2,
    'packet_dropped.bad_signature': 1,
    'packet_dropped.expired': 1,
  });
});

test('deliveries count by why they were given up', () => {
  const { owed_shed } = SOME_EVENTS;
  assert.deepEqual(counted(owed_shed, owed_shed, { ...owed_shed, reason: 'no_room', count: 1 }), {
    'owed_shed.expired': 8,
    'owed_shed.no_room': 1,
  });
});

test('packets count by finding, verdicts by what they say', () => {
  const { packet_issued, packet_received, verdict } = SOME_EVENTS;
  assert.deepEqual(counted(packet_issued, packet_received, verdict), {
    'packet_issued.event': 1,
    'packet_received.confirm': 1,
    'verdict.event': 1,
  });
});

test('every type has a name of its own, in order', () => {
  const names = Object.keys(counted(...Object.values(SOME_EVENTS)));
  assert.equal(names.length, Object.keys(SOME_EVENTS).length);
  assert.deepEqual(names, [...names].sort());
});

test('texts from outside make no names: the size is bounded', () => {
  const events = Array.from({ length: 1_000 }, (_, i): AgentEvent[] => [
    { ...SOME_EVENTS.source_down, reason: `reason ${i}` },
    { ...SOME_EVENTS.link_down, link: `link ${i}` },
    { ...SOME_EVENTS.client_refused, client: `client ${i}` },
    { ...SOME_EVENTS.warning, message: `message ${i}` },
  ]);
  assert.deepEqual(counted(...events.flat()), {
    client_refused: 1000,
    link_down: 1000,
    source_down: 1000,
    warning: 1000,
  });
});

test('a snapshot is a copy', () => {
  const counters = createCounters();
  counters.note({ ...SOME_EVENTS.stopped, timeMs: 0 });
  const before = counters.snapshot();
  counters.note({ ...SOME_EVENTS.stopped, timeMs: 1 });
  assert.deepEqual([before, counters.snapshot()], [{ stopped: 1 }, { stopped: 2 }]);
});
