// `qis devices watch`: a device at a port, or a topic at a broker, through the same sources as on a live gateway.
import { resolve } from 'node:path';
import { CONVENTIONS } from '../../devices/conventions.ts';
import { type ConventionSensor, isDeviceFile, type SerialSensor } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import { OperatingError } from '../core/errors.ts';
import type { AgentEvent } from '../core/events.ts';
import { qualityNames, type Reading } from '../core/reading.ts';
import { namedDevice, noDevice } from '../gateway-device.ts';
import { openLive } from '../gateway-sources.ts';
import { logLine } from '../observe/log-line.ts';
import type { Io } from './command.ts';
import { probe } from './devices-probe.ts';

export interface WatchOptions {
  readonly json: boolean;
  readonly device: string | undefined;
  readonly model: string | undefined;
  readonly baud: number | undefined;
  readonly address: string | undefined;
  readonly url: string | undefined;
  readonly username: string | undefined;
  readonly passwordFile: string | undefined;
}

/** A probe that finds nothing in this time at a line setting goes on to the next. */
const LISTEN_S = 3;

/** Until the signal. @throws OperatingError for a device that is unknown, or that cannot be told */
export async function watchDevice(place: string, options: WatchOptions, io: Io): Promise<number> {
  const { device, model } = await chosen(place, options, io);
  const named = await namedDevice(device, model);
  if (!named) throw new OperatingError('usage', await noDevice(device, model));
  const sensor = 'mqtt' in named ? topicSensor(place, device, options) : portSensor(place, device, model, options);
  const emit = (event: AgentEvent) => void io.stderr.write(`${logLine({ ...event, timeMs: Date.now() })}\n`);
  const clock: Clock = { now: Date.now, quality: () => 2 };
  const [source] = await openLive([sensor], { folder: io.cwd, clock, emit, subscribeLocal: undefined });
  const stop = () => void source![Symbol.asyncDispose]();
  if (io.signal.aborted) stop();
  io.signal.addEventListener('abort', stop, { once: true });
  const show = options.json ? (reading: Reading) => JSON.stringify(shown(reading)) : line;
  for await (const reading of source!) io.stdout.write(`${show(reading)}\n`);
  return 0;
}

interface Chosen {
  readonly device: string;
  readonly model: string | undefined;
}

async function chosen(place: string, { device, model }: WatchOptions, io: Io): Promise<Chosen> {
  if (device !== undefined) return { device: isDeviceFile(device) ? resolve(io.cwd, device) : device, model };
  if (!/^(\/|tcp:|COM\d)/.test(place)) {
    const [convention, ...others] = CONVENTIONS.filter(({ topics }) =>
      topics.some((filter) => sharesRoot(filter, place)),
    );
    if (convention && others.length === 0) return { device: convention.name, model: undefined };
    throw new OperatingError('usage', `nothing tells what is on ${place}; name it with --device`);
  }
  const { candidates } = await probe(place, LISTEN_S, (text) => void io.stderr.write(`${text}\n`), io.signal);
  const [only, ...others] = candidates;
  if (only && others.length === 0) return { device: only.device, model: only.model };
  const message = only
    ? `it may be ${candidates.map((candidate) => candidate.model).join(', ')}; choose with --device`
    : 'nothing that comes is known; name it with --device';
  throw new OperatingError('usage', message);
}

/** Whether both begin with the same word. */
function sharesRoot(filter: string, topic: string): boolean {
  const [root = ''] = filter.split('/');
  return !/[+#]/.test(root) && topic.split('/')[0] === root;
}

function portSensor(port: string, device: string, model: string | undefined, asked: WatchOptions): SerialSensor {
  const { baud, address } = asked;
  return {
    kind: 'serial',
    name: model ?? device,
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
  const { url = 'mqtt://127.0.0.1:1883', username, passwordFile } = asked;
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
  // Names come from whoever sends: what they say must not steer a terminal.
  return text.trimEnd().replaceAll(/\p{Cc}/gu, '?');
}
