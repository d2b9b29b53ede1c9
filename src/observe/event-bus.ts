// Hands every event, with its time, to whoever subscribed: counters, log, JSON output; a page or home automation later.
//
//     emit ──> listeners: called at once, in the order in which they came
//         └──> followers: async iterables, each behind a capped queue of its own
//
// Invariant: no subscriber can hold up another or the agent. A listener that throws is counted and told once, in a
// warning to all; a follower that stalls loses its own oldest events, and is told how many.
import type { Clock } from '../core/clock.ts';
import { reasonOf } from '../core/errors.ts';
import type { AgentEvent, Emit, TimedEvent } from '../core/events.ts';
import { createEventQueue, type EventQueue, type QueueCaps } from './event-queue.ts';

export interface EventBus {
  readonly emit: Emit;
  /** @returns how to unsubscribe */
  listen(listener: (event: TimedEvent) => void): () => void;
  /** Events from now on, for one reader; disposing it, or leaving the loop over it, unsubscribes. */
  follow(caps?: QueueCaps): EventStream;
  /** Followers get what is queued for them, and then their end. */
  end(): void;
  stats(): BusStats;
}

export interface EventStream extends AsyncIterable<TimedEvent>, Disposable {}

export interface BusStats {
  readonly listeners: number;
  readonly followers: number;
  /** Queued, over the followers of now. */
  readonly waiting: number;
  /** Lost to caps, over all followers that ever were. */
  readonly missed: number;
  /** Times a listener threw. */
  readonly failures: number;
}

interface Listening {
  readonly hear: (event: TimedEvent) => void;
  isTold: boolean;
}

export function createEventBus(clock: Pick<Clock, 'now'>): EventBus {
  const listeners = new Set<Listening>();
  const queues = new Set<EventQueue>();
  let failures = 0;
  let missed = 0;

  function emit(event: AgentEvent): void {
    const timed: TimedEvent = { ...event, timeMs: clock.now() };
    const thrown: (readonly [Listening, unknown])[] = [];
    for (const listener of [...listeners]) {
      try {
        // An async function is a listener too, and its rejection would end the process.
        const result: unknown = listener.hear(timed);
        if (result instanceof Promise) result.catch((error) => failed(listener, error));
      } catch (error) {
        thrown.push([listener, error]);
      }
    }
    if (queues.size > 0) {
      const bytes = Buffer.byteLength(JSON.stringify(timed));
      for (const queue of queues) missed += queue.push(timed, bytes);
    }
    // Only now, so that everybody hears of the event before they hear of the failure.
    for (const [listener, error] of thrown) failed(listener, error);
  }

  function failed(listener: Listening, error: unknown): void {
    failures++;
    if (listener.isTold) return;
    listener.isTold = true;
    emit({ type: 'warning', message: `a listener for events failed (${reasonOf(error)}); it stays subscribed` });
  }

  return {
    emit,
    listen(hear) {
      const listener: Listening = { hear, isTold: false };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    follow(caps) {
      const queue = createEventQueue(() => queues.delete(queue), caps);
      queues.add(queue);
      return queue;
    },
    end() {
      for (const queue of queues) queue.end();
    },
    stats: () => ({
      listeners: listeners.size,
      followers: queues.size,
      waiting: [...queues].reduce((sum, queue) => sum + queue.waiting(), 0),
      missed,
      failures,
    }),
  };
}
