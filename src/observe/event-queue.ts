// Events that wait for one reader who may be slow: capped in events and in bytes.
//
// When either cap is reached the oldest go, and the reader gets one `events_missed` with their number in their place.
// Invariant: what is held never exceeds the caps, whether or not anybody reads; an event over the byte cap is not held.
import type { TimedEvent } from '../core/events.ts';
import { queuedEventBytesMax, queuedEventsMax } from '../core/limits.ts';

export interface QueueCaps {
  readonly eventsMax?: number;
  /** Of the events as JSON. */
  readonly bytesMax?: number;
}

export interface EventQueue extends AsyncIterable<TimedEvent>, Disposable {
  /** @returns how many events were given up for it, itself included */
  push(event: TimedEvent, bytes: number): number;
  /** No more will come; what is queued is still handed out. */
  end(): void;
  waiting(): number;
}

/** @param onClosed the reader went away, or was told that this is the end */
export function createEventQueue(onClosed: () => void, caps: QueueCaps = {}): EventQueue {
  const { eventsMax = queuedEventsMax, bytesMax = queuedEventBytesMax } = caps;
  let items: { readonly event: TimedEvent; readonly bytes: number }[] = [];
  let heldBytes = 0;
  let isEnded = false;
  let wake: (() => void) | undefined;
  let missed = { count: 0, timeMs: 0 };

  function take(): TimedEvent | undefined {
    const item = items.shift();
    heldBytes -= item?.bytes ?? 0;
    return item?.event;
  }

  function next(): TimedEvent | undefined {
    if (missed.count === 0) return take();
    const { count, timeMs } = missed;
    missed = { count: 0, timeMs: 0 };
    return { type: 'events_missed', count, timeMs };
  }

  function end(): void {
    isEnded = true;
    wake?.();
  }

  function close(): void {
    items = [];
    heldBytes = 0;
    missed = { count: 0, timeMs: 0 };
    end();
    onClosed();
  }

  return {
    push(event, bytes) {
      if (isEnded) return 0;
      items.push({ event, bytes });
      heldBytes += bytes;
      let count = 0;
      for (; items.length > eventsMax || heldBytes > bytesMax; count++) {
        missed = { count: missed.count + 1, timeMs: take()!.timeMs };
      }
      wake?.();
      return count;
    },
    end,
    waiting: () => items.length,
    [Symbol.dispose]: close,
    async *[Symbol.asyncIterator]() {
      try {
        while (true) {
          for (let event = next(); event; event = next()) yield event;
          if (isEnded) return;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = undefined;
        }
      } finally {
        close();
      }
    },
  };
}
