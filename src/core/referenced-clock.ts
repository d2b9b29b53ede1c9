// The machine's clock beside a receiver's (GNSS): the receiver sets the time while the machine's is not synchronised.
//
// Signals come late, never early, so the largest offset of the last one to two minutes is the nearest. What shows less
// than a time known to have passed is wrong. Two sources that contradict each other make nobody sure: quality 1.
// Both are shown as they are to whoever judges the floor itself (time-keeper.ts).
import type { Clock, ClockQuality } from './clock.ts';
import { futureToleranceS, timeJumpMsMax } from './limits.ts';

/** What each source says now, Unix ms; undefined when it has nothing to say. */
export interface TimeSources {
  /** The machine's, synchronised. */
  readonly machineMs: number | undefined;
  /** Of a receiver whose signals agree and are fresh. */
  readonly receiverMs: number | undefined;
}

export interface ReferencedClock extends Clock {
  /** A time signal that has just come: when it was, Unix ms. */
  hear(referenceMs: number): void;
  /** Whatever the floor says. */
  sources(): TimeSources;
}

/** Nothing here is older: a clock that shows less was never set, as one without a battery that begins in 1970 or 2000. */
export const timeMsMin = Date.UTC(2025, 0, 1);
/** Signals that agree before the first is believed: a receiver without a fix says what it likes. */
const REFERENCES_MIN = 3;
const AGREEMENT_MS = 2_000;
const WINDOW_MS = 60_000;
/** Without a signal a Pi's crystal drifts some tens of milliseconds in this time. */
const FRESH_MS = 600_000;

/** @param floorMs a time known to have passed: a receiver that shows less is one after a week rollover */
export function referencedClock(base: Clock, floorMs: () => number): ReferencedClock {
  const receiver = followSignals(base);
  /** The machine's, judged by the floor as well. */
  const own = (): ClockQuality => (base.now() < floorMs() ? 0 : base.quality());
  const isFollowed = () => own() < 2 && receiver.isKnown() && receiver.now() >= floorMs();
  const sources = (): TimeSources => ({
    machineMs: base.quality() === 2 ? base.now() : undefined,
    receiverMs: receiver.isKnown() && receiver.isFresh() ? receiver.now() : undefined,
  });
  return {
    hear: receiver.hear,
    sources,
    now: () => (isFollowed() ? receiver.now() : base.now()),
    rate: base.rate,
    quality() {
      if (isFollowed()) return receiver.isFresh() ? 2 : 1;
      const { receiverMs } = sources();
      const isRival = receiverMs !== undefined && receiverMs >= floorMs();
      return own() === 2 && isRival && agreementOf(sources()) === 'contradict' ? 1 : own();
    },
  };
}

/** Of two sources; undefined where there are not two, or it can be seen as either. */
export function agreementOf({ machineMs, receiverMs }: TimeSources): 'agree' | 'contradict' | undefined {
  if (machineMs === undefined || receiverMs === undefined) return undefined;
  const apartMs = Math.abs(machineMs - receiverMs);
  if (apartMs <= timeJumpMsMax) return 'agree';
  return apartMs > futureToleranceS * 1000 ? 'contradict' : undefined;
}

function followSignals(base: Clock) {
  let [best, before] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let windowMs = 0;
  let heardMs = 0;
  let agreeing = 0;
  return {
    hear(referenceMs: number): void {
      const nowMs = base.now();
      const seen = referenceMs - nowMs;
      if (Math.abs(seen - Math.max(best, before)) > AGREEMENT_MS) {
        // The machine's clock was set, or the last signals were wrong.
        [best, before, agreeing] = [seen, Number.NEGATIVE_INFINITY, 0];
        windowMs = nowMs;
      } else if (nowMs - windowMs >= WINDOW_MS) {
        [best, before] = [seen, best];
        windowMs = nowMs;
      } else best = Math.max(best, seen);
      agreeing++;
      heardMs = nowMs;
    },
    now: () => base.now() + Math.max(best, before),
    isKnown: () => agreeing >= REFERENCES_MIN,
    isFresh: () => Math.abs(base.now() - heardMs) <= FRESH_MS,
  };
}
