// The configured sensors of a gateway -> sources of readings. Sensors that share a port share one line.
//
// The conventions are loaded when a sensor follows one: 1 MB that a gateway with serial sensors alone does without.
import { plainName } from '../devices/catalogue.ts';
import type {
  ConventionSensor,
  FrameReplay,
  ModbusSensor,
  MqttSensor,
  Sensor,
  SerialSensor,
  TableReplay,
} from './config.ts';
import type { Clock } from './core/clock.ts';
import { OperatingError } from './core/errors.ts';
import type { Emit } from './core/events.ts';
import type { Reading } from './core/reading.ts';
import { SENSOR_CLASSES } from './core/sensor-class.ts';
import { FIRMWARE_BRIDGE, namedDevice, noDevice, type SerialDevice } from './gateway-device.ts';
import { secretOf } from './secret.ts';
import { BRIDGE_LINE, BRIDGE_SILENCE_S, openBridgeSource } from './sense/bridge/bridge-source.ts';
import { createMapping } from './sense/mqtt/mapping.ts';
import { openMqttSource, type SubscribeLocal } from './sense/mqtt/mqtt-source.ts';
import { lineText, type SerialLine } from './sense/profile.ts';
import type { Source } from './sense/reading-queue.ts';
import { replayBytes, replayCsv } from './sense/replay/replay.ts';
import { modbusProfile } from './sense/serial/modbus-model.ts';
import { addressProblem } from './sense/serial/request.ts';
import { addressOf } from './sense/serial/serial-device.ts';
import { openSerialSources, type SourceDevice } from './sense/serial/serial-source.ts';

export interface SourceEdges {
  /** What relative names of password files are relative to. */
  readonly folder: string;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Of the own broker, when there is one. */
  readonly subscribeLocal: SubscribeLocal | undefined;
  /** What the time is, as a GNSS receiver says. */
  readonly onTime?: ((timeMs: number) => void) | undefined;
}

type OnLine = SerialSensor | ModbusSensor;
type OnBroker = MqttSensor | ConventionSensor;
type Recording = FrameReplay | TableReplay;

export function isRecording(sensor: Sensor): sensor is Recording {
  return sensor.kind === 'frames' || sensor.kind === 'table';
}

/** One source for each port and each subscription. @throws OperatingError config_invalid */
export async function openLive(sensors: readonly (OnLine | OnBroker)[], edges: SourceEdges): Promise<Source[]> {
  const ports = new Map<string, OnLine[]>();
  const openings: (() => Promise<Source>)[] = [];
  for (const sensor of sensors) {
    if (sensor.kind === 'mqtt' || sensor.kind === 'convention') {
      openings.push(() => openTopics(sensor, edges));
      continue;
    }
    const shared = ports.get(sensor.port);
    if (shared) shared.push(sensor);
    else {
      const members = [sensor];
      ports.set(sensor.port, members);
      openings.push(() => openPort(members, edges));
    }
  }
  await using opened = new AsyncDisposableStack();
  const sources: Source[] = [];
  for (const open of openings) sources.push(opened.use(await open()));
  opened.move();
  return sources;
}

async function serialDevice(sensor: SerialSensor | FrameReplay): Promise<SerialDevice> {
  const found = await namedDevice(sensor.device, sensor.model);
  if (found && 'serial' in found) return found;
  const says =
    found && 'mqtt' in found
      ? `${sensor.device} speaks MQTT: give mqtt instead of a port`
      : await noDevice(sensor.device, sensor.model);
  refuse(sensor.name, says);
}

async function openPort(sensors: readonly OnLine[], edges: SourceEdges): Promise<Source> {
  const board = sensors.find((sensor) => sensor.kind === 'serial' && isBoard(sensor));
  if (board?.kind === 'serial') return openBoard(board, sensors.length, edges);
  const { clock, emit, onTime } = edges;
  const members = await Promise.all(
    sensors.map((sensor) => (sensor.kind === 'modbus' ? modbusMember(sensor) : serialMember(sensor))),
  );
  const [first] = members;
  checkBus(members);
  const devices = members.map(({ device }) => device);
  return openSerialSources({ path: sensors[0]!.port, line: first!.line, devices, clock, emit, onTime });
}

const isBoard = ({ device }: SerialSensor): boolean => plainName(device) === plainName(FIRMWARE_BRIDGE);

/** A board says itself what it measures: nothing else may be written for it. */
function openBoard(sensor: SerialSensor, sharing: number, { clock, emit }: SourceEdges): Source {
  const { name, port: path, baud, silenceS = BRIDGE_SILENCE_S, address, everyS, dutyCycle, onOpen, readings } = sensor;
  if (sharing > 1) refuse(name, 'is a board of its own, and cannot share its port');
  if (address !== undefined || everyS !== undefined || dutyCycle || onOpen.length + readings.length > 0) {
    refuse(name, 'a firmware-bridge takes port, baud and silence_s only; the board says the rest');
  }
  const line = { ...BRIDGE_LINE, baud: baud ?? BRIDGE_LINE.baud };
  return openBridgeSource({ sensor: name, sensorClass: SENSOR_CLASSES.unknown, path, line, silenceS, clock, emit });
}

/** @throws OperatingError config_invalid for an address that cannot be, or devices that cannot share their port */
function checkBus(members: readonly Member[]): void {
  const [first] = members;
  const seen = new Map<string, string>();
  for (const { line, device } of members) {
    const { sensor, model } = device;
    const address = addressOf(device);
    const problem = addressProblem(model, address);
    if (problem !== undefined) refuse(sensor, problem);
    if (members.length === 1) return;
    const [speaks, firstSpeaks] = [lineText(line), lineText(first!.line)];
    const twin = seen.get(`${address}`);
    if (speaks !== firstSpeaks) {
      refuse(sensor, `shares a port with ${first!.device.sensor}, which speaks ${firstSpeaks}, not ${speaks}`);
    }
    if (!model.poll) refuse(sensor, 'speaks by itself, and cannot share its port; give it its own');
    if (address === undefined) refuse(sensor, 'shares a port, and needs an address');
    if (twin !== undefined) refuse(sensor, `has the address of ${twin}; on one port each needs its own`);
    seen.set(`${address}`, sensor);
  }
}

function refuse(sensor: string, says: string): never {
  throw new OperatingError('config_invalid', `sensor ${sensor}: ${says}`);
}

interface Member {
  readonly line: SerialLine;
  readonly device: SourceDevice;
}

function modbusMember({ name, address, everyS = 10, silenceS, modbus, readings }: ModbusSensor): Member {
  const line = { baud: modbus.baud, dataBits: 8, parity: modbus.parity, stopBits: modbus.stop_bits } as const;
  const profile = modbusProfile({ function: modbus.function, line, everyS, readings });
  const model = profile.models[profile.modelDefault]!;
  return { line, device: { sensor: name, profile, model, address, silenceS: silenceS ?? profile.silenceS } };
}

async function serialMember(sensor: SerialSensor): Promise<Member> {
  const { serial: profile, model: named } = await serialDevice(sensor);
  const { name, address, everyS, dutyCycle, onOpen, baud = profile.line.baud, silenceS = profile.silenceS } = sensor;
  const unknown = onOpen.find((setting) => !Object.hasOwn(named.settings ?? {}, setting));
  if (unknown !== undefined) {
    const known = Object.keys(named.settings ?? {}).join(', ') || 'none';
    refuse(name, `on_open: no setting "${unknown}"; it has ${known}`);
  }
  if (dutyCycle && !(named.sleep && named.wake)) {
    refuse(name, `${profile.title} cannot be sent to sleep; leave out duty_cycle`);
  }
  if (dutyCycle && dutyCycle.onS <= profile.warmUpS) {
    refuse(name, `it warms up for ${profile.warmUpS} s, and duty_cycle leaves it ${dutyCycle.onS}; make on_s longer`);
  }
  const model = withReadings(named, sensor);
  const asked = {
    ...(address === undefined ? {} : { address }),
    ...(everyS === undefined ? {} : { everyS }),
    ...(dutyCycle && { duty: dutyCycle }),
  };
  return { line: { ...profile.line, baud }, device: { sensor: name, profile, model, silenceS, onOpen, ...asked } };
}

/** Columns and members of a device that writes text mean what the configuration says. */
function withReadings(model: SerialDevice['model'], { name, readings }: SerialSensor): SerialDevice['model'] {
  if (readings.length === 0) return model;
  if (model.text?.kind !== 'csv' && model.text?.kind !== 'json') {
    refuse(name, 'readings go with csv-lines and json-lines only');
  }
  const mapped = readings.map(({ scale = 1, ...reading }) => ({ ...reading, scale }));
  return { ...model, text: { ...model.text, readings: mapped } };
}

async function openTopics(sensor: OnBroker, { folder, clock, emit, subscribeLocal }: SourceEdges): Promise<Source> {
  const { url, username } = sensor.mqtt;
  const elsewhere = url === undefined ? undefined : { url, username, password: secretOf(sensor.mqtt, folder) };
  if (!elsewhere && !subscribeLocal) {
    refuse(sensor.name, 'there is no own broker to listen on; give mqtt.url, or switch the broker on');
  }
  return openMqttSource({
    sensor: sensor.name,
    sensorClass: SENSOR_CLASSES.unknown,
    ...(sensor.kind === 'mqtt' ? mappedTopic(sensor) : await conventionTopics(sensor)),
    from: elsewhere ?? { local: subscribeLocal! },
    clock,
    emit,
  });
}

const mappedTopic = ({ topic, readings }: MqttSensor) => ({ filters: [topic], convention: createMapping(readings) });

async function conventionTopics({ name, device, topic }: ConventionSensor) {
  const found = await namedDevice(device);
  if (!found || !('mqtt' in found)) {
    const says = found ? `${device} is on a serial line: give a port instead of mqtt` : await noDevice(device);
    refuse(name, says);
  }
  const { createConvention } = await import('./sense/mqtt/conventions.ts');
  const filters = topic === undefined ? found.mqtt.topics : [topic];
  return { filters, convention: createConvention(found.mqtt) };
}

export async function openRecording(sensor: Recording, emit: Emit): Promise<AsyncIterable<Reading>> {
  const { name, file } = sensor;
  if (sensor.kind === 'table') {
    const { timestamp, readings } = sensor;
    return replayCsv({ sensor: name, sensorClass: SENSOR_CLASSES.unknown, file, timestamp, readings, emit });
  }
  const { serial: profile, model } = await serialDevice(sensor);
  const { startMs, intervalMs } = sensor;
  return replayBytes({ sensor: name, file, profile, model, startMs, intervalMs, emit });
}
