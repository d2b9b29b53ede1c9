// Lines to a stream whose reader may stall: a pipe that nobody empties must not fill the memory of the agent.
//
// JSON: events wait in their queue, which is capped, until the stream has taken the one before. Log: a line is written at
// once, so that a crash loses none, or left out while too much waits; how many, the next line that is written says.
import type { TimedEvent } from '../core/events.ts';
import { logBacklogBytesMax } from '../core/limits.ts';

export interface LineOutput {
  /** false: it is full, and says `drain` when it is not. */
  write(text: string): unknown;
  once?(event: 'drain', listener: () => void): unknown;
  /** What was written and not yet taken. */
  readonly writableLength?: number;
}

/** One JSON object a line. Settles when the events have ended and the output has taken them; never when it has stalled. */
export async function writeEvents(events: AsyncIterable<TimedEvent>, output: LineOutput): Promise<void> {
  for await (const event of events) {
    const isTaken = output.write(`${JSON.stringify(event)}\n`);
    if (isTaken === false && output.once) await new Promise<void>((resolve) => output.once!('drain', resolve));
  }
}

export interface LogWriter {
  write(line: string): void;
  /** Lines left out since the start. */
  lost(): number;
}

export function createLogWriter(output: LineOutput, backlogBytesMax = logBacklogBytesMax): LogWriter {
  let lost = 0;
  let untold = 0;
  return {
    write(line) {
      if ((output.writableLength ?? 0) > backlogBytesMax) {
        lost++;
        untold++;
        return;
      }
      const gap = untold === 0 ? '' : `(${untold} lines are missing here: whoever reads the log was too slow)\n`;
      untold = 0;
      output.write(`${gap}${line}\n`);
    },
    lost: () => lost,
  };
}
