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
import { followHearing, type Recognise, type Rhythm, untilHeard } from './hearing.ts';
import { createIntake } from './intake.ts';
import { MODBUS } from './modbus-model.ts';
import { type Plan, pollDevice, roundS, stopRequests, timeoutS } from './poller.ts';
import { type Address, addressProblem, isAnsweredAlike, isFrom, modelAt, requestBytes } from './request.ts';
import type { BusClient, SerialBus } from './serial-bus.ts';
import type { SilentDevice } from './silence-reason.ts';

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
  /** When it was heard on the lines before this one. */
  readonly rhythm: Rhythm;
  readonly recognise?: Recognise | undefined;
  /** It should have been heard by now, and is not; the line stays. @param reason as for onSilent */
  readonly onFirst: (reason: string) => void;
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
  let isTold = false;
  let isAsleep = false;

  const emit = untilHeard(context.emit, () => hearing);
  const sink = withAnswers(readingSink(device, { ...context, emit }, uptime.ms), {
    isOwn: (source) => !context.isShared || isFrom(addressOf(device), source, model),
    onGood() {
      hearing.good();
      if (isTold) context.onUp();
      isTold = false;
      isSilent = false;
    },
    onRefusal: () => hearing.refused(),
    onAnswer: () => client.answered(),
  });
  // A new intake for each session: half a frame of the last one does not belong to this one.
  const own = context.isShared ? modelAt(model, addressOf(device)) : model;
  const intake = createIntake(profile, own, sink, { midway: !model.poll });
  const client: BusClient = context.bus.join({
    push(bytes) {
      hearing.came(bytes);
      intake.push(bytes);
    },
    end: intake.end,
  });
  const ask = asker(device, client, context.baud);
  const hearing = followHearing({
    ...hearingOf(device, context),
    askAgain: roundS(device) * 1000 > FIRST_MS_MAX ? () => polling.begin(false) : undefined,
    onFirst(reason) {
      isTold = true;
      context.onFirst(reason);
    },
    onSilent(reason) {
      const isNew = !isSilent;
      isSilent = true;
      isTold = true;
      if (isNew) context.onSilent(reason);
      begin(true);
    },
  });
  const polling = createPolling(device, ask, (isAwake) => {
    isAsleep = !isAwake;
    if (!isAwake) return hearing.pause();
    uptime.restart();
    hearing.resume();
  });

  function begin(wasSilent: boolean): void {
    hearing.begin(wasSilent);
    polling.begin(wasSilent);
  }

  return {
    isSilent: () => isSilent,
    begin,
    end() {
      polling.end();
      hearing.end();
    },
    async sendStop() {
      // It may be on its way to sleep.
      await polling.ended();
      for (const request of stopRequests(device, isAsleep)) await ask(request);
    },
  };
}

/** A device that sends by itself speaks about every second, unless its profile allows it a long silence. */
const FIRST_SHARE = 3;
const FIRST_MS_MAX = 60_000;

function hearingOf(device: SourceDevice, { baud, isRemote, rhythm, recognise }: SessionContext) {
  const { profile, model, modelName, duty } = device;
  const isAsked = model.poll !== undefined;
  const is: SilentDevice = {
    name: modelName ?? profile.title,
    baud,
    isRemote,
    isAsked,
    hasAddress: addressOf(device) !== undefined,
    alsoCheck: profile.name === MODBUS ? '`modbus`' : '`model`',
  };
  return {
    device: is,
    silenceMs: silenceMs(device),
    firstMs: firstMs(device),
    // What is woken or asked by us does not sleep by itself.
    rhythm: isAsked || duty ? undefined : rhythm,
    recognise,
  };
}

/** By when it should have been heard at least once; an operator who allows more than its profile waits for longer here, too. */
function firstMs(device: SourceDevice): number | undefined {
  const { model, profile, silenceS } = device;
  if (silenceS > profile.silenceS) return undefined;
  if (!model.poll) return Math.min(FIRST_MS_MAX, (profile.silenceS * 1000) / FIRST_SHARE);
  // Its second answer is due; one that is asked more seldom is asked again by then.
  const answersS = model.poll.requests.length * timeoutS(model) + 1;
  const secondS = roundS(device) * 1000 > FIRST_MS_MAX ? ASKED_AGAIN_S : (device.everyS ?? model.poll.everyS);
  return (secondS + answersS) * 1000;
}

const ASKED_AGAIN_S = 10;

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
