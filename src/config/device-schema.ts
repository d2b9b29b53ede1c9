// The shape of an operator's own profile of a serial device: every key, and what it may hold.
//
// Made when a profile is checked, and not before: otherwise it would take memory for nothing. The same schema is
// published (published-schema.ts), and what several parts hold is made once, so that it is published once.
import * as z from 'zod';
import { serialFrameBytesMax } from '../core/limits.ts';
import { QUANTITY_NAMES } from '../core/quantities.ts';
import { SENSOR_CLASSES, type SensorClassName } from '../core/sensor-class.ts';
import { CHECK_KINDS } from '../sense/checksum/check-kinds.ts';
import { NUMBER_TYPES } from '../sense/profile.ts';
import { keys } from './schema.ts';

/** What several parts hold. */
export const profileLeaves = () => ({
  text: z.string().min(1).max(128),
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is not a valid name; use words of a-z and 0-9, joined by -'),
  hex: z
    .string()
    .max(2 * serialFrameBytesMax)
    .regex(/^([0-9a-f]{2})+$/i, 'is not hexadecimal; write two digits for each byte'),
  byteAt: z.int().min(0).max(serialFrameBytesMax),
  seconds: z.number().positive().max(86_400),
  raw: z.array(z.number()).max(16),
  numberType: z.enum(NUMBER_TYPES),
  quantity: z.enum(QUANTITY_NAMES),
  channel: z.string().max(32),
  unit: z.string().max(32),
});

export type ProfileLeaves = ReturnType<typeof profileLeaves>;

function frameSchema({ hex, byteAt, raw, numberType, quantity, channel, unit }: ProfileLeaves) {
  const range = z.tuple([byteAt, byteAt]);
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

  return keys({
    header: z
      .string()
      .max(2 * serialFrameBytesMax)
      .regex(
        /^([0-9a-f]{2}|\.\.)+$/i,
        'is not a header; write two hexadecimal digits for each byte, or .. for any byte',
      ),
    bytes: z.int().min(1).max(serialFrameBytesMax),
    lengthAt: byteAt.optional(),
    trailer: hex.optional(),
    check: keys({
      kind: z.enum(CHECK_KINDS),
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
}

function modelSchema(leaves: ProfileLeaves) {
  const { text, hex, seconds, quantity, channel, unit } = leaves;
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

  return keys({
    frames: z.array(frameSchema(leaves)).min(1).max(32).optional(),
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
}

/** @param leaves those of the other profiles, where both are published as one */
export function serialSchema(leaves: ProfileLeaves = profileLeaves()) {
  const { text, name, seconds } = leaves;
  return keys({
    $schema: z.string().optional(),
    name,
    title: text,
    aliases: z.array(text).max(32).optional(),
    sensorClass: z.enum(Object.keys(SENSOR_CLASSES) as [SensorClassName, ...SensorClassName[]]),
    line: keys({
      baud: z.int().min(50).max(4_000_000),
      dataBits: z.union([z.literal(7), z.literal(8)]),
      parity: z.enum(['none', 'even', 'odd']),
      stopBits: z.union([z.literal(1), z.literal(2)]),
    }),
    framing: z.enum(['fixed', 'shdlc', 'line']),
    models: z.record(text, modelSchema(leaves)),
    modelDefault: text,
    warmUpS: z.number().min(0).max(86_400),
    silenceS: seconds,
  });
}
