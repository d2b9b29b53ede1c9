// The configuration file: YAML -> a typed Config, or every problem in it with its line.
//
// Checking touches nothing but the text: no device, no state, no password file.
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { plainLine } from '../core/plain-text.ts';
import type { Quantity } from '../core/quantities.ts';
import { isDetectorName } from '../detect/registry.ts';
import type { RegisterReading } from '../sense/serial/modbus-model.ts';
import { checkYaml, inOrder } from './checked-yaml.ts';
import { keyOf, type Problem, problemAt, type Source } from './problem.ts';
import { checkRelations, kindOf, sensorNameOf } from './relations.ts';
import { type ConfigShape, SCHEMA, type SensorShape } from './schema.ts';
import { soundPart, type Taken, takenOut } from './sound-part.ts';

interface SensorBase {
  /** The device's name where the file gives none. */
  readonly name: string;
  readonly silenceS: number | undefined;
}

interface Meaning {
  readonly quantity: Quantity;
  readonly unit: string;
  readonly channel: string;
}

export interface SerialSensor extends SensorBase {
  readonly kind: 'serial';
  /** A name of the catalogue, or the absolute path of a profile of the operator's own. */
  readonly device: string;
  readonly model: string | undefined;
  readonly port: string;
  readonly baud: number | undefined;
  readonly address: number | string | undefined;
  readonly everyS: number | undefined;
  readonly dutyCycle: { readonly periodS: number; readonly onS: number } | undefined;
  readonly onOpen: readonly string[];
  /** What columns or members of its lines are; none: they are known by their names. */
  readonly readings: readonly (Meaning & { key: string | number | string[]; scale?: number | undefined })[];
}

export interface ModbusSensor extends SensorBase {
  readonly kind: 'modbus';
  readonly port: string;
  readonly address: number;
  readonly everyS: number | undefined;
  readonly modbus: NonNullable<SensorShape['modbus']>;
  readonly readings: readonly RegisterReading[];
}

export interface MqttSensor extends SensorBase {
  readonly kind: 'mqtt';
  readonly topic: string;
  /** Without a url: this gateway's own broker. */
  readonly mqtt: NonNullable<SensorShape['mqtt']>;
  readonly readings: readonly (Meaning & { key: string | string[] })[];
}

export interface ConventionSensor extends SensorBase {
  readonly kind: 'convention';
  /** As in SerialSensor. */
  readonly device: string;
  /** The convention's own when absent. */
  readonly topic: string | undefined;
  readonly mqtt: NonNullable<SensorShape['mqtt']>;
}

export interface FrameReplay extends SensorBase {
  readonly kind: 'frames';
  readonly device: string;
  readonly model: string | undefined;
  readonly file: string;
  /** The first frame was made at `startMs` (Unix), each other one `intervalMs` after the one before. */
  readonly startMs: number;
  readonly intervalMs: number;
}

export interface TableReplay extends SensorBase {
  readonly kind: 'table';
  readonly file: string;
  readonly timestamp: { readonly column: string; readonly format: string; readonly zone: string };
  readonly readings: readonly (Meaning & { column: string })[];
}

export type Sensor = SerialSensor | ModbusSensor | MqttSensor | ConventionSensor | FrameReplay | TableReplay;

export type BrokerConfig = Exclude<ConfigShape['broker'], string | boolean>;
export type NeighbourConfig = ConfigShape['neighbours'][number];

/** Names of data folders and replayed files are absolute; password files are resolved by secretOf. */
export interface Config extends Omit<ConfigShape, 'sensors' | 'broker' | 'domain' | 'domains'> {
  readonly file: string;
  /** Of the file: what relative names in it are relative to. */
  readonly folder: string;
  readonly sensors: readonly Sensor[];
  /** Names of built-in domains, or absolute paths of files. */
  readonly domains: readonly string[];
  /** One that comes with qis, or the absolute path of a module. */
  readonly detector: string;
  /** Absent when it is off. */
  readonly broker: BrokerConfig | undefined;
}

export interface CheckedConfig {
  /** Absent when there are problems. */
  readonly config?: Config;
  readonly problems: readonly Problem[];
  /** What is left without what the problems concern, so that it can be checked as well; absent when nothing can be. */
  readonly sound?: { readonly config: Config; readonly taken: Taken };
  /** To say where something stands; absent when the text could not be parsed. */
  readonly source?: Source;
}

/** @param file its path: for relative names in it */
export function checkConfig(text: string, file: string): CheckedConfig {
  const { data, problems, source, written, mended } = checkYaml(text, SCHEMA, 'qis init writes one to start from');
  if (!source) return { problems };
  const isOpen = ({ key }: Problem) => !mended?.has(key);
  const taken = takenOut(problems.filter(isOpen));
  const left = data ?? soundPart(written, taken);
  if (!left) return { problems, source };
  checkRelations(left, (path, says, value) => {
    if (!taken.concerns(keyOf(path))) problems.push(problemAt(source, path, says, value));
  });
  if (data && problems.length === 0) return { config: configOf(data, file), problems, source };
  return { problems: inOrder(problems), source, ...soundOf(written, problems.filter(isOpen), file) };
}

function soundOf(written: unknown, problems: readonly Problem[], file: string): Pick<CheckedConfig, 'sound'> {
  const taken = takenOut(problems);
  const left = soundPart(written, taken);
  return left ? { sound: { config: configOf(left, file), taken } } : {};
}

/** `qis.yaml:7: unknown key "brokr"; did you mean "broker"?` */
export function problemLine(file: string, { line, message }: Problem): string {
  return plainLine(`${basename(file)}:${line}: ${message}`);
}

/** @throws OperatingError config_missing; config_invalid, whose message holds one line for each problem */
export function loadConfig(file: string): Config {
  const { config, problems } = checkConfig(readConfig(file), file);
  if (config) return config;
  throw new OperatingError('config_invalid', problems.map((problem) => problemLine(file, problem)).join('\n'));
}

/**
 * @param advice what to do when it is not there
 * @throws OperatingError config_missing, config_invalid when it cannot be read
 */
export function readConfig(file: string, advice = 'make one with qis init, or name it with --config'): string {
  try {
    // A device or a directory has no size that means anything, and reading it may never end.
    if (!statSync(file).isFile())
      throw new OperatingError('config_invalid', `${file} is not a file; name the YAML file itself`);
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof OperatingError) throw cause;
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const isLocked = cause instanceof Error && 'code' in cause && cause.code === 'EACCES';
    const locked = 'this user may not look at it; run qis as the user whose file it is, or with sudo';
    const why = isLocked ? locked : reasonOf(cause);
    if (!missing) throw new OperatingError('config_invalid', `cannot read ${file}: ${why}`, { cause });
    throw new OperatingError('config_missing', `there is no ${file}; ${advice}`);
  }
}

function configOf(shape: ConfigShape, file: string): Config {
  const folder = dirname(resolve(file));
  const { domain, domains, ...rest } = shape;
  return {
    ...rest,
    domains: domainNames({ domain, domains }, folder),
    file: resolve(file),
    folder,
    data: resolve(folder, shape.data),
    detector: detectorFile(shape.detector, folder),
    sensors: shape.sensors.map((sensor) => sensorOf(sensor, folder)),
    broker: typeof shape.broker === 'object' ? shape.broker : undefined,
  };
}

/** What is asserted with `!` was checked in relations.ts. */
function sensorOf(sensor: SensorShape, folder: string): Sensor {
  const { model, baud } = sensor;
  const device = sensor.device && deviceName(sensor.device, folder);
  const base = { name: sensorNameOf(sensor)!, silenceS: sensor.silence_s };
  const readings = sensor.readings ?? [];
  const kind = kindOf(sensor)!;
  switch (kind) {
    case 'serial':
      return { ...base, kind, device: device!, model, port: sensor.port!, baud, ...askedOf(sensor) };
    case 'modbus': {
      const { modbus, port, every_s: everyS } = sensor;
      const registers = readings.map(({ register, type = 'u16be', scale = 1, ...meaning }) => {
        return { ...meaning, register: register!, type, scale };
      });
      return { ...base, kind, port: port!, address: modbus!.address, everyS, modbus: modbus!, readings: registers };
    }
    case 'mqtt': {
      const keyed = readings.map((r) => ({ ...r, key: r.key as string | string[] }));
      return { ...base, kind, topic: sensor.mqtt!.topic!, mqtt: sensor.mqtt!, readings: keyed };
    }
    case 'convention':
      return { ...base, kind, device: device!, topic: sensor.mqtt!.topic, mqtt: sensor.mqtt! };
    case 'frames': {
      const { file, start, interval_s } = sensor.replay!;
      const times = { startMs: start!, intervalMs: interval_s! * 1000 };
      return { ...base, kind, device: device!, model, file: resolve(folder, file), ...times };
    }
    case 'table': {
      const { file, timestamp } = sensor.replay!;
      const columns = readings.map((r) => ({ ...r, column: r.column! }));
      return { ...base, kind, file: resolve(folder, file), timestamp: timestamp!, readings: columns };
    }
  }
}

function askedOf({ address, every_s, duty_cycle, on_open, readings = [] }: SensorShape) {
  return {
    address,
    everyS: every_s,
    dutyCycle: duty_cycle && { periodS: duty_cycle.period_s, onS: duty_cycle.on_s },
    onOpen: on_open ?? [],
    readings: readings.map((r) => ({ ...r, key: r.key! })),
  };
}

/** A domain is named, or described in a file beside the configuration, or beside the manifest of a replay. */
export function domainNames(written: Pick<ConfigShape, 'domain' | 'domains'>, folder: string): string[] {
  const names = written.domains ?? [written.domain ?? 'air'];
  return names.map((name) => (isProfileFile(name) ? resolve(folder, name) : name));
}

/** A detector is named, or a module beside the configuration, or beside the manifest of a replay. */
export function detectorFile(detector: string, folder: string): string {
  return isDetectorName(detector) ? detector : resolve(folder, detector);
}

/** A device is named, or described in a file beside the configuration. */
function deviceName(device: string, folder: string): string {
  return isProfileFile(device) ? resolve(folder, device) : device;
}

/** A profile of the operator's own, of a device or a domain, as opposed to a name. */
export const isProfileFile = (name: string): boolean => /\.(json|ya?ml)$/i.test(name);
