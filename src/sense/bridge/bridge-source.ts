// The supervisor of one board with the firmware bridge: keeps its line open, and turns what it says into readings.
//
//     line <──bytes──> session ──values──> reading sink ──> queue ──> the loop
//       └─ silence: no good frame for silenceS closes the line; keepOpen opens a new one
//
// The session outlives the line, so an unplugged board goes on where it was. Never ends the process.
import type { Clock } from '../../core/clock.ts';
import type { Emit } from '../../core/events.ts';
import { sourceQueueReadingsMax } from '../../core/limits.ts';
import { keepOpen, type Session } from '../../core/retry.ts';
import type { SerialLine } from '../profile.ts';
import { createReadingQueue, type Source } from '../reading-queue.ts';
import { createReadingSink } from '../reading-sink.ts';
import { followHearing, type Hearing, type Recognise, untilHeard } from '../serial/hearing.ts';
import { type Line, openLine } from '../serial/serial-line.ts';

import type { Order } from './bridge-frame.ts';
import { type BridgeSession, createBridgeSession } from './bridge-session.ts';
import { FIRMWARE_BRIDGE } from './description.ts';

/** 16 MHz divides to this rate within 0.2 %; 115200 is 2.1 % off. */
export const BRIDGE_LINE: SerialLine = { baud: 38_400, dataBits: 8, parity: 'none', stopBits: 1 };
/** A board says every second that it is there; a boot loader may take a few. */
export const BRIDGE_SILENCE_S = 10;
const TICK_MS = 250;

export interface BridgeSourceOptions {
  readonly sensor: string;
  readonly sensorClass: number;
  /** `/dev/serial/by-id/...`, any other device path, or `tcp://host:port`. */
  readonly path: string;
  readonly line: SerialLine;
  readonly silenceS: number;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly recognise?: Recognise | undefined;
}

export interface BridgeSource extends Source {
  /** What the board answered (0: done, 1: unknown to it, 2: refused), or undefined when it did not. */
  command(order: Order): Promise<number | undefined>;
}

export function openBridgeSource(options: BridgeSourceOptions): BridgeSource {
  const { sensor, sensorClass, path, clock, emit } = options;
  const queue = createReadingQueue(sourceQueueReadingsMax, (count) =>
    emit({ type: 'reading_dropped', sensor, reason: 'queue_full', count }),
  );
  let hearing: Hearing | undefined;
  let whySilent: string | undefined;
  const early = untilHeard(emit, () => hearing ?? { isHeard: false });
  const sink = createReadingSink({ sensor, sensorClass, clock, onReading: queue.push, emit: early });
  let line: Line | undefined;
  const session = createBridgeSession({
    sink,
    clock,
    elapsedMs: () => performance.now(),
    send: (bytes) => line?.write(bytes),
    onBoard: ({ description: { firmware, version }, source, cause }) =>
      emit({ type: 'source_up', sensor, detail: `${firmware} ${version} (${source}) on ${path}, started by ${cause}` }),
    onTrouble: (message) =>
      emit({ type: 'warning', message: `${sensor}: the board on ${path} is not used, ${message}` }),
  });
  const stop = new AbortController();
  const open = async (): Promise<Session> => {
    const silent = Promise.withResolvers<string>();
    hearing = hearingOf(options, silent.resolve);
    void silent.promise.then((reason) => {
      whySilent = reason;
    });
    const opened = await openSession(options, session, { hearing, silent: silent.promise, signal: stop.signal });
    line = opened.line;
    return opened;
  };
  const running = keepOpen(open, {
    signal: stop.signal,
    onDown: (reason, retryMs) =>
      emit({ type: 'source_down', sensor, reason, retryMs, ...(reason === whySilent && { silent: true }) }),
  });
  return {
    command: (order) => new Promise((resolve) => session.command(order, resolve)),
    [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator](),
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
      queue.end();
    },
  };
}

function hearingOf({ path, line, silenceS, recognise }: BridgeSourceOptions, onSilent: (reason: string) => void) {
  const device = {
    name: FIRMWARE_BRIDGE,
    baud: line.baud,
    isAsked: true,
    hasAddress: false,
    isRemote: path.startsWith('tcp:'),
    alsoCheck: 'whether the board runs the firmware bridge',
  };
  return followHearing({ device, silenceMs: silenceS * 1000, recognise, onFirst: onSilent, onSilent });
}

interface Ends {
  readonly hearing: Hearing;
  readonly silent: Promise<string>;
  readonly signal: AbortSignal;
}

async function openSession(
  { path, line: settings }: BridgeSourceOptions,
  session: BridgeSession,
  { hearing, silent, signal }: Ends,
): Promise<Session & { readonly line: Line }> {
  const onData = (bytes: Buffer) => {
    const before = session.frames;
    hearing.came(bytes);
    session.push(bytes);
    if (session.frames > before) hearing.good();
  };
  const line = await openLine({ path, line: settings, onData, signal });
  session.opened();
  hearing.begin(true);
  hearing.resume();
  const ticking = setInterval(session.tick, TICK_MS);
  return {
    line,
    closed: Promise.race([line.closed, silent]),
    async [Symbol.asyncDispose]() {
      clearInterval(ticking);
      hearing.end();
      session.closed();
      await line[Symbol.asyncDispose]();
    },
  };
}
