// The two streams a command writes to: all text on its way out is made safe for a terminal here, and nowhere past it.
//
// Any command may show what others named: a device, a topic, a file, a column. Commands need not think of it, except for
// line breaks, which are theirs to make (core/plain-text.ts). Invariant: only `draw` lets a control sequence through.
import { plainText } from '../core/plain-text.ts';
import type { LineOutput } from '../observe/event-writer.ts';
import type { Output } from './command.ts';

/** Keeps what writers of many lines ask of a stream: whether it is full, and when it is not any more. */
export function plainOutput(stream: NodeJS.WriteStream): Output & LineOutput {
  return {
    write: (text: string) => stream.write(plainText(text)),
    draw: (text: string) => stream.write(text),
    once: (event: 'drain', listener: () => void) => stream.once(event, listener),
    isTTY: stream.isTTY,
    get writableLength() {
      return stream.writableLength;
    },
  };
}
