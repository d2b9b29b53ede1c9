// Takes the bytes of one serial device to what it says: through its framer, and its decoder or the reader of its text.
//
//     bytes ──> framer ──frames──> decoder     ──┐
//                  └────lines────> text reader ──┴─> Sink
//
// What the framer drops is told to the sink after each piece, by reason. Bytes one at a time say the same.
import { assert } from '../../core/assert.ts';
import type { FrameReason } from '../../core/events.ts';
import { createFixedFramer } from '../frame/fixed-framer.ts';
import { type Framer, noDrops, type OnFrame } from '../frame/framer.ts';
import { createLineFramer, type LineFramerOptions } from '../frame/line-framer.ts';
import { createShdlcFramer } from '../frame/shdlc-framer.ts';
import type { DeviceModel, DeviceProfile } from '../profile.ts';
import type { Sink } from '../sink.ts';
import { createTextReader } from '../text/text.ts';
import { createDecoder } from './decoder.ts';

export interface Intake {
  push(bytes: Uint8Array): void;
  /** The line fell silent, or ended. More may come after. */
  end(): void;
  /** Good frames and lines so far. */
  readonly frames: number;
}

/** @param options of a device that writes text */
export function createIntake(
  profile: DeviceProfile,
  model: DeviceModel,
  sink: Sink,
  options: LineFramerOptions = {},
): Intake {
  let frames = 0;
  const { framer, onFrame } = parts(profile, model, { sink, options, onGood: () => frames++ });
  const report = dropReport(framer, sink);
  return {
    push(bytes) {
      framer.push(bytes, onFrame);
      report();
    },
    end() {
      framer.end(onFrame);
      report();
    },
    get frames() {
      return frames;
    },
  };
}

interface Ends {
  readonly sink: Sink;
  readonly options: LineFramerOptions;
  readonly onGood: () => void;
}

function parts(
  { name, framing }: DeviceProfile,
  { frames = [], text }: DeviceModel,
  { sink, options, onGood }: Ends,
): { framer: Framer; onFrame: OnFrame } {
  if (framing === 'line') {
    assert(text, `${name}: a line of text needs a format`);
    const reader = createTextReader(text);
    const counted: Sink = {
      ...sink,
      frame(source) {
        onGood();
        sink.frame(source);
      },
    };
    return { framer: createLineFramer(options), onFrame: (line) => reader.line(line, counted) };
  }
  const decode = createDecoder(frames, framing === 'shdlc');
  const framer = framing === 'shdlc' ? createShdlcFramer(frames) : createFixedFramer(frames);
  const onFrame: OnFrame = (frame, shape) => {
    if (!frames[shape]!.refuses) onGood();
    decode(frame, shape, sink);
  };
  return { framer, onFrame };
}

/** Tells what a framer dropped since it was last asked. */
export function dropReport({ dropped }: Framer, sink: Sink): () => void {
  const told = noDrops();
  const reasons = Object.keys(told) as FrameReason[];
  return () => {
    for (const reason of reasons) {
      const count = dropped[reason] - told[reason];
      if (count === 0) continue;
      told[reason] += count;
      sink.rejected(reason, count);
    }
  };
}
