// Judges the quality of every reading, from every source, in the one place where readings enter the loop.
//
//     reading ──> fit? ──> series (rate, spike, flat line) ──> pairs (neighbours, two lasers) ──> humidity ──> reading + bits
//
// Flags, never drops, and never waits: a reading is judged by what came before it. What is told to be unfit already (out of
// range, warming up, invalid), or comes of a sensor that is being worked on, is passed on and leaves no trace.
// Invariant: O(1) state for each of at most judgedChannelsMax channels; a reading of one more is passed on unjudged.
import { judgedChannelsMax } from '../../core/limits.ts';
import { QUANTITY_NAMES, type Quantity } from '../../core/quantities.ts';
import { QUALITY, type Reading, UNFIT } from '../../core/reading.ts';
import { SENSOR_CLASSES } from '../../core/sensor-class.ts';
import { compare, doubtOf, newPair, type Pair, rulesOf } from './quality-pairs.ts';
import { follow, newSeries, type Series } from './quality-series.ts';

/** @returns the reading itself, or a copy with more bits of QUALITY */
export type QualityControl = (reading: Reading) => Reading;

interface Channel {
  readonly series: Series;
  readonly pairs: { readonly pair: Pair; readonly side: 0 | 1 }[];
  /** The two lasers behind this channel, when it stands for both. */
  lasers: Pair | undefined;
  /** Of the sensor. */
  readonly humidity: Humidity;
}

interface Sensor {
  readonly channels: Map<Quantity, Map<string, Channel>>;
  readonly humidity: Humidity;
}

interface Humidity {
  percent: number;
  timeMs: number;
}

/** From here on owners of optical counters report that they over-read: particles grow in humid air. */
const HUMID_PERCENT = 80;
const HUMIDITY_MS_MAX = 600_000;
const PARTICLES: ReadonlySet<Quantity> = new Set(QUANTITY_NAMES.filter((name) => /^(pm\d|particles_)/.test(name)));

/** @param isInMaintenance whether a sensor is being worked on: then its readings are flagged, and leave no trace */
export function createQualityControl(isInMaintenance: (sensor: string) => boolean = () => false): QualityControl {
  const sensors = new Map<string, Sensor>();
  const anywhere = newHumidity();
  let count = 0;

  function newChannel({ sensor: name, quantity, channel }: Reading): Channel | undefined {
    if (count >= judgedChannelsMax) return undefined;
    count++;
    const sensor = sensors.get(name) ?? { channels: new Map(), humidity: newHumidity() };
    sensors.set(name, sensor);
    return addChannel(sensor, quantity, channel);
  }

  return (reading) => {
    const { quantity, value, timeMs, quality } = reading;
    if (isInMaintenance(reading.sensor)) return { ...reading, quality: quality | QUALITY.maintenance };
    if (quality & UNFIT || !Number.isFinite(value) || !Number.isFinite(timeMs)) return reading;
    const known = sensors.get(reading.sensor)?.channels.get(quantity)?.get(reading.channel);
    const channel = known ?? newChannel(reading);
    if (!channel) return reading;
    let bits = quality | follow(channel.series, value, timeMs);
    for (const { pair, side } of channel.pairs) bits |= compare(pair, side, value, timeMs);
    if (channel.lasers) bits |= doubtOf(channel.lasers, timeMs);
    if (PARTICLES.has(quantity)) bits |= humid(reading, channel.humidity, anywhere);
    // Only main channels: the others are indoors, or of another kind of air.
    else if (quantity === 'relative_humidity' && reading.channel === '' && !(bits & UNFIT)) {
      note(channel.humidity, value, timeMs);
      note(anywhere, value, timeMs);
    }
    return bits === quality ? reading : { ...reading, quality: bits };
  };
}

/** A channel that speaks for the first time, joined with those it is compared with. */
function addChannel({ channels, humidity }: Sensor, quantity: Quantity, own: string): Channel {
  const at = (of: Quantity, channel: string) => channels.get(of)?.get(channel);
  const added: Channel = { series: newSeries(quantity), pairs: [], lasers: undefined, humidity };
  for (const rule of rulesOf.get(quantity)!) {
    for (const side of [0, 1] as const) {
      const other = side === 0 ? 1 : 0;
      if (rule.quantities[side] !== quantity || (rule.channels?.[side] ?? own) !== own) continue;
      const partner = at(rule.quantities[other], rule.channels?.[other] ?? own);
      if (!partner) continue;
      const pair = newPair(rule);
      // It may have spoken a moment ago.
      pair.values[other] = partner.series.last;
      pair.timesMs[other] = partner.series.lastMs;
      added.pairs.push({ pair, side });
      partner.pairs.push({ pair, side: other });
    }
  }
  const ofQuantity = channels.get(quantity) ?? new Map<string, Channel>();
  channels.set(quantity, ofQuantity.set(own, added));
  const main = ofQuantity.get('');
  const lasers = ofQuantity.get('a')?.pairs.find(({ pair }) => pair.rule.bit === QUALITY.disagreement);
  if (main && lasers) main.lasers = lasers.pair;
  return added;
}

const newHumidity = (): Humidity => ({ percent: 0, timeMs: Number.NEGATIVE_INFINITY });

function note(humidity: Humidity, percent: number, timeMs: number): void {
  humidity.percent = percent;
  humidity.timeMs = timeMs;
}

/** By the sensor's own humidity, else by the newest of the gateway. */
function humid({ channel, timeMs, sensorClass }: Reading, own: Humidity, anywhere: Humidity): number {
  if (channel === 'indoor' || sensorClass === SENSOR_CLASSES.reference_particulate) return 0;
  const nearest = isFresh(own, timeMs) ? own : anywhere;
  return nearest.percent > HUMID_PERCENT && isFresh(nearest, timeMs) ? QUALITY.humid : 0;
}

const isFresh = (humidity: Humidity, timeMs: number): boolean => Math.abs(timeMs - humidity.timeMs) <= HUMIDITY_MS_MAX;
