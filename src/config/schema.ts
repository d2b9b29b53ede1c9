// The shape of the configuration file: every key, what it may hold, what it is when absent.
//
// Keys are spelled as in the file. What depends on two keys at once is checked in relations.ts; a key that is not
// in here is an error, because a mistyped one that is passed over costs its owner an evening.
import * as z from 'zod';
import { accountTopicsMax } from '../core/broker-limits.ts';
import { didYouMean } from '../core/nearest.ts';
import { QUANTITY_NAMES } from '../core/quantities.ts';
import { isTopicFilter } from '../core/topic-filter.ts';
import { DETECTOR_DEFAULT, DETECTOR_NAMES, isDetectorName } from '../detect/registry.ts';
import { readKeyText } from '../packet/key-text.ts';
import { REGISTER_TYPES } from '../sense/serial/modbus-model.ts';
import { AT_THE_MARGIN, TO_THE_LEFT, unknownKey } from './unknown-key.ts';

/**
 * An object whose unknown keys are reported one a line, each with what was probably meant.
 * @param elsewhere says of a key that is known in another place where that is
 */
export function keys<T extends z.core.$ZodLooseShape>(shape: T, elsewhere?: (key: string) => string | undefined) {
  const problem = (key: string) => unknownKey(key, Object.keys(shape), elsewhere);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? (issue.keys as string[]).map(problem).join('\n') : undefined,
  });
}

const text = z.string().min(1).max(256);
const port = z.int().min(1).max(65_535);
const peerName = z.string().regex(/^[a-z0-9-]{1,32}$/, 'is not a valid name; use 1 to 32 of a-z, 0-9 and -');
const sensorName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_.-]{0,31}$/i,
    'is not a valid name; use 1 to 32 letters, digits, _ . and -, and begin with a letter or digit',
  );
const publicKey = z.string().transform((written, context) => {
  const read = readKeyText(written);
  if ('bytes' in read) return read.bytes;
  context.addIssue({ code: 'custom', message: read.says, input: written });
  return z.NEVER;
});
const brokerUrl = z
  .string()
  .refine(isBrokerUrl, 'is not the address of a broker; write mqtt://host:1883 or mqtts://host:8883');
const credentials = { username: text.optional(), password: text.optional(), password_file: text.optional() };

/** By quantity; that each is one, and its level in range, is checked in relations.ts. */
export const alarmLevels = z.record(z.string().max(32), z.number()).optional();

const isModuleFile = (name: string): boolean => /\.(mjs|js|cjs)$/.test(name);

/** The name of one that comes with qis, or the path of a module of the operator's own. */
export const detectorName = text
  .refine((name) => isDetectorName(name) || isModuleFile(name), {
    error: ({ input }) => {
      const guess = didYouMean(String(input), DETECTOR_NAMES);
      const all = `is not one of ${DETECTOR_NAMES.join(', ')}, nor the path of a module (./mine.mjs)`;
      return guess === '' ? all : `is not known${guess}`;
    },
  })
  .default(DETECTOR_DEFAULT);

export const channelName = z
  .string()
  .regex(/^[a-z0-9_]{0,16}$/, 'is not a valid channel; use up to 16 of a-z, 0-9 and _')
  .default('');

const seconds = z.number().positive().max(86_400);
const baud = z.int().min(50).max(4_000_000);

/** Sections that an indent puts into another one. */
const slipped = (key: string): string | undefined =>
  key !== 'name' && key !== 'data' && Object.hasOwn(SCHEMA.shape, key) ? AT_THE_MARGIN : undefined;
const slippedSensor = (key: string): string | undefined =>
  ['name', 'device', 'port', 'mqtt'].includes(key) ? TO_THE_LEFT : slipped(key);
const section = <T extends z.core.$ZodLooseShape>(shape: T) => keys(shape, slipped);
const reading = <T extends z.core.$ZodLooseShape>(shape: T) => keys(shape, slippedSensor);

const sensor = section({
  name: sensorName.optional(),
  // The name on the case, a convention such as zigbee2mqtt, or the path of a profile of the operator's own.
  device: text.max(256).optional(),
  model: text.optional(),
  port: text.refine(isPort, 'is not a port; write /dev/serial/by-id/... or tcp://host:port').optional(),
  baud: baud.optional(),
  // On a bus; the device's own when absent.
  address: z.union([z.int().min(0).max(255), z.string().min(1).max(8)]).optional(),
  every_s: seconds.optional(),
  duty_cycle: keys({ period_s: seconds, on_s: seconds }).optional(),
  on_open: z.array(text.max(32)).min(1).max(8).optional(),
  silence_s: seconds.optional(),
  modbus: keys({
    address: z.int().min(1).max(247),
    function: z.union([z.literal(3), z.literal(4)]).default(3),
    baud: baud.default(9600),
    parity: z.enum(['none', 'even', 'odd']).default('none'),
    stop_bits: z.union([z.literal(1), z.literal(2)]).default(1),
  }).optional(),
  mqtt: keys({
    topic: z
      .string()
      .refine(isTopicFilter, 'is not a valid topic filter; + stands for one whole level, # for all levels that follow')
      .max(256)
      .optional(),
    url: brokerUrl.optional(),
    ...credentials,
    // PEM of the authority that signed the certificate of the broker at `url`; those the system trusts when absent.
    ca_file: text.optional(),
  }).optional(),
  replay: keys({
    file: text,
    start: z.iso
      .datetime({ offset: true, error: 'is not a time; write it as 2026-01-01T00:00:00Z' })
      .transform((time) => Date.parse(time))
      .optional(),
    interval_s: z.number().positive().max(86_400).optional(),
    timestamp: keys({ column: text, format: text.default('iso'), zone: text.default('UTC') }).optional(),
  }).optional(),
  readings: z
    .array(
      reading({
        key: z.union([text, z.int().min(0).max(255), z.array(text).min(1).max(8)]).optional(),
        column: text.optional(),
        register: z.int().min(0).max(65_535).optional(),
        type: z.enum(REGISTER_TYPES).optional(),
        scale: z.number().optional(),
        quantity: z.enum(QUANTITY_NAMES),
        unit: z.string().max(32),
        channel: channelName,
      }),
    )
    .min(1)
    .max(64)
    .optional(),
});

const broker = section({
  listen: text.default('127.0.0.1'),
  port: port.default(1883),
  accounts: z
    .array(
      keys({
        name: text.max(64),
        password: text.optional(),
        password_file: text.optional(),
        role: z.enum(['gateway', 'sensor', 'program']),
        topics: z
          .array(
            text.refine(
              (topic) => isTopicFilter(topic) && !/[+#]|^\/|\/$/.test(topic),
              'is not the beginning of topics; write whole levels without wildcards, such as zigbee2mqtt or home/roof',
            ),
          )
          .min(1)
          .max(accountTopicsMax)
          .optional(),
      }),
    )
    .max(256)
    .default([]),
});

export const SCHEMA = keys({
  name: peerName,
  location: section({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
  }).optional(),
  // Of the site classes that its domains have.
  site: text.max(64).optional(),
  data: text.default('./data'),
  // Names of domains that come with qis, or files of the operator's own; `domain` is the same for one alone.
  domain: text.optional(),
  domains: z.array(text).min(1).max(8).optional(),
  watch: z.array(z.enum(QUANTITY_NAMES)).optional(),
  // From which level on a phenomenon is an alarm, by quantity, in its unit; the domain's own when absent.
  alarm: alarmLevels,
  // What finds events on every watched channel.
  detector: detectorName,
  clock: z.enum(['auto', 'synchronised']).default('auto'),
  housekeeping: z
    .string()
    .regex(/^\S+( \S+){4,5}$/, 'is not a schedule; write five fields as in crontab, such as "17 3 * * *"')
    .optional(),
  sensors: z.array(sensor).max(256).default([]),
  // YAML 1.1 reads a bare `off` as false; what was meant is the same.
  broker: z.union([broker, z.literal(['off', false])]).prefault({}),
  neighbours: z
    .array(
      section({
        name: peerName,
        url: brokerUrl.optional(),
        key: publicKey.optional(),
        // Another network than MQTT that leads there, alone or beside `url`; this build has none.
        network: peerName.optional(),
        ca_file: text.optional(),
        ...credentials,
      }),
    )
    .max(256)
    .default([]),
  peers: z
    .array(keys({ name: peerName, key: publicKey }))
    .max(1_024)
    .default([]),
  // open: whoever shows valid broker credentials may announce a key; allowlist: only keys written here are believed.
  membership: z.enum(['allowlist', 'open']).default('allowlist'),
  community: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'is not a community key; write 64 hexadecimal digits')
    .transform((hex) => Buffer.from(hex, 'hex'))
    .optional(),
  log: section({ level: z.enum(['error', 'warn', 'info', 'debug']).default('info') }).prefault({}),
});

export type ConfigShape = z.output<typeof SCHEMA>;
export type SensorShape = ConfigShape['sensors'][number];

export function isBrokerUrl(value: string): boolean {
  const url = URL.parse(value);
  if (!url || !/^mqtts?:$/.test(url.protocol) || url.hostname === '') return false;
  return url.username === '' && url.password === '' && /^\/?$/.test(url.pathname) && url.port !== '0';
}

function isPort(value: string): boolean {
  if (!value.includes('://')) return true;
  const url = URL.parse(value);
  return url?.protocol === 'tcp:' && url.hostname !== '' && Number(url.port) > 0;
}
