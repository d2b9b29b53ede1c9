// `qis devices watch`: a device at a port, or a topic at a broker, through the same sources as on a live gateway.
//
// A filter with wildcards that is no convention's alone lists the topics there instead (devices-topics.ts).
import { basename, resolve } from 'node:path';
import { CONVENTIONS } from '../../devices/conventions.ts';
import { type ConventionSensor, isProfileFile, type SerialSensor } from '../config/config.ts';
import { isBrokerUrl } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { OperatingError } from '../core/errors.ts';
import type { AgentEvent } from '../core/events.ts';
import { plainLine } from '../core/plain-text.ts';
import { qualityNames, type Reading } from '../core/reading.ts';
import { isTopicFilter } from '../core/topic-filter.ts';
import { namedDevice, noDevice } from '../gateway/device.ts';
import { openLive } from '../gateway/sources.ts';
import { createLog } from '../observe/log-line.ts';
import type { Candidate } from '../sense/probe.ts';
import type { SerialLine } from '../sense/profile.ts';
import type { Io } from './command.ts';
import { probe } from './devices-probe.ts';
import { watchTopics } from './devices-topics.ts';

export interface WatchOptions {
  readonly json: boolean;
  readonly device: string | undefined;
  readonly model: string | undefined;
  readonly baud: number | undefined;
  readonly address: string | undefined;
  readonly url: string | undefined;
  readonly username: string | undefined;
  readonly passwordFile: string | undefined;
  /** List topics, whatever the filter. */
  readonly topics: boolean;
  /** For how long topics are counted; undefined: until the signal. */
  readonly seconds: number | undefined;
}

/** Of the gateway of this machine, unless it has another port. */
const OWN_BROKER = 'mqtt://127.0.0.1:1883';

/** A probe that finds nothing in this time at a line setting goes on to the next. */
const LISTEN_S = 3;

/** Some devices speak every few minutes only, so this is no failure. */
const QUIET_MS = 10_000;

/** Until the signal. @throws OperatingError for a device that is unknown, or that cannot be told */
export async function watchDevice(place: string, options: WatchOptions, io: Io): Promise<number> {
  if (options.url !== undefined && !isBrokerUrl(options.url))
    throw new OperatingError('usage', '--url takes the address of a broker: mqtt://host:1883 or mqtts://host:8883');
  if (options.topics || isAnyones(place, options)) {
    if (isPort(place) || !isTopicFilter(place))
      throw new OperatingError('usage', `${JSON.stringify(place)} is not a topic filter`);
    return watchTopics(place, { ...options, url: options.url ?? OWN_BROKER }, io);
  }
  const found = await chosen(place, options, io);
  if (io.signal.aborted || !found) return 0;
  const sensor = await sensorAt(place, found, options);
  const log = createLog('info', (text) => void io.stderr.write(`${text}\n`));
  const emit = (event: AgentEvent) => log({ ...event, timeMs: Date.now() });
  const clock: Clock = { now: Date.now, quality: () => 2 };
  const [source] = await openLive([sensor], { folder: io.cwd, clock, emit, subscribeLocal: undefined });
  const stop = () => void source![Symbol.asyncDispose]();
  if (io.signal.aborted) stop();
  io.signal.addEventListener('abort', stop, { once: true });
  const show = options.json ? (reading: Reading) => JSON.stringify(shown(reading)) : line;
  const quiet = setTimeout(() => io.stderr.write(`${adviceOn(sensor)}\n`), QUIET_MS);
  try {
    for await (const reading of source!) {
      clearTimeout(quiet);
      io.stdout.write(`${show(reading)}\n`);
    }
  } finally {
    clearTimeout(quiet);
  }
  return 0;
}

function adviceOn(sensor: SerialSensor | ConventionSensor): string {
  const quiet = `no reading for ${QUIET_MS / 1000} s`;
  if (sensor.kind === 'serial') {
    return `${quiet}: check power and cable, that RX and TX are crossed, and what is there: qis devices probe ${sensor.port}`;
  }
  const { topic, mqtt } = sensor;
  return `${quiet}: some devices speak every few minutes only; check that they publish to ${topic} at ${mqtt.url}`;
}

interface Chosen {
  readonly device: string;
  readonly model: string | undefined;
  /** Where it is not that of the profile. */
  readonly baud?: number | undefined;
}

/** Wildcards, and no device or convention of which these would be the readings. */
const isAnyones = (place: string, { device }: WatchOptions): boolean =>
  device === undefined && !isPort(place) && /[+#]/.test(place) && conventionsAt(place).length !== 1;

const conventionsAt = (place: string) =>
  CONVENTIONS.filter(({ topics }) => topics.some((filter) => sharesRoot(filter, place)));

const isPort = (place: string): boolean => /^(\/|tcp:|COM\d)/.test(place);

/** @returns undefined when it was stopped while it looked */
async function chosen(place: string, { device, model }: WatchOptions, io: Io): Promise<Chosen | undefined> {
  if (device !== undefined) return { device: isProfileFile(device) ? resolve(io.cwd, device) : device, model };
  if (!isPort(place)) {
    const [convention, ...others] = conventionsAt(place);
    if (convention && others.length === 0) return { device: convention.name, model: undefined };
    throw new OperatingError(
      'usage',
      `nothing tells what is on ${place}; name it with --device, as qis devices list has it`,
    );
  }
  const { candidates, heard } = await probe(place, LISTEN_S, (text) => void io.stderr.write(`${text}\n`), io.signal);
  if (io.signal.aborted) return undefined;
  const [only, ...others] = candidates;
  if (only && others.length === 0) return chosenOf(only, heard);
  const message = only
    ? `it may be ${candidates.map((candidate) => candidate.model).join(', ')}; choose with --device`
    : 'nothing that comes is known; name it with --device';
  throw new OperatingError('usage', message);
}

function chosenOf({ device, model, line }: Candidate, heard: SerialLine | undefined): Chosen {
  // A board has no models.
  return {
    device,
    model: model === device ? undefined : model,
    baud: heard?.baud === line.baud ? undefined : heard?.baud,
  };
}

/** @throws OperatingError usage */
async function sensorAt(place: string, { device, model, baud }: Chosen, options: WatchOptions) {
  const named = await namedDevice(device, model);
  if (!named) throw new OperatingError('usage', await noDevice(device, model));
  if ('mqtt' in named) {
    if (isPort(place)) throw new OperatingError('usage', `${device} speaks MQTT: name a topic instead of a port`);
    return topicSensor(place, device, options);
  }
  return portSensor(place, { device, model, baud: options.baud ?? baud }, options.address);
}

/** Whether both begin with the same word. */
function sharesRoot(filter: string, topic: string): boolean {
  const [root = ''] = filter.split('/');
  return !/[+#]/.test(root) && topic.split('/')[0] === root;
}

function portSensor(port: string, { device, model, baud }: Chosen, address: string | undefined): SerialSensor {
  return {
    kind: 'serial',
    name: model ?? basename(device),
    silenceS: undefined,
    device,
    model,
    port,
    baud,
    address: address !== undefined && /^\d+$/.test(address) ? Number(address) : address,
    everyS: undefined,
    dutyCycle: undefined,
    onOpen: [],
    readings: [],
  };
}

function topicSensor(topic: string, device: string, asked: WatchOptions): ConventionSensor {
  const { url = OWN_BROKER, username, passwordFile } = asked;
  const mqtt = { url, username, password_file: passwordFile };
  return { kind: 'convention', name: device, silenceS: undefined, device, topic, mqtt };
}

function shown({ sensor, quantity, channel, value, unit, timeMs, quality }: Reading) {
  const time = new Date(timeMs).toISOString();
  return { time, sensor, quantity, channel, value, unit, quality: qualityNames(quality).join(' ') || 'good' };
}

/** `12:00:01  roof  pm2_5 cf1        12.0 ug/m3  warming_up` */
function line({ sensor, quantity, channel, value, unit, timeMs, quality }: Reading): string {
  const clock = new Date(timeMs).toTimeString().slice(0, 8);
  const what = channel === '' ? quantity : `${quantity} ${channel}`;
  const number = Number(value.toFixed(3)).toString();
  const text = `${clock}  ${sensor}  ${what.padEnd(24)} ${number.padStart(10)} ${unit}  ${qualityNames(quality).join(' ')}`;
  // Names come from whoever sends.
  return plainLine(text.trimEnd());
}
