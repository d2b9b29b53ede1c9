// The machine's clock beside a receiver's (GNSS): the receiver sets the time while the machine's is not synchronised.
//
// Signals come late, never early, so the largest offset of the last one to two minutes is the nearest. Those that waited in
// a buffer come faster than time passes: only what keeps pace with the machine for some seconds is believed. What shows less
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
/** Signals that agree before the first is believed, and for how long: a receiver without a fix says what it likes. */
const REFERENCES_MIN = 3;
const STEADY_MS = 2_000;
/** How much later than another a signal may come on a slow line; a backlog at 9600 baud catches up by more in STEADY_MS. */
const BAND_MS = 700;
const AGREEMENT_MS = 2_000;
const WINDOW_MS = 60_000;
/** Without a signal a Pi's crystal drifts some tens of milliseconds in this time. */
const FRESH_MS = 600_000;

/**
 * @param floorMs a time known to have passed: a receiver that shows less is one after a week rollover
 * @param monotonicMs of the machine, never set
 */
export function referencedClock(
  base: Clock,
  floorMs: () => number,
  monotonicMs: () => number = () => performance.now(),
): ReferencedClock {
  const receiver = followSignals(base, monotonicMs);
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

function followSignals(base: Clock, monotonicMs: () => number) {
  let [best, before] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let windowMs = 0;
  let heardMs = 0;
  let setMs = 0;
  let rival: Rival | undefined;
  const isKnown = () => best !== Number.NEGATIVE_INFINITY;
  const forget = () => {
    [best, before] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  };

  /** Whether the machine's clock was set since the last signal: what was ahead of it says nothing any more. */
  function wasSet(nowMs: number): boolean {
    const aheadMs = nowMs - monotonicMs() * (base.rate ?? 1);
    const isSet = Math.abs(aheadMs - setMs) > AGREEMENT_MS;
    setMs = aheadMs;
    return isSet;
  }

  function confirm(seen: number, nowMs: number): void {
    if (nowMs - windowMs >= WINDOW_MS) {
      [best, before] = [seen, best];
      windowMs = nowMs;
    } else best = Math.max(best, seen);
    heardMs = nowMs;
    rival = undefined;
  }

  return {
    hear(referenceMs: number): void {
      const nowMs = base.now();
      const seen = referenceMs - nowMs;
      if (wasSet(nowMs)) {
        forget();
        rival = undefined;
      }
      const lateMs = Math.max(best, before) - seen;
      if (isKnown() && Math.abs(lateMs) <= AGREEMENT_MS) {
        confirm(seen, nowMs);
        return;
      }
      // None comes early: what was believed is wrong. One that is late waited somewhere, and takes nothing away by itself.
      if (lateMs < 0) forget();
      rival = followed(rival, seen, nowMs);
      if (rival.signals < REFERENCES_MIN || nowMs - rival.sinceMs < (isKnown() ? WINDOW_MS : STEADY_MS)) return;
      [best, before, windowMs] = [rival.best, Number.NEGATIVE_INFINITY, nowMs];
      heardMs = nowMs;
      rival = undefined;
    },
    now: () => base.now() + Math.max(best, before),
    isKnown,
    isFresh: () => Math.abs(base.now() - heardMs) <= FRESH_MS,
  };
}

/** Signals that go with each other, and not with what is believed. */
interface Rival {
  /** How far ahead of the machine the first of them was, and the least late. */
  readonly first: number;
  readonly best: number;
  readonly sinceMs: number;
  readonly signals: number;
}

/** Those that waited and come at once catch up with the time, each less late than the one before: they never go together for long. */
function followed(rival: Rival | undefined, seen: number, nowMs: number): Rival {
  if (!rival || Math.abs(seen - rival.first) > BAND_MS) return { first: seen, best: seen, sinceMs: nowMs, signals: 1 };
  return { ...rival, best: Math.max(rival.best, seen), signals: rival.signals + 1 };
}
