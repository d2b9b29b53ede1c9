// A device profile of the operator's own: a JSON or YAML file with the keys of src/sense/profile.ts, checked in full.
//
// The same schema is published as docs/device-profile.schema.json (npm run schema), so that an editor can help. What a
// schema cannot say (fields inside their frames, units that fit) is checked here, once, before the engines assert it.
import * as z from 'zod';
import { checkYaml, problemLine, readConfig } from './config.ts';
import { keys } from './config-schema.ts';
import { OperatingError } from './core/errors.ts';
import { serialFrameBytesMax } from './core/limits.ts';
import { QUANTITY_NAMES, type Quantity } from './core/quantities.ts';
import { SENSOR_CLASSES, type SensorClassName } from './core/sensor-class.ts';
import { converter, unitsOf } from './core/units.ts';
import { CONVENTION_KINDS, type ConventionProfile } from './sense/convention/convention.ts';
import { type DeviceProfile, type Frame, NUMBER_TYPES } from './sense/profile.ts';

/** Made when a profile is checked, and not before: as long as there is none, the schemas would take memory for nothing. */
export function deviceSchemas() {
  const text = z.string().min(1).max(128);
  const hex = z
    .string()
    .max(2 * serialFrameBytesMax)
    .regex(/^([0-9a-f]{2})+$/i, 'is no hex; write two digits for each byte');
  const byteAt = z.int().min(0).max(serialFrameBytesMax);
  const range = z.tuple([byteAt, byteAt]);
  const seconds = z.number().positive().max(86_400);
  const raw = z.array(z.number()).max(16);
  const numberType = z.enum(NUMBER_TYPES);
  const quantity = z.enum(QUANTITY_NAMES);
  const channel = z.string().max(32);
  const unit = z.string().max(32);

  const field = keys({
    at: byteAt,
    type: numberType,
    quantity,
    channel: channel.optional(),
    scale: z.number().optional(),
    offset: z.number().optional(),
    unit: unit.optional(),
    unitAt: keys({ at: byteAt, units: z.record(z.string().regex(/^\d{1,3}$/), unit) }).optional(),
    decimalsAt: byteAt.optional(),
    absent: raw.optional(),
    invalid: raw.optional(),
  });

  const frame = keys({
    header: z
      .string()
      .max(2 * serialFrameBytesMax)
      .regex(/^([0-9a-f]{2}|\.\.)+$/i, 'is no header; write two hex digits for each byte, .. for any byte'),
    bytes: z.int().min(1).max(serialFrameBytesMax),
    lengthAt: byteAt.optional(),
    trailer: hex.optional(),
    check: keys({
      kind: z.enum(['sum8', 'sum8_negated', 'sum16be', 'xor8', 'crc16_modbus', 'crc16_xmodem']),
      from: byteAt,
      to: byteAt,
      at: byteAt,
    }).optional(),
    fields: z.array(field).max(64).optional(),
    status: z
      .array(
        keys({
          at: byteAt,
          type: numberType,
          mask: z.int().optional(),
          equals: z.int().optional(),
          means: z.enum(['warming_up', 'invalid']),
        }),
      )
      .max(8)
      .optional(),
    zeroWhileWarming: range.optional(),
    source: range.optional(),
    refuses: z.literal(true).optional(),
  });

  const request = z.union([
    keys({ hex }),
    keys({ text }),
    keys({
      function: z.union([z.literal(3), z.literal(4), z.literal(6)]),
      register: z.int().min(0).max(65_535),
      value: z.int().min(0).max(65_535),
    }),
  ]);
  const requests = z.array(request).max(16);

  const model = keys({
    frames: z.array(frame).min(1).max(32).optional(),
    text: keys({
      kind: z.enum(['nmea', 'wxt', 'csv', 'json']),
      readings: z
        .array(
          keys({
            key: z.union([z.int().min(0).max(255), text, z.array(text).min(1).max(8)]),
            quantity,
            unit: unit.optional(),
            channel: channel.optional(),
            scale: z.number().optional(),
          }),
        )
        .max(64)
        .optional(),
    }).optional(),
    address: z.union([z.int().min(0).max(255), z.string().min(1).max(8)]).optional(),
    start: requests.optional(),
    stop: requests.optional(),
    sleep: requests.optional(),
    wake: requests.optional(),
    poll: keys({ everyS: seconds, requests, timeoutS: seconds.optional() }).optional(),
    settings: z.record(text, requests).optional(),
  });

  const name = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is no name; use a-z, 0-9 and - between them');
  const aliases = z.array(text).max(32).optional();

  const serial = keys({
    $schema: z.string().optional(),
    name,
    title: text,
    aliases,
    sensorClass: z.enum(Object.keys(SENSOR_CLASSES) as [SensorClassName, ...SensorClassName[]]),
    line: keys({
      baud: z.int().min(50).max(4_000_000),
      dataBits: z.union([z.literal(7), z.literal(8)]),
      parity: z.enum(['none', 'even', 'odd']),
      stopBits: z.union([z.literal(1), z.literal(2)]),
    }),
    framing: z.enum(['fixed', 'shdlc', 'line']),
    models: z.record(text, model),
    modelDefault: text,
    warmUpS: z.number().min(0).max(86_400),
    silenceS: seconds,
  });

  const words = z.array(text).max(64);

  const convention = keys({
    $schema: z.string().optional(),
    name,
    title: text,
    aliases,
    convention: z.enum(CONVENTION_KINDS),
    topics: z.array(text).min(1).max(16),
    members: z.record(
      text,
      keys({
        quantity,
        unit: unit.optional(),
        channel: channel.optional(),
        invalid: raw.optional(),
        invalidBelow: z.number().optional(),
        large: keys({ above: z.number(), unit }).optional(),
        unless: text.optional(),
      }),
    ),
    source: keys({
      members: words.optional(),
      after: words.optional(),
      topicFrom: z.int().min(0).max(16).optional(),
    }).optional(),
    availability: text.optional(),
    time: text.optional(),
    notDevices: words.optional(),
    commands: words.optional(),
    bridge: text.optional(),
    groups: keys({ member: text, channels: z.record(text, channel) }).optional(),
    unitMembers: z.record(text, z.array(quantity).max(16)).optional(),
    aside: words.optional(),
    ignored: words.optional(),
  });
  return { serial, convention };
}

/** JSON Schema, draft 2020-12, as text. */
export function publishedSchema(): string {
  const { serial, convention } = deviceSchemas();
  const schema = z.toJSONSchema(z.union([serial, convention]), { target: 'draft-2020-12' });
  return `${JSON.stringify({ ...schema, title: 'Device profile of qis-edge' }, undefined, 2)}\n`;
}

export type OwnProfile = { readonly serial: DeviceProfile } | { readonly mqtt: ConventionProfile };

/** @throws OperatingError config_missing; config_invalid, one line for each problem */
export function loadDevice(file: string): OwnProfile {
  const written = readConfig(file);
  const isConvention = /^\s*["']?convention["']?\s*:/m.test(written);
  const schemas = deviceSchemas();
  const schema = isConvention ? schemas.convention : schemas.serial;
  const { data, problems } = checkYaml(written, schema, 'see docs/devices.md for what stands in it');
  if (!data) throw invalid(problems.map((problem) => problemLine(file, problem)));
  // The same members; zod adds "or undefined" to those that may be absent.
  if (isConvention) return { mqtt: data as unknown as ConventionProfile };
  const serial = data as unknown as DeviceProfile;
  const says = relations(serial);
  if (says.length > 0) throw invalid(says.map((line) => `${file}: ${line}`));
  return { serial };
}

const invalid = (lines: readonly string[]) => new OperatingError('config_invalid', lines.join('\n'));

/** What a profile must also be, one line for each that is not so. Every built-in one is (test/devices.test.ts). */
export function relations(profile: DeviceProfile): string[] {
  const says: string[] = [];
  if (!Object.hasOwn(profile.models, profile.modelDefault)) {
    says.push(`modelDefault: there is no model ${JSON.stringify(profile.modelDefault)}`);
  }
  for (const [name, { frames, text }] of Object.entries(profile.models)) {
    const at = `models.${name}`;
    if (!frames === !text) says.push(`${at} needs frames or text, and not both`);
    if (text && profile.framing !== 'line') says.push(`${at}.text needs framing: line`);
    if (frames && profile.framing === 'line') says.push(`${at}.frames needs framing: fixed or shdlc`);
    for (const [i, frame] of (frames ?? []).entries()) {
      says.push(...frameProblems(frame, profile.framing).map((line) => `${at}.frames[${i}] ${line}`));
    }
    for (const [i, reading] of (text?.readings ?? []).entries()) {
      const problem = unitProblem(reading.quantity, reading.unit);
      if (problem) says.push(`${at}.text.readings[${i}] ${problem}`);
    }
  }
  return says;
}

function frameProblems(frame: Frame, framing: DeviceProfile['framing']): string[] {
  const { header, bytes, check, fields = [], status = [], zeroWhileWarming, source } = frame;
  const says: string[] = [];
  const within = (what: string, from: number, length: number) => {
    if (from + length > bytes) says.push(`${what} ends after the frame of ${bytes} bytes`);
  };
  within('header', 0, header.length / 2);
  if (header.startsWith('..') && !/^\.\.[0-9a-f]/i.test(header))
    says.push('header begins with any two bytes; name one');
  if (check) {
    within('check', check.at, check.kind.startsWith('crc') || check.kind === 'sum16be' ? 2 : 1);
    within('check', check.from, Math.max(0, check.to - check.from));
    if (framing === 'shdlc') says.push('check: SHDLC has its own; leave it out');
  }
  for (const { at, type, quantity, unit, unitAt, decimalsAt } of fields) {
    within(`field ${quantity}`, at, bytesOf(type));
    if (unitAt) within('unitAt', unitAt.at, 1);
    if (decimalsAt !== undefined) within('decimalsAt', decimalsAt, 1);
    for (const one of unitAt ? Object.values(unitAt.units) : [unit]) {
      const problem = unitProblem(quantity, one);
      if (problem) says.push(problem);
    }
  }
  for (const { at, type } of status) within('status', at, bytesOf(type));
  for (const [from, to] of [zeroWhileWarming, source].filter((span) => span !== undefined)) {
    if (to <= from) says.push(`[${from}, ${to}] is empty; the second number is the end, exclusive`);
    within(`[${from}, ${to}]`, to, 0);
  }
  return says;
}

function unitProblem(quantity: Quantity, unit: string | undefined): string | undefined {
  if (unit === undefined || converter(unit, quantity)) return undefined;
  return `unit ${JSON.stringify(unit)} does not fit ${quantity}; use ${unitsOf(quantity).join(', ')}`;
}

/** Of a number in a frame. */
export const bytesOf = (type: string): number => Number(/\d+/.exec(type)?.[0] ?? 8) / 8;
