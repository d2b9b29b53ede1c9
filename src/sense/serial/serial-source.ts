// The supervisor of one serial line: keeps it open for as long as the gateway runs, and attends to all devices on it.
//
//     line <──bytes──> bus <──> devices (intake, poller, watchdog each) ──readings──> queue ──> the loop
//       └─ all of them silent: the line is closed, and keepOpen opens a new one
//
// It never ends the process: a port that is missing, busy or unplugged is waited for. A device that is silent while
// others answer is told as down, started anew, and told as up with its next good frame.
import timers from 'node:timers/promises';
import { assert } from '../../core/assert.ts';
import type { Clock } from '../../core/clock.ts';
import type { AgentEvent, Emit } from '../../core/events.ts';
import { drainMsMax, sourceQueueReadingsMax } from '../../core/limits.ts';
import type { Reading } from '../../core/reading.ts';
import { keepOpen, type Session } from '../../core/retry.ts';
import type { DeviceProfile, SerialLine } from '../profile.ts';
import { createReadingQueue, type Source } from '../reading-queue.ts';
import { newRhythm, type Recognise, type Rhythm } from './hearing.ts';
import { createSerialBus, type SerialBus } from './serial-bus.ts';
import { addressOf, assertPlan, type DeviceSession, openDeviceSession, type SourceDevice } from './serial-device.ts';
import { type Line, openLine } from './serial-line.ts';

export type { SourceDevice } from './serial-device.ts';

export interface SerialSourceOptions {
  /** `/dev/serial/by-id/...`, any other device path, or `tcp://host:port`. */
  readonly path: string;
  /** On which all devices agree. */
  readonly line: SerialLine;
  /** At least one. Several: each is polled, by an address of its own. */
  readonly devices: readonly SourceDevice[];
  readonly clock: Clock;
  readonly emit: Emit;
  /** What the time is, as a GNSS receiver among the devices says. */
  readonly onTime?: ((timeMs: number) => void) | undefined;
  /** Whose frames bytes may be that no device here understands. */
  readonly recognise?: Recognise | undefined;
  /** Ends everything now: devices are not stopped first, as they are by dispose. */
  readonly signal?: AbortSignal;
}

/** Readings of all devices on one line; `reading.sensor` tells which. */
export function openSerialSources(options: SerialSourceOptions): Source {
  const { devices, emit, signal } = options;
  const isShared = devices.length > 1;
  for (const device of devices) assertPlan(device, isShared);
  const addresses = new Set(devices.map((device) => String(addressOf(device))));
  assert(devices.length > 0 && addresses.size === devices.length, 'devices on one line need an address each');
  const queue = createReadingQueue(sourceQueueReadingsMax, (count, { sensor }) =>
    emit({ type: 'reading_dropped', sensor, reason: 'queue_full', count }),
  );
  const stop = new AbortController();
  const silences: Silences = new Map();
  const rhythms = new Map(devices.map(({ sensor }) => [sensor, newRhythm()]));
  const running = keepOpen(sessions(options, { onReading: queue.push, silences, rhythms }, stop.signal), {
    signal: stop.signal,
    onDown(reason, retryMs) {
      for (const { sensor } of devices) {
        if (reason !== ALL_SILENT) emit({ type: 'source_down', sensor, reason, retryMs });
        else emit({ type: 'source_down', sensor, reason: silences.get(sensor) ?? reason, retryMs, silent: true });
      }
    },
  });
  const end = async () => {
    stop.abort();
    await running;
    queue.end();
  };
  void aborted(signal).then(end);
  return { [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator](), [Symbol.asyncDispose]: end };
}

/** By sensor: why it is not heard, each for a reason of its own. */
type Silences = Map<string, string>;

const ALL_SILENT = 'nothing is heard on the line';

interface Heard {
  readonly onReading: (reading: Reading) => void;
  readonly silences: Silences;
  /** By sensor. */
  readonly rhythms: ReadonlyMap<string, Rhythm>;
}

/** What opens one session after the other. @param stopped aborted by whoever no longer wants any */
function sessions(options: SerialSourceOptions, heard: Heard, stopped: AbortSignal) {
  let wasSilent = false;

  return async (): Promise<Session> => {
    let line: Line | undefined;
    const silent = Promise.withResolvers<string>();
    const bus = createSerialBus((bytes) => line?.write(bytes));
    const opened = openSessions(options, { ...heard, bus, onAllSilent });
    function onAllSilent(): void {
      wasSilent = true;
      for (const device of opened) device.end();
      silent.resolve(ALL_SILENT);
    }

    line = await openLine({ path: options.path, line: options.line, onData: bus.receive, signal: stopped });
    for (const { sensor, profile } of options.devices) options.emit(sourceUp(sensor, profile, options.path));
    // Unplugged is not asleep.
    if (!wasSilent) for (const rhythm of heard.rhythms.values()) rhythm.heardMs = 0;
    for (const device of opened) device.begin(wasSilent);
    wasSilent = false;
    let isGone = false;
    const closed = line.closed.then((reason) => {
      isGone = true;
      return reason;
    });
    return {
      closed: Promise.race([closed, silent.promise]),
      async [Symbol.asyncDispose]() {
        for (const device of opened) device.end();
        const isInOrder = stopped.aborted && !options.signal?.aborted && !isGone;
        if (isInOrder) await Promise.race([sendStops(opened), closed, aborted(options.signal), deadline()]);
        bus[Symbol.dispose]();
        await line[Symbol.asyncDispose]();
      },
    };
  };
}

interface Wiring extends Heard {
  readonly bus: SerialBus;
  readonly onAllSilent: () => void;
}

function openSessions(
  { path, line, devices, clock, emit, onTime, recognise }: SerialSourceOptions,
  wiring: Wiring,
): DeviceSession[] {
  const { bus, onReading, silences, rhythms, onAllSilent } = wiring;
  const isShared = devices.length > 1;
  const opened: DeviceSession[] = devices.map((device) => {
    const { sensor, profile } = device;
    const onUp = () => emit(sourceUp(sensor, profile, path));
    const onFirst = (reason: string) => emit({ type: 'source_down', sensor, reason, retryMs: 0, silent: true });
    const onSilent = (reason: string) => {
      silences.set(sensor, reason);
      if (opened.every(({ isSilent }) => isSilent())) onAllSilent();
      else onFirst(reason);
    };
    return openDeviceSession(device, {
      bus,
      baud: line.baud,
      isShared,
      isRemote: path.startsWith('tcp:'),
      clock,
      emit,
      onReading,
      onTime,
      rhythm: rhythms.get(sensor)!,
      recognise,
      onUp,
      onFirst,
      onSilent,
    });
  });
  return opened;
}

const sourceUp = (sensor: string, { name }: DeviceProfile, path: string): AgentEvent => ({
  type: 'source_up',
  sensor,
  detail: `${name} on ${path}`,
});

const sendStops = (opened: readonly DeviceSession[]): Promise<unknown> =>
  Promise.all(opened.filter(({ isSilent }) => !isSilent()).map((device) => device.sendStop()));

/** Holds up no process that has nothing else to do. */
const deadline = (): Promise<void> => timers.setTimeout(drainMsMax, undefined, { ref: false });

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}
