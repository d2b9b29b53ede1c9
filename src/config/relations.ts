// Checks what holds between the keys of a configuration: one kind for each sensor, names that are unique, units that fit.
//
// Runs on a file whose shape is right (schema.ts), so that every message here is about meaning.

import { basename } from 'node:path';
import { reasonOf } from '../core/errors.ts';
import { modbusRegistersMax } from '../core/limits.ts';
import { didYouMean } from '../core/nearest.ts';
import { isQuantity, QUANTITIES, QUANTITY_NAMES } from '../core/quantities.ts';
import { converter, unitsOf } from '../core/units.ts';
import { timeParser } from '../sense/replay/timestamp.ts';
import { registersOf } from '../sense/serial/modbus-model.ts';
import type { Path } from './problem.ts';
import { keyOf } from './problem.ts';
import type { ConfigShape, SensorShape } from './schema.ts';

/** Reports a problem; with a value, the value stands before the words. */
export type Report = (path: Path, says: string, value?: unknown) => void;

export type SensorKind = 'serial' | 'modbus' | 'mqtt' | 'convention' | 'frames' | 'table';

/** What each kind of sensor is recognised by, what it needs, and what else goes with it. */
const KINDS: Record<SensorKind, { by: string; needs: (keyof SensorShape)[]; takes: (keyof SensorShape)[] }> = {
  serial: {
    by: 'port',
    needs: ['port', 'device'],
    takes: ['model', 'baud', 'address', 'every_s', 'duty_cycle', 'on_open', 'readings'],
  },
  modbus: { by: 'modbus', needs: ['port', 'modbus', 'readings'], takes: ['every_s'] },
  mqtt: { by: 'mqtt', needs: ['mqtt', 'readings'], takes: [] },
  convention: { by: 'mqtt and device', needs: ['mqtt', 'device'], takes: [] },
  frames: { by: 'replay', needs: ['replay', 'device'], takes: ['model'] },
  table: { by: 'replay.timestamp', needs: ['replay', 'readings'], takes: [] },
};

export function kindOf(sensor: SensorShape): SensorKind | undefined {
  if (sensor.modbus) return 'modbus';
  if (sensor.port !== undefined) return 'serial';
  if (sensor.mqtt) return sensor.device === undefined ? 'mqtt' : 'convention';
  if (!sensor.replay) return undefined;
  return sensor.replay.timestamp || (sensor.readings && sensor.device === undefined) ? 'table' : 'frames';
}

/** As given, or what the device is called: the file of a profile without its ending. */
export function sensorNameOf({ name, device }: SensorShape): string | undefined {
  return name ?? (device === undefined ? undefined : basename(device).replace(/\.(json|ya?ml)$/i, ''));
}

export function checkRelations(config: ConfigShape, report: Report): void {
  for (const [i, sensor] of config.sensors.entries()) checkSensor(sensor, ['sensors', i], report);
  checkNames(config.sensors.map(sensorNameOf), 'sensors', report);
  checkNames(
    config.neighbours.map(({ name }) => name),
    'neighbours',
    report,
  );
  checkNames(
    config.peers.map(({ name }) => name),
    'peers',
    report,
  );
  if (config.domain !== undefined && config.domains !== undefined)
    report(['domain'], 'stands beside domains; keep one');
  checkAlarm(config.alarm, report);
  checkGatewayNames(config, report);
  const replayed = config.sensors.filter(({ replay }) => replay).length;
  if (replayed > 0 && replayed < config.sensors.length) {
    report(['sensors'], 'mixes live sensors with recordings, which run on a clock of their own; use two files');
  }
  checkPorts(config.sensors, report);
  for (const [i, neighbour] of config.neighbours.entries()) {
    const path = ['neighbours', i];
    if (!neighbour.url && !neighbour.key) report(path, 'needs a url to connect to, or a key to believe, or both');
    checkLogin(neighbour, path, report);
  }
  if (typeof config.broker === 'object') checkAccounts(config.broker.accounts, report);
  else checkBrokerIsElsewhere(config.sensors, report);
}

/** Levels by quantity: each a known one, inside its plausible range. */
export function checkAlarm(alarm: Readonly<Record<string, number>> | undefined, report: Report): void {
  for (const [quantity, level] of Object.entries(alarm ?? {})) {
    if (!isQuantity(quantity)) {
      report(['alarm', quantity], `is not a quantity${didYouMean(quantity, QUANTITY_NAMES)}`, quantity);
      continue;
    }
    const { min, max, unit } = QUANTITIES[quantity];
    if (level <= min || level >= max) {
      report(
        ['alarm', quantity],
        `is outside the range of ${quantity}; use a level between ${min} and ${max} ${unit}`,
        level,
      );
    }
  }
}

function checkSensor(sensor: SensorShape, path: Path, report: Report): void {
  const kind = kindOf(sensor);
  if (!kind) {
    report(path, 'needs one of port, mqtt or replay');
    return;
  }
  const { by, needs, takes } = KINDS[kind];
  for (const key of needs) {
    if (sensor[key] === undefined) report(path, `needs ${key}, because it has ${by}`);
  }
  for (const key of Object.keys(sensor) as (keyof SensorShape)[]) {
    const fits = key === 'name' || key === 'silence_s' || needs.includes(key) || takes.includes(key);
    if (!fits && sensor[key] !== undefined)
      report([...path, key], `does not go together with ${by}; leave one of them out`);
  }
  if (sensor.name === undefined && sensor.device === undefined) report(path, 'needs a name');
  if (sensor.mqtt) checkLogin(sensor.mqtt, [...path, 'mqtt'], report);
  if (kind === 'mqtt' && sensor.mqtt?.topic === undefined) report([...path, 'mqtt'], 'needs a topic, or a device');
  if (sensor.duty_cycle && sensor.duty_cycle.on_s >= sensor.duty_cycle.period_s) {
    report([...path, 'duty_cycle'], 'leaves no time to sleep; make on_s shorter than period_s');
  }
  if (sensor.replay) checkReplay(sensor.replay, kind, [...path, 'replay'], report);
  checkReadings(sensor.readings ?? [], kind, [...path, 'readings'], report);
  if (kind === 'modbus') checkRegisters(sensor.readings ?? [], [...path, 'readings'], report);
}

/** What each reading is found by. */
const READ_BY = {
  serial: 'key',
  modbus: 'register',
  mqtt: 'key',
  convention: 'key',
  frames: 'column',
  table: 'column',
} as const satisfies Record<SensorKind, keyof Mapped>;

function checkRegisters(readings: readonly Mapped[], path: Path, report: Report): void {
  const registers = readings.flatMap(({ register, type = 'u16be' }) =>
    register === undefined ? [] : [register, register + registersOf(type) - 1],
  );
  const span = Math.max(...registers) - Math.min(...registers) + 1;
  if (span > modbusRegistersMax) {
    report(path, `span ${span} registers, and one request reads ${modbusRegistersMax}; split them into two sensors`);
  }
}

/** A bus: every device on it needs an address of its own, and hears the same line. */
function checkPorts(sensors: readonly SensorShape[], report: Report): void {
  for (const [i, sensor] of sensors.entries()) {
    const first = sensors.findIndex(({ port }) => port !== undefined && port === sensor.port);
    if (first === -1 || first === i) continue;
    const other = sensors[first]!;
    const at: Path = ['sensors', i];
    const [line, otherLine] = [lineOf(sensor), lineOf(other)];
    if (line !== otherLine)
      report(at, `shares a port with ${keyOf(['sensors', first])} but has other line settings; give both the same`);
    if (sensor.duty_cycle || other.duty_cycle)
      report(at, 'shares its port with another sensor, so neither can have a duty cycle; give each its own port');
  }
}

const lineOf = ({ baud, modbus }: SensorShape): string =>
  modbus ? `${modbus.baud} ${modbus.parity} ${modbus.stop_bits}` : `${baud}`;

function checkReplay(replay: NonNullable<SensorShape['replay']>, kind: SensorKind, path: Path, report: Report): void {
  const needs = kind === 'table' ? (['timestamp'] as const) : (['start', 'interval_s'] as const);
  const excludes = kind === 'table' ? (['start', 'interval_s'] as const) : (['timestamp'] as const);
  for (const key of needs) if (replay[key] === undefined) report(path, `needs ${key}`);
  for (const key of excludes) {
    if (replay[key] !== undefined) report([...path, key], 'does not fit this kind of recording; leave it out');
  }
  if (!replay.timestamp) return;
  try {
    timeParser(replay.timestamp.format, replay.timestamp.zone);
  } catch (error) {
    report([...path, 'timestamp'], `does not work: ${reasonOf(error)}`);
  }
}

type Mapped = NonNullable<SensorShape['readings']>[number];

function checkReadings(readings: readonly Mapped[], kind: SensorKind, path: Path, report: Report): void {
  const from = READ_BY[kind];
  const others = (['key', 'column', 'register'] as const).filter((key) => key !== from);
  const taken = new Set<string>();
  for (const [i, reading] of readings.entries()) {
    const at = [...path, i];
    if (reading[from] === undefined) report(at, `needs a ${from}`);
    if (typeof reading.key === 'number' && kind !== 'serial')
      report([...at, 'key'], 'is a column number; write the name of the member');
    for (const other of others) {
      if (reading[other] !== undefined) report([...at, other], `does not fit this kind of sensor; use ${from}`);
    }
    if (reading.type !== undefined && from !== 'register')
      report([...at, 'type'], 'is for registers only; leave it out');
    if (!converter(reading.unit, reading.quantity)) {
      report(
        [...at, 'unit'],
        `does not fit ${reading.quantity}; use ${unitsOf(reading.quantity).join(', ')}`,
        reading.unit,
      );
    }
    const channel = `${reading.quantity}/${reading.channel}`;
    if (taken.has(channel))
      report(at, `is a second ${reading.quantity} without a channel of its own; give each one a channel`);
    taken.add(channel);
  }
}

function checkNames(names: readonly (string | undefined)[], list: string, report: Report): void {
  for (const [i, name] of names.entries()) {
    const first = names.indexOf(name);
    if (name !== undefined && first < i) {
      report([list, i, 'name'], `is also the name of ${keyOf([list, first])}; give each its own name`, name);
    }
  }
}

/** In the log and in `qis status` a name stands for one key. */
function checkGatewayNames({ name: own, neighbours, peers }: ConfigShape, report: Report): void {
  for (const [list, entries] of Object.entries({ neighbours, peers })) {
    for (const [i, { name, key }] of entries.entries()) {
      const path = [list, i, 'name'];
      if (name === own) report(path, 'is also the name of this gateway; give each its own name', name);
      if (list === 'neighbours') continue;
      const other = neighbours.findIndex((neighbour) => neighbour.name === name);
      const otherKey = neighbours[other]?.key;
      if (!key || !otherKey || key.equals(otherKey)) continue;
      report(path, `is also the name of ${keyOf(['neighbours', other])}, which has another key; rename one`, name);
    }
  }
}

function checkLogin(
  login: { username?: string | undefined; password?: string | undefined; password_file?: string | undefined },
  path: Path,
  report: Report,
): void {
  const secret = login.password ?? login.password_file;
  if (secret !== undefined && login.username === undefined) report(path, 'has a password but no username; add one');
  if (login.password !== undefined && login.password_file !== undefined) {
    report(path, 'has both password and password_file; keep one');
  }
}

function checkAccounts(
  accounts: readonly {
    readonly name: string;
    readonly role: 'gateway' | 'sensor' | 'program';
    readonly topics?: readonly string[] | undefined;
    readonly password?: string | undefined;
    readonly password_file?: string | undefined;
  }[],
  report: Report,
): void {
  for (const [i, account] of accounts.entries()) {
    const path = ['broker', 'accounts', i];
    if (accounts.findIndex(({ name }) => name === account.name) < i) {
      report([...path, 'name'], 'is the name of two accounts; give each its own name', account.name);
    }
    checkLogin({ ...account, username: account.name }, path, report);
    const others = { gateway: 'a gateway speaks packets', program: 'a program asks and hears answers' };
    if (account.topics && account.role !== 'sensor') {
      report([...path, 'topics'], `is for accounts of sensors; ${others[account.role]} and nothing else, so remove it`);
    }
    if ((account.password ?? account.password_file) === undefined) report(path, 'needs password or password_file');
  }
}

function checkBrokerIsElsewhere(sensors: readonly SensorShape[], report: Report): void {
  for (const [i, { mqtt }] of sensors.entries()) {
    if (mqtt && !mqtt.url) report(['sensors', i, 'mqtt'], 'needs a url, because broker is off');
  }
}
