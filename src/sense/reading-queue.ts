// The bounded queue between an edge (a port, a broker, a file) and the loop: a Source of readings.
//
// Only edges are asynchronous. When the loop falls behind, the oldest readings go and are counted: a monitor that is
// late is worth less than one that is current.
import type { Reading } from '../core/reading.ts';

/** Readings of one sensor, in the order of arrival; ends when the edge ends. */
export interface Source extends AsyncIterable<Reading>, AsyncDisposable {}

export interface ReadingQueue extends AsyncIterable<Reading> {
  push(reading: Reading): void;
  /** No more will come; what is queued is still handed out. */
  end(): void;
}

export function createReadingQueue(
  capacity: number,
  onDropped: (count: number, oldest: Reading) => void,
): ReadingQueue {
  let items: Reading[] = [];
  let head = 0;
  let ended = false;
  let wake: (() => void) | undefined;

  function take(): Reading | undefined {
    const reading = items[head++];
    if (head === items.length) {
      items = [];
      head = 0;
    }
    return reading;
  }

  return {
    push(reading) {
      if (ended) return;
      if (items.length - head >= capacity) {
        onDropped(1, take()!);
      }
      if (head > capacity) {
        items = items.slice(head);
        head = 0;
      }
      items.push(reading);
      wake?.();
    },
    end() {
      ended = true;
      wake?.();
    },
    async *[Symbol.asyncIterator]() {
      while (true) {
        while (head < items.length) yield take()!;
        if (ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
    },
  };
}
