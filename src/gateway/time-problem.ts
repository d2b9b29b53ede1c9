// Puts into words why the time is in doubt, what waits for it, and what to do.
//
// Most clocks are wrong because nothing keeps them while the power is off: then they show 1970, 2000, or the time of the last
// shutdown, and that is named before anything else. Invariant: a function of what the clocks show.
import { agreementOf, type ReferencedClock, timeMsMin } from '../core/referenced-clock.ts';
import { count } from '../observe/amount.ts';

export interface TimeState {
  readonly clock: ReferencedClock;
  /** A time known to have passed. */
  readonly floorMs: number;
  /** The operator vouches for the machine's clock. */
  readonly isVouched: boolean;
  /** The start was just now: time servers and receivers take a moment. */
  readonly isPatient: boolean;
  /** Packets that wait for the time. */
  readonly held: () => number;
}

export interface TimeProblem {
  readonly kind: 'below' | 'battery' | 'contradict' | 'unknown';
  readonly words: string;
}

/** @returns undefined while the time is known, or may still be */
export function problemOf(state: TimeState): TimeProblem | undefined {
  const { clock, floorMs, isPatient } = state;
  const nowMs = clock.now();
  const sources = clock.sources();
  if (nowMs < Math.max(floorMs, timeMsMin)) return isPatient && !sources.machineMs ? undefined : pastProblem(state);
  if (agreementOf(sources) === 'contradict' && sources.receiverMs! >= floorMs) {
    const words = `the machine's clock shows ${iso(sources.machineMs!)}, the receiver ${iso(sources.receiverMs!)}: one of them is wrong, and neither is trusted until they agree. Compare them with another clock`;
    return { kind: 'contradict', words };
  }
  if (clock.quality() > 0 || isPatient) return undefined;
  const words = `the time is not known: ${heldWords(state)} until it is. Let the machine reach a time server (timedatectl), connect a GNSS receiver, or say clock: synchronised if a battery keeps its clock (it shows ${iso(nowMs)}, without a battery the time of the last shutdown)`;
  return { kind: 'unknown', words };
}

/** The clock shows what is over already. */
function pastProblem(state: TimeState): TimeProblem {
  const { clock, floorMs, isVouched } = state;
  const shows = `the clock shows ${iso(clock.now())}`;
  const hasPassed = floorMs > timeMsMin ? `, but ${iso(floorMs)} has passed already` : '';
  const reset = hasPassed && '; if the later time is the wrong one, run: qis time reset';
  const isSure = clock.sources().machineMs !== undefined;
  if (isSure && !isVouched)
    return { kind: 'below', words: `${shows}${hasPassed}: ${heldWords(state)}. Set the clock (timedatectl)${reset}` };
  const todo = isVouched
    ? 'Its battery is empty or missing, so clock: synchronised does not hold: set the clock (timedatectl) and look at the battery, or take that line out'
    : 'No battery keeps it while the power is off: let the machine reach a time server (timedatectl), or connect a GNSS receiver';
  return { kind: 'battery', words: `${shows}${hasPassed}: ${heldWords(state)}. ${todo}${reset}` };
}

function heldWords({ held }: TimeState): string {
  const packets = held();
  return packets === 0 ? 'nothing is sent' : `${count(packets, 'packet')} held`;
}

const iso = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
