// Resolves a configured sensor to its device, line and settings, or says why it cannot be had.
//
// Opens nothing and asks no device, so that `qis config check` finds what `qis run` would refuse.
import { plainName } from '../../devices/catalogue.ts';
import type { ConventionSensor, FrameReplay, ModbusSensor, Sensor, SerialSensor } from '../config/config.ts';
import { OperatingError } from '../core/errors.ts';
import { FIRMWARE_BRIDGE } from '../sense/bridge/description.ts';
import type { ConventionProfile } from '../sense/convention/convention-profile.ts';
import { lineText, type SerialLine } from '../sense/profile.ts';
import { modbusProfile } from '../sense/serial/modbus-model.ts';
import { addressProblem } from '../sense/serial/request.ts';
import { addressOf, type SourceDevice } from '../sense/serial/serial-device.ts';
import { type NamedDevice, namedDevice, noDevice, type SerialDevice } from './device.ts';

export type OnLine = SerialSensor | ModbusSensor;

/** A device on a line that it may share. */
export interface Member {
  readonly line: SerialLine;
  readonly device: SourceDevice;
}

type Key = 'device' | 'port' | 'address' | 'duty_cycle' | 'on_open' | 'readings' | 'mqtt';

/** A sensor that cannot be as it is configured. */
export class RefusedSensor extends OperatingError {
  readonly sensor: string;
  /** Of its entry in the configuration. */
  readonly key: Key;
  /** Without the name of the sensor. */
  readonly says: string;

  constructor(sensor: string, key: Key, says: string, options?: { cause?: unknown }) {
    super('config_invalid', `sensor ${sensor}: ${says}`, options);
    this.sensor = sensor;
    this.key = key;
    this.says = says;
  }
}

export function refuse(sensor: string, key: Key, says: string): never {
  throw new RefusedSensor(sensor, key, says);
}

/** All that are refused, at most one reason each, and one for each bus. */
export async function refusedSensors(sensors: readonly Sensor[]): Promise<readonly RefusedSensor[]> {
  const refused: RefusedSensor[] = [];
  async function ask<T>(question: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof RefusedSensor)) throw error;
      refused.push(error);
      return undefined;
    }
  }
  for (const sensor of sensors) {
    if (sensor.kind === 'convention') await ask(() => conventionOf(sensor));
    if (sensor.kind === 'frames') await ask(() => serialDevice(sensor));
  }
  const onLines = sensors.filter((sensor) => sensor.kind === 'serial' || sensor.kind === 'modbus');
  for (const sharing of byPort(onLines).values()) {
    const board = sharing.find(isBoard);
    if (board) {
      await ask(() => checkBoard(board, sharing.length));
      continue;
    }
    const members: (Member | undefined)[] = [];
    for (const sensor of sharing) members.push(await ask(() => memberOf(sensor)));
    const known = members.filter((member) => member !== undefined);
    if (known.length === members.length) await ask(() => checkBus(known));
  }
  return refused;
}

/** What an operator allows each sensor to be silent, ms; undefined: nothing was said. Devices behind one are as it is. */
export function silencesOf(sensors: readonly Sensor[]): (sensor: string) => number | undefined {
  const allowed = new Map(sensors.map((sensor) => [sensor.name, silenceOf(sensor)]));
  return (name) => allowed.get(name.split('/', 1)[0]!);
}

function silenceOf(sensor: Sensor): number | undefined {
  const duty = sensor.kind === 'serial' ? sensor.dutyCycle : undefined;
  if (!duty) return sensor.silenceS && sensor.silenceS * 1000;
  return (duty.periodS - duty.onS + (sensor.silenceS ?? AWAKE_SILENCE_S)) * 1000;
}

/** Awake without a reading, where a duty cycle is all that was said. */
const AWAKE_SILENCE_S = 60;

/** Those of one port share one line. */
export function byPort(sensors: readonly OnLine[]): ReadonlyMap<string, readonly OnLine[]> {
  return Map.groupBy(sensors, ({ port }) => port);
}

export const isBoard = (sensor: OnLine): sensor is SerialSensor =>
  sensor.kind === 'serial' && plainName(sensor.device) === plainName(FIRMWARE_BRIDGE);

/** A board says itself what it measures: nothing else may be written for it. */
export function checkBoard(
  { name, model, address, everyS, dutyCycle, onOpen, readings }: SerialSensor,
  sharing: number,
) {
  if (sharing > 1) refuse(name, 'port', 'is a board of its own, and cannot share its port');
  const asked = [model, address, everyS, dutyCycle, onOpen[0], readings[0]];
  if (asked.some((one) => one !== undefined)) {
    refuse(name, 'device', 'a firmware-bridge takes port, baud and silence_s only; the board says the rest');
  }
}

/** @throws RefusedSensor for an address that cannot be, or devices that cannot share their port */
export function checkBus(members: readonly Member[]): void {
  const [first] = members;
  const seen = new Map<string, string>();
  for (const { line, device } of members) {
    const { sensor, model } = device;
    const address = addressOf(device);
    const problem = addressProblem(model, address);
    if (problem !== undefined) refuse(sensor, 'address', problem);
    if (members.length === 1) return;
    const [speaks, firstSpeaks] = [lineText(line), lineText(first!.line)];
    const twin = seen.get(`${address}`);
    if (speaks !== firstSpeaks) {
      refuse(sensor, 'port', `shares a port with ${first!.device.sensor}, which speaks ${firstSpeaks}, not ${speaks}`);
    }
    const other = members.find((one) => one.device.sensor !== sensor)?.device.sensor;
    if (!model.poll)
      refuse(sensor, 'port', `speaks by itself, and cannot share its port with ${other}; give each its own`);
    if (address === undefined) refuse(sensor, 'port', 'shares a port, and needs an address');
    if (twin !== undefined) refuse(sensor, 'address', `has the address of ${twin}; on one port each needs its own`);
    seen.set(`${address}`, sensor);
  }
}

/** @throws RefusedSensor */
export async function memberOf(sensor: OnLine): Promise<Member> {
  return sensor.kind === 'modbus' ? modbusMember(sensor) : await serialMember(sensor);
}

function modbusMember({ name, address, everyS = 10, silenceS, modbus, readings }: ModbusSensor): Member {
  const line = { baud: modbus.baud, dataBits: 8, parity: modbus.parity, stopBits: modbus.stop_bits } as const;
  const profile = modbusProfile({ function: modbus.function, line, everyS, readings });
  const model = profile.models[profile.modelDefault]!;
  return { line, device: { sensor: name, profile, model, address, silenceS: silenceS ?? profile.silenceS } };
}

async function serialMember(sensor: SerialSensor): Promise<Member> {
  const { serial: profile, modelName, model: named } = await serialDevice(sensor);
  const { name, address, everyS, dutyCycle, onOpen, baud = profile.line.baud, silenceS = profile.silenceS } = sensor;
  const unknown = onOpen.find((setting) => !Object.hasOwn(named.settings ?? {}, setting));
  if (unknown !== undefined) {
    const known = Object.keys(named.settings ?? {}).join(', ') || 'none';
    refuse(name, 'on_open', `on_open: no setting "${unknown}"; it has ${known}`);
  }
  if (dutyCycle && !(named.sleep && named.wake)) {
    refuse(name, 'duty_cycle', `${profile.title} cannot be sent to sleep; leave out duty_cycle`);
  }
  if (dutyCycle && dutyCycle.onS <= profile.warmUpS) {
    const says = `it warms up for ${profile.warmUpS} s, and duty_cycle leaves it ${dutyCycle.onS}; make on_s longer`;
    refuse(name, 'duty_cycle', says);
  }
  const model = withReadings(named, sensor);
  const asked = {
    modelName,
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
    refuse(name, 'readings', 'readings go with csv-lines and json-lines only');
  }
  const mapped = readings.map(({ scale = 1, ...reading }) => ({ ...reading, scale }));
  return { ...model, text: { ...model.text, readings: mapped } };
}

/** @throws RefusedSensor */
export async function serialDevice({ name, device, model }: SerialSensor | FrameReplay): Promise<SerialDevice> {
  const found = await named(name, device, model);
  if ('mqtt' in found) refuse(name, 'device', `${device} speaks MQTT: give mqtt instead of a port`);
  if ('bridge' in found) refuse(name, 'device', `${device} cannot be replayed from a file`);
  return found;
}

/** @throws RefusedSensor */
export async function conventionOf({ name, device }: ConventionSensor): Promise<ConventionProfile> {
  const found = await named(name, device);
  if (!('mqtt' in found)) refuse(name, 'device', `${device} is on a serial line: give a port instead of mqtt`);
  return found.mqtt;
}

async function named(sensor: string, device: string, model?: string): Promise<NamedDevice> {
  let found: NamedDevice | undefined;
  try {
    found = await namedDevice(device, model);
  } catch (cause) {
    // A profile of the operator's own, with something wrong in it.
    if (!(cause instanceof OperatingError)) throw cause;
    throw new RefusedSensor(sensor, 'device', cause.message, { cause });
  }
  return found ?? refuse(sensor, 'device', await noDevice(device, model));
}
