// Schedules what is asked of one device: when it is woken, started, set, polled, sent to sleep.
//
//     [wake] -> start -> settings (once) -> poll every everyS ... -> [sleep] -> next period -> [wake] -> start ...
//
// Plain waiting code over an injected line and time, so that a test runs a day in no time. Only what the profile holds is
// ever sent, and settings only when the operator named them. A device that sends by itself and has no duty cycle is
// asked nothing. Invariant: one request at a time; the next only after its answer or its time-out.
import type { DeviceModel, Request } from '../profile.ts';

export interface DutyCycle {
  /** From one waking to the next. */
  readonly periodS: number;
  /** Of these awake, warm-up included. */
  readonly onS: number;
}

export interface Plan {
  readonly model: DeviceModel;
  /** The poll's own when absent. */
  readonly everyS?: number | undefined;
  /** For models that can sleep and wake. */
  readonly duty?: DutyCycle | undefined;
  /** Names of the model's settings. */
  readonly onOpen?: readonly string[] | undefined;
}

/** The line as the poller sees it. */
export interface Asked {
  /** Sends it; resolves with its answer or its time-out, never rejects. */
  ask(request: Request): Promise<void>;
  /** Monotonic. */
  nowMs(): number;
  /** Ends early when the poller is stopped. */
  wait(ms: number): Promise<void>;
  /** Before what wakes and starts it is sent: from now on it warms up, and its silence is strange. */
  onWake(): void;
  onSleep(): void;
}

export interface PollOptions {
  /** Nothing is sent once it is aborted. */
  readonly signal: AbortSignal;
  /** It was silent before: a device that sleeps is silent too. */
  readonly wasSilent?: boolean;
}

/** Runs until the signal aborts, or until there is nothing to ask; never rejects. */
export async function pollDevice(plan: Plan, asked: Asked, { signal, wasSilent }: PollOptions): Promise<void> {
  const { model, duty, onOpen = [] } = plan;

  async function send(requests: readonly Request[] = []): Promise<void> {
    for (const request of requests) {
      if (signal.aborted) return;
      await asked.ask(request);
    }
  }

  async function poll(untilMs: number): Promise<void> {
    if (!model.poll) return;
    const everyMs = (plan.everyS ?? model.poll.everyS) * 1000;
    for (let dueMs = asked.nowMs(); dueMs < untilMs && !signal.aborted; ) {
      await send(model.poll.requests);
      // A round that took longer than its interval is followed by the next at once; none is made up for.
      dueMs = Math.max(dueMs + everyMs, asked.nowMs());
      await asked.wait(Math.min(dueMs, untilMs) - asked.nowMs());
    }
  }

  let wokenMs = asked.nowMs();
  let settings = onOpen.flatMap((name) => model.settings?.[name] ?? []);
  while (!signal.aborted) {
    asked.onWake();
    if (duty || (wasSilent && isCommanded(model))) await send(model.wake);
    await send(model.start);
    await send(settings);
    settings = [];
    await poll(duty ? wokenMs + duty.onS * 1000 : Number.POSITIVE_INFINITY);
    if (!duty) return;
    await asked.wait(wokenMs + duty.onS * 1000 - asked.nowMs());
    if (signal.aborted) return;
    await send(model.sleep);
    asked.onSleep();
    wokenMs = Math.max(wokenMs + duty.periodS * 1000, asked.nowMs());
    await asked.wait(wokenMs - asked.nowMs());
  }
}

/** What is sent before the line is closed in good order. One that sends by itself is left awake: nobody else wakes it. */
export function stopRequests({ model }: Plan, isAsleep: boolean): readonly Request[] {
  if (!isAsleep) return model.stop ?? [];
  return isCommanded(model) ? [] : (model.wake ?? []);
}

/** The longest time between two answers of a device that is well, in seconds; 0 when it sends by itself. */
export function roundS({ model, everyS }: Plan): number {
  if (!model.poll) return 0;
  return (everyS ?? model.poll.everyS) + model.poll.requests.length * timeoutS(model);
}

export const timeoutS = (model: DeviceModel): number => model.poll?.timeoutS ?? 1;

const isCommanded = ({ start, poll }: DeviceModel): boolean => start !== undefined || poll !== undefined;
