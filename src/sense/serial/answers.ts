// Hears answers in what a device says: a good frame keeps its watchdog quiet and ends the wait for an answer, a refusal
// ends the wait only. What another device on the line says is counted, and is neither.
import type { Sink } from '../sink.ts';

export interface Answers {
  /** Whether a frame that names this source, or none, is the device's own. */
  readonly isOwn: (source: string | undefined) => boolean;
  readonly onGood: () => void;
  /** The device answered that it will not. */
  readonly onRefusal?: () => void;
  /** After onGood or onRefusal, or alone. */
  readonly onAnswer: () => void;
}

/** @returns what the intake tells; everything that is the device's own goes on to `sink` */
export function withAnswers(sink: Sink, { isOwn, onGood, onRefusal, onAnswer }: Answers): Sink {
  let isHeard = true;
  return {
    ...sink,
    frame(source) {
      isHeard = isOwn(source);
      if (!isHeard) return sink.rejected('unknown_frame', 1);
      onGood();
      onAnswer();
      sink.frame(source);
    },
    value(observation) {
      if (isHeard) sink.value(observation);
    },
    rejected(reason, count) {
      if (reason === 'refused') {
        onRefusal?.();
        onAnswer();
      }
      sink.rejected(reason, count);
    },
  };
}
