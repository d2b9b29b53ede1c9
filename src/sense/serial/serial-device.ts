// Runs one sensor on an open line, its intake, its poller and its watchdog, for as long as the line stays open.
//
//     bus ──bytes──> intake ──> sink ──readings──>          poller ──requests──> bus
//                                └─ good frame: an answer to the bus, and to the watchdog
//
// A device that falls silent is started anew where it is, again after each silence: it may have lost its power, and with
// it what it was told. Whether the line is opened anew instead is for the source to say.
import timers from 'node:timers/promises';
import { assert } from '../../core/assert.ts';
import type { Clock } from '../../core/clock.ts';
import type { Emit } from '../../core/events.ts';
import { serialFrameBytesMax } from '../../core/limits.ts';
import type { Reading } from '../../core/reading.ts';
import { SENSOR_CLASSES } from '../../core/sensor-class.ts';
import type { DeviceProfile, Request } from '../profile.ts';
import { createReadingSink } from '../reading-sink.ts';
import type { Sink } from '../sink.ts';
import { withAnswers } from './answers.ts';
import { createIntake } from './intake.ts';
import { type Plan, pollDevice, roundS, stopRequests, timeoutS } from './poller.ts';
import { type Address, addressProblem, isAnsweredAlike, isFrom, modelAt, requestBytes } from './request.ts';
import type { BusClient, SerialBus } from './serial-bus.ts';
import { watchSilence } from './silence.ts';
import { type SilentDevice, silenceReason, type Unheard } from './silence-reason.ts';

/** Start bit, 8 data bits, parity or none, stop bits. */
const LINE_BITS_PER_BYTE = 11;

/** A sensor as it is wired and configured. */
export interface SourceDevice extends Plan {
  readonly sensor: string;
  readonly profile: DeviceProfile;
  /** As it stands on the case, where the profile has a name for it. */
  readonly modelName?: string;
  /** The model's own when absent. */
  readonly address?: Address | undefined;
  /** Seconds awake without a good frame; never less than a device that is polled needs to be heard. */
  readonly silenceS: number;
}

/** The line, and who wants to know. */
export interface SessionContext {
  readonly bus: SerialBus;
  readonly baud: number;
  /** Others are on the line: answers of other addresses are theirs. */
  readonly isShared: boolean;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly onReading: (reading: Reading) => void;
  /** What the time is, as a receiver that has a fix says. */
  readonly onTime?: ((timeMs: number) => void) | undefined;
  /** The line is a serial server's. */
  readonly isRemote: boolean;
  /** It has fallen silent. @param reason what came instead of a good frame, and what to check */
  readonly onSilent: (reason: string) => void;
  /** It was silent, and is heard again. */
  readonly onUp: () => void;
}

export interface DeviceSession {
  isSilent(): boolean;
  /** The line is open. @param wasSilent it was opened anew because nothing was heard */
  begin(wasSilent: boolean): void;
  /** Asks nothing more. */
  end(): void;
  /** After end(): sends what the profile stops it with, and waits for the answers or their time-outs. */
  sendStop(): Promise<void>;
}

export function openDeviceSession(device: SourceDevice, context: SessionContext): DeviceSession {
  const { profile, model } = device;
  const uptime = uptimeOf(context.clock);
  let isSilent = false;
  let isAsleep = false;
  let unheard: Unheard = { bytes: 0, refusals: 0 };

  const sink = withAnswers(readingSink(device, context, uptime.ms), {
    isOwn: (source) => !context.isShared || isFrom(addressOf(device), source, model),
    onGood() {
      unheard = { bytes: 0, refusals: 0 };
      silence.heard();
      if (isSilent) context.onUp();
      isSilent = false;
    },
    onRefusal() {
      unheard = { ...unheard, refusals: unheard.refusals + 1 };
    },
    onAnswer: () => client.answered(),
  });
  // A new intake for each session: half a frame of the last one does not belong to this one.
  const own = context.isShared ? modelAt(model, addressOf(device)) : model;
  const intake = createIntake(profile, own, sink, { midway: !model.poll });
  const client: BusClient = context.bus.join({
    push(bytes) {
      unheard = { ...unheard, bytes: unheard.bytes + bytes.length };
      intake.push(bytes);
    },
    end: intake.end,
  });
  const ask = asker(device, client, context.baud);
  const silence = watchSilence(silenceMs(device), () => {
    const isNew = !isSilent;
    isSilent = true;
    if (isNew) context.onSilent(silenceReason(unheard, silentDevice(device, context), silenceMs(device) / 1000));
    begin(true);
  });
  const polling = createPolling(device, ask, (isAwake) => {
    isAsleep = !isAwake;
    if (!isAwake) return silence.pause();
    uptime.restart();
    silence.resume();
  });

  function begin(wasSilent: boolean): void {
    unheard = { bytes: 0, refusals: 0 };
    silence.heard();
    polling.begin(wasSilent);
  }

  return {
    isSilent: () => isSilent,
    begin,
    end() {
      polling.end();
      silence.end();
    },
    async sendStop() {
      // It may be on its way to sleep.
      await polling.ended();
      for (const request of stopRequests(device, isAsleep)) await ask(request);
    },
  };
}

function silentDevice(device: SourceDevice, { baud, isRemote }: SessionContext): SilentDevice {
  const { profile, model, modelName: name = profile.title } = device;
  return { name, baud, isRemote, isAsked: model.poll !== undefined, hasAddress: addressOf(device) !== undefined };
}

/** The poller of a device, begun anew as often as needed until it is ended. */
function createPolling(device: SourceDevice, ask: Ask, onTurn: (isAwake: boolean) => void) {
  let run = new AbortController();
  let isEnded = false;
  let running = Promise.resolve();
  return {
    begin(wasSilent: boolean): void {
      if (isEnded) return;
      run.abort();
      run = new AbortController();
      const { signal } = run;
      const asked = {
        ask: (request: Request) => ask(request, signal),
        nowMs: () => performance.now(),
        wait: (ms: number) => timers.setTimeout(Math.max(0, ms), undefined, { signal }).catch(() => {}),
        onWake: () => onTurn(true),
        onSleep: () => onTurn(false),
      };
      running = pollDevice(device, asked, { signal, wasSilent });
    },
    end(): void {
      isEnded = true;
      run.abort();
    },
    ended: () => running,
  };
}

/** A programmer's mistake: the configuration was checked for all of this. */
export function assertPlan(device: SourceDevice, isShared: boolean): void {
  const { sensor, model, duty, onOpen = [] } = device;
  assert(!isShared || model.poll, `${sensor} sends by itself, and cannot share its line`);
  assert(!isShared || addressOf(device) !== undefined, `${sensor} shares its line, and has no address`);
  assert(!duty || (model.sleep && model.wake), `${sensor} cannot sleep, and has a duty cycle`);
  for (const name of onOpen) assert(model.settings?.[name], `${sensor} has no setting ${name}`);
  const problem = addressProblem(model, addressOf(device));
  assert(problem === undefined, `${sensor}: ${problem}`);
}

export const addressOf = ({ address, model }: SourceDevice): Address | undefined => address ?? model.address;

function readingSink(device: SourceDevice, context: SessionContext, uptimeMs: () => number): Sink {
  const { sensor, profile, model } = device;
  const { clock, emit, onReading, onTime } = context;
  const sensorClass = SENSOR_CLASSES[profile.sensorClass];
  const sink = createReadingSink({ sensor, sensorClass, clock, onReading, emit, uptimeMs, warmUpS: profile.warmUpS });
  if (!onTime || model.text?.kind !== 'nmea') return sink;
  return {
    ...sink,
    value(observation) {
      // Position and time come of one fix; once for each is enough.
      if (observation.timeMs !== undefined && observation.quantity === 'latitude') onTime(observation.timeMs);
      sink.value(observation);
    },
  };
}

/** An operator may ask for a silence that is shorter than the time between two polls, or poll more seldom than a profile does. */
function silenceMs(device: SourceDevice): number {
  const needsS = device.everyS === undefined ? Math.min(roundS(device), device.profile.silenceS) : roundS(device);
  return Math.max(device.silenceS, needsS) * 1000;
}

type Ask = (request: Request, signal?: AbortSignal) => Promise<void>;

function asker(device: SourceDevice, client: BusClient, baud: number): Ask {
  const address = addressOf(device);
  // At a low baud rate the longest frame takes longer than most devices take to answer.
  const timeoutMs = timeoutS(device.model) * 1000 + (serialFrameBytesMax * LINE_BITS_PER_BYTE * 1000) / baud;
  return (request, signal) => {
    const isSame = isAnsweredAlike(request);
    return client.ask(requestBytes(request, address), { timeoutMs, isAnsweredAlike: isSame, signal });
  };
}

/** Since restart(), by the clock; a clock that is set back does not make it warm up for as long as it went back. */
function uptimeOf(clock: Clock) {
  let sinceMs = clock.now();
  return {
    restart() {
      sinceMs = clock.now();
    },
    ms() {
      const nowMs = clock.now();
      sinceMs = Math.min(sinceMs, nowMs);
      return nowMs - sinceMs;
    },
  };
}
