// Follows whether one device is heard on its open line, and says why not: early when it never was, then after its silence.
//
//     bytes, refusals ──┐   first watch: nothing good since the line was opened ──> told once, the line stays
//     good frames ──────┴──> silence watch: nothing good for too long ──> told, and started anew by who asked
//
// A device that sends by itself may sleep by itself: a silence like those before is waited for (core/regular-sleep.ts).
// What is dropped before the first good frame is told with that reason and not by itself, frame for frame. Invariant: of the
// bytes that are not understood only the last sampleBytesMax are kept.
import type { AgentEvent, Emit } from '../../core/events.ts';
import { newSleep, noteSleep, type SleepState, sleepAllowedMs } from '../../core/regular-sleep.ts';
import { sampleBytesMax } from '../../core/silence-limits.ts';
import { watchSilence } from './silence.ts';
import { type SilentDevice, silenceReason } from './silence-reason.ts';

/** When a device is heard; outlives its line. */
export interface Rhythm {
  readonly sleep: SleepState;
  /** The last good frame, by performance.now(); 0: none since it was plugged in. */
  heardMs: number;
}

export const newRhythm = (): Rhythm => ({ sleep: newSleep(), heardMs: 0 });

/** Models whose frames these bytes hold; those of one maker share its title. */
export type Recognise = (bytes: Uint8Array) => readonly { readonly model: string; readonly title: string }[];

export interface HearingOptions {
  readonly device: SilentDevice;
  readonly silenceMs: number;
  /** After so long it should have been heard at least once; absent: after its silence only. */
  readonly firstMs?: number | undefined;
  /** It is asked so seldom that it has to be asked again before anything can be said. */
  readonly askAgain?: (() => void) | undefined;
  /** Absent where it does not sleep by itself. */
  readonly rhythm?: Rhythm | undefined;
  readonly recognise?: Recognise | undefined;
  /** Told early; the line stays as it is. */
  readonly onFirst: (reason: string) => void;
  readonly onSilent: (reason: string) => void;
}

export interface Hearing {
  /** Since the line was opened. */
  readonly isHeard: boolean;
  came(bytes: Uint8Array): void;
  refused(): void;
  good(): void;
  /** It is started anew. @param wasSilent its silence was told: it is not told early again */
  begin(wasSilent: boolean): void;
  pause(): void;
  resume(): void;
  end(): void;
}

export function followHearing(options: HearingOptions): Hearing {
  const { silenceMs, firstMs = silenceMs, rhythm, onFirst, onSilent } = options;
  const unheard = createUnheard(options);
  let isHeard = false;
  let isFirst = false;
  let mayAskAgain = options.askAgain !== undefined;
  const silence = watchSilence(
    () => Math.max(silenceMs, (rhythm && asleepMs(rhythm, silenceMs)) ?? 0),
    (silentMs) => onSilent(unheard.reason(silentMs)),
  );
  const first = watchSilence(
    () => firstMs,
    (silentMs) => {
      if (!mayAskAgain) return onFirst(unheard.reason(silentMs));
      mayAskAgain = false;
      options.askAgain?.();
      first.heard();
    },
  );
  const endFirst = () => {
    isFirst = false;
    first.end();
  };

  return {
    get isHeard() {
      return isHeard;
    },
    came: unheard.came,
    refused: unheard.refused,
    good() {
      isHeard = true;
      endFirst();
      unheard.forget();
      if (rhythm) noteHeard(rhythm, silenceMs);
      silence.heard();
    },
    begin(wasSilent) {
      unheard.forget();
      endFirst();
      isFirst = !wasSilent && firstMs < silenceMs;
      first.heard();
      silence.heard();
    },
    pause() {
      first.pause();
      silence.pause();
    },
    resume() {
      if (isFirst) first.resume();
      silence.resume();
    },
    end() {
      endFirst();
      silence.end();
    },
  };
}

/** What came since the last good frame, or since the device was started anew. */
function createUnheard({ device, recognise }: HearingOptions) {
  let bytes = 0;
  let refusals = 0;
  let sample = Buffer.alloc(0);
  return {
    came(chunk: Uint8Array): void {
      bytes += chunk.length;
      if (recognise) sample = Buffer.concat([sample, chunk]).subarray(-sampleBytesMax);
    },
    refused(): void {
      refusals++;
    },
    forget(): void {
      [bytes, refusals] = [0, 0];
      sample = sample.subarray(0, 0);
    },
    reason(silentMs: number): string {
      const models = recognise?.(sample) ?? [];
      const isOwn = models.some(({ model }) => model === device.name);
      const lookLike = isOwn ? [] : [...new Set(models.map(({ title }) => title))];
      return silenceReason({ bytes, refusals, lookLike }, device, silentMs / 1000);
    },
  };
}

/** How much longer it may be silent, counted from now. */
function asleepMs({ sleep, heardMs }: Rhythm, silenceMs: number): number {
  // One silence that ended by itself is enough here: the fault (detect/faults.ts) does not wait for it.
  const allowedMs = sleepAllowedMs(sleep, heardMs, 1);
  return allowedMs > 0 ? allowedMs + silenceMs - (performance.now() - heardMs) : 0;
}

function noteHeard(rhythm: Rhythm, silenceMs: number): void {
  const { sleep, heardMs } = rhythm;
  const nowMs = performance.now();
  if (heardMs > 0 && nowMs - heardMs >= silenceMs) noteSleep(sleep, { fromMs: heardMs, untilMs: nowMs });
  rhythm.heardMs = nowMs;
}

/** Marks what is dropped before the first good frame: why it is not heard says more. */
export function untilHeard(emit: Emit, hearing: () => Pick<Hearing, 'isHeard'>): Emit {
  return (event: AgentEvent) =>
    emit(event.type === 'frame_dropped' && !hearing().isHeard ? { ...event, early: true } : event);
}
