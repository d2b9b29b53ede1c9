// The door between the networks and the agent: arrivals wait here, and are taken in slices, so that sensing goes first.
//
//     networks ──> by urgency, and by way ──a slice each turn of the event loop──> agent
//                        └─ over the cap: answers go first, then findings, then link frames; counted
//
// What is shed was not acknowledged by us (protocol section 4), so whoever has it offers it again. Invariant: never more
// than intakeBytesMax wait, and between two slices the event loop turns: sensors, timers and signals have their turn.
import type { Emit } from '../core/events.ts';
import { commitJobsMax } from '../core/limits.ts';
import { intakeBytesMax, intakeEntryBytes, intakeSliceMsMax, intakeTurnMsMax } from '../core/load-limits.ts';
import { isAnswerPacket } from '../packet/scanner.ts';
import type { Arrival, ArrivalHandler } from './arrival.ts';
import { FairQueue } from './fair-queue.ts';
import { isLinkTopic } from './topic.ts';

export interface IntakeOptions {
  readonly handle: ArrivalHandler;
  readonly emit: Emit;
  /** Milliseconds since any one moment; by default the machine's. */
  readonly now?: () => number;
  /** Runs a job after the event loop has turned; by default the machine's. */
  readonly soon?: (job: () => void) => void;
}

export interface Intake {
  /** As an ArrivalHandler: resolves as well when the arrival was shed, which is counted. */
  arrival(arrival: Arrival): Promise<void>;
  /** What waits is refused from now on, and what comes: nothing of it was acknowledged. */
  close(): void;
  stats(): { readonly arrivals: number; readonly bytes: number };
}

interface Waiting {
  readonly arrival: Arrival;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Confirmations and refutations say again what others said; link frames keep neighbours from sending again. */
const URGENCIES = ['frame', 'finding', 'answer'] as const;

export function createIntake({
  handle,
  emit,
  now = () => performance.now(),
  soon = setImmediate,
}: IntakeOptions): Intake {
  const queues = URGENCIES.map(() => new FairQueue<Waiting>());
  let arrivals = 0;
  let bytes = 0;
  let isScheduled = false;
  /** How many are begun in one slice, and when the last one was that left some. */
  let atOnce = commitJobsMax;
  let beganMs: number | undefined;
  let isClosed = false;

  function left(entry: { readonly item: Waiting; readonly bytes: number } | undefined): Waiting | undefined {
    if (!entry) return undefined;
    arrivals--;
    bytes -= entry.bytes;
    return entry.item;
  }

  function next(): Waiting | undefined {
    for (const queue of queues) {
      const waiting = left(queue.take());
      if (waiting) return waiting;
    }
    return undefined;
  }

  function shed(): void {
    for (const queue of queues.toReversed()) {
      const waiting = left(queue.shed());
      if (!waiting) continue;
      tellShed(emit, waiting.arrival);
      waiting.resolve();
      return;
    }
  }

  function slice(): void {
    isScheduled = false;
    const startMs = now();
    atOnce = atOnceAfter(atOnce, beganMs === undefined ? 0 : startMs - beganMs);
    beganMs = undefined;
    for (let begun = 0; begun < atOnce && (begun === 0 || now() < startMs + intakeSliceMsMax); begun++) {
      const waiting = next();
      if (!waiting) return;
      const begunMs = now();
      begin(handle, waiting);
      waiting.arrival.charge?.(now() - begunMs);
    }
    if (arrivals > 0) beganMs = startMs;
    schedule();
  }

  function schedule(): void {
    if (isScheduled || arrivals === 0) return;
    isScheduled = true;
    soon(slice);
  }

  return {
    arrival: (arrival) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new Error('the gateway is stopping'));
        const size = sizeOf(arrival);
        queues[urgencyOf(arrival)]!.push(arrival.via.id, { arrival, resolve, reject }, size);
        arrivals++;
        bytes += size;
        while (bytes > intakeBytesMax) shed();
        schedule();
      }),
    close() {
      isClosed = true;
      for (let waiting = next(); waiting; waiting = next()) waiting.reject(new Error('the gateway is stopping'));
    },
    stats: () => ({ arrivals, bytes }),
  };
}

/**
 * What is begun together is committed together, and what follows a commit runs in one go: so a whole turn is measured, and
 * on a slow machine or a slow disk fewer are begun. More than one transaction takes is never begun.
 */
function atOnceAfter(atOnce: number, turnMs: number): number {
  if (turnMs > intakeTurnMsMax) return Math.max(AT_ONCE_MIN, Math.floor(atOnce / 2));
  return Math.min(commitJobsMax, atOnce + AT_ONCE_STEP);
}

/** Fewer together cost more writes than they save time. */
const AT_ONCE_MIN = 16;
const AT_ONCE_STEP = 4;

function begin(handle: ArrivalHandler, { arrival, resolve, reject }: Waiting): void {
  try {
    Promise.resolve(handle(arrival)).then(resolve, reject);
  } catch (error) {
    reject(error);
  }
}

function sizeOf({ bytes, topic }: Arrival): number {
  return bytes.length + topic.length + intakeEntryBytes;
}

/** An index of URGENCIES. */
function urgencyOf({ topic, bytes }: Arrival): number {
  if (isLinkTopic(topic)) return 0;
  return isAnswerPacket(bytes) ? 2 : 1;
}

function tellShed(emit: Emit, { topic, via, bytes }: Arrival): void {
  if (isLinkTopic(topic)) emit({ type: 'link_frame_dropped', reason: 'overload', via: via.id });
  else emit({ type: 'packet_dropped', reason: 'overload', via: via.id, bytes: bytes.length });
}
