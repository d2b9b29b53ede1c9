// The configured sensors of a gateway -> sources of readings. Sensors that share a port share one line.
//
// The conventions are loaded when a sensor follows one: 1 MB that a gateway with serial sensors alone does without.
import { accessSync, constants, statSync } from 'node:fs';
import { DEVICES } from '../../devices/catalogue.ts';
import type { ConventionSensor, FrameReplay, MqttSensor, Sensor, SerialSensor, TableReplay } from '../config/config.ts';
import { certificateOf, secretOf } from '../config/secret.ts';
import type { Clock } from '../core/clock.ts';
import { reasonOf } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import type { Reading } from '../core/reading.ts';
import { SENSOR_CLASSES } from '../core/sensor-class.ts';
import { linkFailure } from '../route/mqtt/link-failure.ts';
import { BRIDGE_LINE, BRIDGE_SILENCE_S, openBridgeSource } from '../sense/bridge/bridge-source.ts';
import { createMapping } from '../sense/mqtt/mapping.ts';
import { openMqttSource } from '../sense/mqtt/mqtt-source.ts';
import type { SubscribeLocal } from '../sense/mqtt/own-broker.ts';
import { createProbe } from '../sense/probe.ts';
import type { Source } from '../sense/reading-queue.ts';
import { replayBytes, replayCsv } from '../sense/replay/replay.ts';
import type { Recognise } from '../sense/serial/hearing.ts';
import { openSerialSources } from '../sense/serial/serial-source.ts';
import {
  byPort,
  checkBoard,
  checkBus,
  conventionOf,
  isBoard,
  memberOf,
  type OnLine,
  refuse,
  serialDevice,
} from './sensor.ts';

export interface SourceEdges {
  /** What relative names of password files are relative to. */
  readonly folder: string;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Of the own broker, when there is one. */
  readonly subscribeLocal: SubscribeLocal | undefined;
  /** Accounts of the own broker that publish readings. */
  readonly accounts?: readonly string[] | undefined;
  /** What the time is, as a GNSS receiver says. */
  readonly onTime?: ((timeMs: number) => void) | undefined;
}

/** Models whose frames these bytes hold; those that share a frame stand side by side. */
const recognise: Recognise = (bytes) => {
  const probe = createProbe(DEVICES);
  probe.push(bytes);
  return probe.candidates().filter(({ frames, implausible }) => frames > 0 && implausible === 0);
};

type OnBroker = MqttSensor | ConventionSensor;
type Recording = FrameReplay | TableReplay;

export function isRecording(sensor: Sensor): sensor is Recording {
  return sensor.kind === 'frames' || sensor.kind === 'table';
}

/** Why the file of a recording cannot be read; undefined when it can. */
export function recordingProblem({ file }: Recording): string | undefined {
  try {
    accessSync(file, constants.R_OK);
    return statSync(file).isDirectory() ? 'is a folder; name the recording itself' : undefined;
  } catch (cause) {
    return `cannot be read (${reasonOf(cause)}); check that it exists and who may read it`;
  }
}

/** One source for each port and each subscription. @throws OperatingError config_invalid */
export async function openLive(sensors: readonly (OnLine | OnBroker)[], edges: SourceEdges): Promise<Source[]> {
  const onLines = sensors.filter((sensor) => sensor.kind === 'serial' || sensor.kind === 'modbus');
  const onBrokers = sensors.filter((sensor) => sensor.kind === 'mqtt' || sensor.kind === 'convention');
  const openings = [
    ...[...byPort(onLines).values()].map((sharing) => () => openPort(sharing, edges)),
    ...onBrokers.map((sensor) => () => openTopics(sensor, edges)),
  ];
  await using opened = new AsyncDisposableStack();
  const sources: Source[] = [];
  for (const open of openings) sources.push(opened.use(await open()));
  opened.move();
  return sources;
}

async function openPort(sensors: readonly OnLine[], edges: SourceEdges): Promise<Source> {
  const board = sensors.find(isBoard);
  if (board) return openBoard(board, sensors.length, edges);
  const { clock, emit, onTime } = edges;
  const members = await Promise.all(sensors.map(memberOf));
  checkBus(members);
  const devices = members.map(({ device }) => device);
  return openSerialSources({
    path: sensors[0]!.port,
    line: members[0]!.line,
    devices,
    clock,
    emit,
    onTime,
    recognise,
  });
}

function openBoard(sensor: SerialSensor, sharing: number, { clock, emit }: SourceEdges): Source {
  checkBoard(sensor, sharing);
  const { name, port: path, baud = BRIDGE_LINE.baud, silenceS = BRIDGE_SILENCE_S } = sensor;
  const line = { ...BRIDGE_LINE, baud };
  const sensorClass = SENSOR_CLASSES.unknown;
  return openBridgeSource({ sensor: name, sensorClass, path, line, silenceS, clock, emit, recognise });
}

async function openTopics(sensor: OnBroker, edges: SourceEdges): Promise<Source> {
  const { folder, clock, emit, subscribeLocal, accounts = [] } = edges;
  const { url, username, ca_file } = sensor.mqtt;
  const login = () => ({ username, password: secretOf(sensor.mqtt, folder) });
  const ca = ca_file === undefined ? undefined : certificateOf(ca_file, folder);
  const elsewhere = url === undefined ? undefined : { url, ...login(), ca, explain: brokerFailure };
  if (!elsewhere && !subscribeLocal) {
    refuse(sensor.name, 'mqtt', 'the own broker is off; give mqtt.url, or switch it on');
  }
  return openMqttSource({
    sensor: sensor.name,
    sensorClass: SENSOR_CLASSES.unknown,
    ...(sensor.kind === 'mqtt' ? mappedTopic(sensor) : await conventionTopics(sensor, elsewhere ? [] : accounts)),
    from: elsewhere ?? { local: subscribeLocal!, published: subscribeLocal, accounts },
    clock,
    emit,
    silenceMs: sensor.silenceS && sensor.silenceS * 1000,
  });
}

/** In the words for links, which know neighbours only. */
export const brokerFailure = (reason: string): string =>
  linkFailure(reason.replace(/^connection closed$/, 'the neighbour closed the connection')).replaceAll(
    'the neighbour',
    'the broker',
  );

const mappedTopic = ({ topic, readings }: MqttSensor) => ({ filters: [topic], convention: createMapping(readings) });

async function conventionTopics(sensor: ConventionSensor, accounts: readonly string[]) {
  const profile = await conventionOf(sensor);
  const { createConvention } = await import('../sense/mqtt/conventions.ts');
  const filters = sensor.topic === undefined ? profile.topics : [sensor.topic];
  return { filters, convention: createConvention(profile, accounts) };
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
