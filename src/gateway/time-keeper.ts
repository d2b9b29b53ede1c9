// Keeps the latest time known to have passed (the floor), on evidence alone, and says in words when the time is in doubt.
//
//     machine ─┐  two that agree, or one for a day without a jump ──> the floor is raised
//     receiver ┘  the same, far below it                          ──> the floor was wrong, and is set back
//
// A clock below the floor mutes the gateway, so nothing that was once wrong may raise it: a GNSS, an RTC or an NTP server
// in the future is outlived. Driven by tick(). Invariant: the floor moves on evidence, or at the operator's command.
import type { Emit } from '../core/events.ts';
import { futureToleranceS, steadyTimeMs, timeJumpMsMax } from '../core/limits.ts';
import { agreementOf, type ReferencedClock } from '../core/referenced-clock.ts';
import type { Store } from '../store/store.ts';
import { problemOf } from './time-problem.ts';

export interface TimeKeeper {
  /** Call it about once a second. @param held packets that wait, ours and unsent */
  tick(held?: () => number): void;
  /** The operator says that the time that is known to have passed came of a wrong clock. @returns what it was, Unix ms; 0: none */
  reset(): number;
  /** For `qis status`. */
  shown(held?: number): { readonly quality: number; readonly floor: string | null; readonly problem: string | null };
}

export interface TimeKeeperOptions {
  readonly clock: ReferencedClock;
  /** The operator vouches for the machine's clock, and no kernel is asked: alone it cannot set the floor back. */
  readonly isVouched: boolean;
  /** Since the process began, in ms of the clock's pace; never set. */
  readonly uptimeMs: () => number;
  readonly store: Pick<Store, 'timeFloorMs' | 'raiseTimeFloor' | 'resetTimeFloor' | 'commitNow'>;
  readonly emit: Emit;
}

/** One write in half an hour. */
const RAISE_MS = 1_800_000;
/** A clock that is corrected by so little still issues (turn.ts), so it must not fall below the floor. */
const MARGIN_MS = futureToleranceS * 1000;
const TOLD_MS = 3_600_000;
/** NTP and receivers take some time to begin with; until then nothing is wrong. */
const PATIENCE_MS = 15_000;

export function openTimeKeeper(options: TimeKeeperOptions): TimeKeeper {
  const { clock, isVouched, uptimeMs, store, emit } = options;
  const steady = createSteadiness(uptimeMs);
  let told: { problem: string; atMs: number } | undefined;

  /** @returns the time on evidence, and whether the floor may follow it down; undefined without evidence */
  function proven(): { timeMs: number; mayLower: boolean } | undefined {
    const sources = clock.sources();
    const agreement = agreementOf(sources);
    const timeMs = agreement === 'contradict' ? undefined : (sources.machineMs ?? sources.receiverMs);
    const isSteady = steady(timeMs);
    if (timeMs === undefined || !(agreement === 'agree' || isSteady)) return undefined;
    return { timeMs, mayLower: agreement === 'agree' || (sources.machineMs !== undefined && !isVouched) };
  }

  function judge(): void {
    const evidence = proven();
    const floorMs = store.timeFloorMs();
    if (!evidence) return;
    const { timeMs, mayLower } = evidence;
    const raisedMs = timeMs - MARGIN_MS;
    if (raisedMs - floorMs >= RAISE_MS) store.commitNow(() => store.raiseTimeFloor(raisedMs));
    if (timeMs + MARGIN_MS >= floorMs || !mayLower) return;
    store.commitNow(() => store.resetTimeFloor(raisedMs));
    warn(`${iso(floorMs)} was taken to have passed, and has not: it is ${iso(timeMs)}; that is mended`);
  }

  function tell(held: () => number): void {
    const isPatient = uptimeMs() < PATIENCE_MS;
    const problem = problemOf({ clock, floorMs: store.timeFloorMs(), isVouched, isPatient, held });
    const atMs = uptimeMs();
    if (problem?.kind === told?.problem && atMs - (told?.atMs ?? 0) < TOLD_MS) return;
    told = problem && { problem: problem.kind, atMs };
    if (problem) warn(problem.words);
  }

  const warn = (message: string) => emit({ type: 'warning', message });
  return {
    tick(held = () => 0) {
      judge();
      tell(held);
    },
    reset() {
      const floorMs = store.timeFloorMs();
      store.commitNow(() => store.resetTimeFloor(0));
      warn('the operator reset the time: nothing is taken to have passed any more');
      return floorMs;
    },
    shown(held = 0) {
      const floorMs = store.timeFloorMs();
      const problem = problemOf({ clock, floorMs, isVouched, isPatient: false, held: () => held });
      return { quality: clock.quality(), floor: floorMs > 0 ? iso(floorMs) : null, problem: problem?.words ?? null };
    },
  };
}

/** Whether a time has gone on for a day as long as the process did, without a jump; asked once a tick. */
function createSteadiness(uptimeMs: () => number): (timeMs: number | undefined) => boolean {
  let last: { aheadMs: number; sinceMs: number } | undefined;
  return (timeMs) => {
    const nowMs = uptimeMs();
    if (timeMs === undefined) {
      last = undefined;
      return false;
    }
    const aheadMs = timeMs - nowMs;
    const isJump = !last || Math.abs(aheadMs - last.aheadMs) > timeJumpMsMax;
    last = { aheadMs, sinceMs: isJump ? nowMs : last!.sinceMs };
    return nowMs - last.sinceMs >= steadyTimeMs;
  };
}

const iso = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
