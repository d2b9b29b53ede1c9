import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { TimedEvent } from '../../src/core/events.ts';
import { queuedEventsMax } from '../../src/core/limits.ts';
import { createEventBus } from '../../src/observe/event-bus.ts';
import { SOME_EVENTS } from './some-events.ts';

const warning = (n: number) => ({ type: 'warning', message: `${n}` }) as const;

/** A bus on a clock of its own, and how to tell it as many numbered events. */
function opened() {
  let nowMs = 0;
  const bus = createEventBus({ now: () => ++nowMs });
  const tell = (count: number, from = 0) => {
    for (let n = from; n < from + count; n++) bus.emit(warning(n));
  };
  return { bus, tell };
}

/** What was numbered, or how many are missing. */
const said = (event: TimedEvent) =>
  event.type === 'warning' ? event.message : event.type === 'events_missed' ? `missed ${event.count}` : event.type;

async function read(events: AsyncIterable<TimedEvent>): Promise<string[]> {
  const found: string[] = [];
  for await (const event of events) found.push(said(event));
  return found;
}

suite('event bus', () => {
  test('of two subscribers one stalls: the other misses nothing, and what the first leaves is capped', async () => {
    const { bus, tell } = opened();
    const heard: string[] = [];
    bus.listen((event) => heard.push(said(event)));
    const stalled = bus.follow();
    const reading = read(bus.follow());
    const count = 20 * queuedEventsMax;
    for (let n = 0; n < count; n += 64) {
      tell(64, n);
      // The reader's turn.
      await new Promise(setImmediate);
    }
    assert.equal(bus.stats().waiting, queuedEventsMax);
    assert.equal(bus.stats().missed, count - queuedEventsMax);
    bus.end();
    const all = Array.from({ length: count }, (_, n) => `${n}`);
    assert.deepEqual(heard, all);
    assert.deepEqual(await reading, all);
    assert.deepEqual(await read(stalled), [`missed ${count - queuedEventsMax}`, ...all.slice(-queuedEventsMax)]);
  });

  test('the cap in bytes holds as well, and what exceeds it alone is not kept', async () => {
    const { bus } = opened();
    const events = bus.follow({ bytesMax: 1_000 });
    const told = { ...SOME_EVENTS.warning, message: 'x'.repeat(400) };
    for (let n = 0; n < 5; n++) bus.emit(told);
    assert.equal(bus.stats().waiting, 2);
    bus.emit({ ...told, message: 'y'.repeat(2_000) });
    assert.deepEqual([bus.stats().waiting, bus.stats().missed], [0, 6]);
    bus.end();
    assert.deepEqual(await read(events), ['missed 6']);
  });

  test('a reader that catches up is told where the gap was, and when', async () => {
    const { bus, tell } = opened();
    const events = bus.follow({ eventsMax: 2 });
    const reader = events[Symbol.asyncIterator]();
    tell(5);
    assert.deepEqual((await reader.next()).value, { type: 'events_missed', count: 3, timeMs: 3 });
    assert.equal(said((await reader.next()).value), '3');
    tell(1, 5);
    assert.deepEqual([said((await reader.next()).value), said((await reader.next()).value)], ['4', '5']);
    const waiting = reader.next();
    tell(1, 6);
    assert.equal(said((await waiting).value), '6');
  });

  test('a listener that throws stops nobody; it is counted each time and told once, after the event', () => {
    const { bus, tell } = opened();
    const heard: string[] = [];
    bus.listen(() => {
      throw new Error('broken\nin two lines');
    });
    bus.listen((event) => heard.push(said(event)));
    tell(3);
    const told = 'a listener for events failed (broken); it stays subscribed';
    assert.deepEqual(heard, ['0', told, '1', '2']);
    assert.equal(bus.stats().failures, 4);
  });

  test('one that rejects does not end the process either', async () => {
    const { bus, tell } = opened();
    const heard: string[] = [];
    bus.listen((event) => heard.push(said(event)));
    bus.listen(async () => Promise.reject(new Error('later')));
    tell(2);
    await new Promise(setImmediate);
    assert.deepEqual(heard, ['0', '1', 'a listener for events failed (later); it stays subscribed']);
  });

  test('whoever leaves hears no more, and nothing is kept for them', async () => {
    const { bus, tell } = opened();
    const heard: string[] = [];
    const leave = bus.listen((event) => heard.push(said(event)));
    const [left, disposed] = [bus.follow(), bus.follow()];
    tell(2);
    leave();
    disposed[Symbol.dispose]();
    for await (const event of left) {
      heard.push(said(event));
      break;
    }
    tell(2, 2);
    assert.deepEqual(heard, ['0', '1', '0']);
    assert.deepEqual(await read(disposed), []);
    assert.deepEqual(bus.stats(), { listeners: 0, followers: 0, waiting: 0, missed: 0, failures: 0 });
  });

  test('a listener may subscribe and unsubscribe while it is called', () => {
    const { bus, tell } = opened();
    const heard: string[] = [];
    const leave = bus.listen((event) => {
      leave();
      heard.push(`first ${said(event)}`);
      bus.listen((next) => heard.push(`second ${said(next)}`));
    });
    tell(2);
    assert.deepEqual(heard, ['first 0', 'second 1']);
  });
});
