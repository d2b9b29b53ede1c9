// All watched channels of one gateway: the main channel of each watched quantity of a sensor, made when it first speaks.
//
// Other channels of a quantity (cf1, the second laser) are for quality control, and would only repeat the same event.
// Invariant: never more than channelsMax of them; what finds no room is reported.
import type { Anomaly } from '../core/anomaly.ts';
import { channelsMax } from '../core/limits.ts';
import { isQuantity, type Quantity } from '../core/quantities.ts';
import { channelKey, QUALITY, type Reading } from '../core/reading.ts';
import {
  type Channel,
  type ChannelOptions,
  type ChannelSummary,
  type ChannelVitals,
  createChannel,
} from './channel.ts';
import { type ChannelState, channelState } from './channel-state.ts';
import { DEPARTURE } from './departure.ts';
import type { DetectorKind } from './detector.ts';

/** How a quantity is watched: from the phenomenon of the domain. */
export type WatchedQuantity = Pick<ChannelOptions, 'levels' | 'direction' | 'alarm'>;

export interface WatchOptions {
  readonly watched: ReadonlyMap<Quantity, WatchedQuantity>;
  /** What an operator allows a sensor to be silent, ms; undefined: what is usual for it. */
  readonly silenceMsOf?: ((sensor: string) => number | undefined) | undefined;
  /** What finds events, on every channel; `departure` when absent. */
  readonly detector?: DetectorKind | undefined;
  /** Whether a sensor is being worked on: its channels stand still until `resume`. Absent: none is. */
  readonly isPaused?: ((sensor: string) => boolean) | undefined;
  /** A reading found no room for its channel. Called for every such reading. */
  readonly onRefused?: (reading: Reading) => void;
}

/** What a channel shows now, for weighing what others say. */
export interface ChannelView extends ChannelSummary {
  /** `channelKey` of its readings. */
  readonly key: string;
  readonly sensor: string;
  readonly quantity: Quantity;
  readonly sensorClass: number;
  /** Its sensor is being worked on: what it shows here is as old as that. */
  readonly isPaused: boolean;
}

export interface SensorVitals extends ChannelVitals {
  readonly sensor: string;
}

/** One channel of a saved watch; plain JSON. */
export interface SavedChannel {
  readonly sensor: string;
  readonly quantity: Quantity;
  readonly sensorClass: number;
  readonly state: ChannelState;
}

export interface Watch {
  accept(reading: Reading): Anomaly | undefined;
  /** Finds silent sensors; call it about once a second. */
  tick(nowMs: number): Anomaly[];
  /** The sensors for which `is` holds are listened to again from now on. */
  resume(is: (sensor: string) => boolean, nowMs: number): void;
  states(): SavedChannel[];
  /**
   * Takes up what `states` gave, as far as it fits and is watched. What another detector remembered is left out.
   * @returns how many channels were restored
   */
  restore(saved: readonly unknown[]): number;
  views(): ChannelView[];
  /** Of each channel, those of one sensor in the order in which they first spoke. */
  vitals(nowMs: number): SensorVitals[];
}

/** An operator may allow less than a sensor needs from one reading to the next. */
const CONFIGURED_INTERVALS = 2;

interface Watched {
  readonly options: ChannelOptions;
  readonly channel: Channel;
}

export function createWatch(options: WatchOptions): Watch {
  const { watched, silenceMsOf, detector = DEPARTURE, onRefused, isPaused = () => false } = options;
  // By quantity, then sensor: a lookup that allocates no key for every reading.
  const channels = new Map<Quantity, Map<string, Watched>>();
  for (const quantity of watched.keys()) channels.set(quantity, new Map());
  let count = 0;

  const add = ({ sensor, quantity, sensorClass }: Omit<SavedChannel, 'state'>, state?: ChannelState) => {
    const silentMs = silenceMsOf?.(sensor);
    const tuning = silentMs === undefined ? {} : { silentMs, silentIntervals: CONFIGURED_INTERVALS };
    const options = { ...watched.get(quantity)!, sensor, quantity, sensorClass, channel: '', detector, tuning };
    const added = { options, channel: createChannel(options, state) };
    channels.get(quantity)!.set(sensor, added);
    count++;
    return added;
  };
  const all = () => [...channels.values()].flatMap((bySensor) => [...bySensor.values()]);

  return {
    accept(reading) {
      const bySensor = channels.get(reading.quantity);
      if (bySensor === undefined || reading.channel !== '') return undefined;
      let found = bySensor.get(reading.sensor);
      if (found === undefined) {
        if (count >= channelsMax) {
          onRefused?.(reading);
          return undefined;
        }
        found = add(reading);
      }
      return reading.quality & QUALITY.maintenance ? undefined : found.channel.accept(reading);
    },
    tick: (nowMs) =>
      all().flatMap(({ options: { sensor }, channel }) => (isPaused(sensor) ? [] : (channel.tick(nowMs) ?? []))),
    resume(is, nowMs) {
      for (const { options, channel } of all()) if (is(options.sensor)) channel.resume(nowMs);
    },
    states: () =>
      all().map(({ options: { sensor, quantity, sensorClass }, channel }) => ({
        sensor,
        quantity,
        sensorClass,
        state: channel.state(),
      })),
    restore(saved) {
      const before = count;
      for (const item of saved) {
        if (count >= channelsMax) break;
        const channel = savedChannel(item);
        if (channel && channels.get(channel.quantity)?.has(channel.sensor) === false) add(channel, channel.state);
      }
      return count - before;
    },
    views: () => all().map((one) => ({ ...viewOf(one), isPaused: isPaused(one.options.sensor) })),
    vitals: (nowMs) => all().map(({ options: { sensor }, channel }) => ({ sensor, ...channel.vitals(nowMs) })),
  };
}

function viewOf({ options, channel }: Watched): Omit<ChannelView, 'isPaused'> {
  const { sensor, quantity, sensorClass } = options;
  return { key: channelKey(options), sensor, quantity, sensorClass, ...channel.summary() };
}

function savedChannel(item: unknown): SavedChannel | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { sensor, quantity, sensorClass, state: saved } = item as Partial<Record<keyof SavedChannel, unknown>>;
  const state = channelState(saved);
  const isWhole = typeof sensor === 'string' && typeof quantity === 'string' && isQuantity(quantity);
  if (!isWhole || !Number.isSafeInteger(sensorClass) || !state) return undefined;
  return { sensor, quantity, sensorClass: Number(sensorClass), state };
}
