// `qis decode`: recorded bytes, lines and messages of sensors -> what the agent would read in them. JSON lines in and out.
//
// Each line of input is a recording of its own: nothing is remembered from one to the next. It goes through the same
// framers, decoders and conventions as on a live gateway; what is not used is told with its reason.
import { resolve } from 'node:path';
import { isProfileFile } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import { OperatingError } from '../core/errors.ts';
import { decodeLineBytesMax } from '../core/limits.ts';
import { nearest } from '../core/nearest.ts';
import { knownDevices, namedDevice, noDevice, type SerialDevice } from '../gateway/device.ts';
import { createBridgeSession } from '../sense/bridge/bridge-session.ts';
import type { ConventionProfile } from '../sense/convention/convention-profile.ts';
import { createConvention } from '../sense/mqtt/conventions.ts';
import type { DeviceModel } from '../sense/profile.ts';
import { createIntake } from '../sense/serial/intake.ts';
import { isObject, type JsonObject } from '../sense/value/json.ts';
import { type Command, type Io, parseArguments } from './command.ts';
import { cappedLines } from './decode-lines.ts';
import { createDecodeRecord, type DecodeRecord, type Rejected } from './decode-record.ts';

export const command: Command = {
  summary: 'show what a sensor said: bytes, lines or MQTT messages in, readings out',
  usage: `usage: qis decode < recordings.jsonl

  Reads JSON lines and writes one JSON line for each:

    {"id":1,"device":"PMS5003","hex":"424d001c..."}            bytes of a serial device
    {"id":2,"device":"NMEA","line":"$GPGGA,..."}               one line of text of a serial device
    {"id":3,"device":"tasmota","topic":"t","payload":"{...}"}  an MQTT message; payload_hex for bytes
    {"id":4,"device":"homie","messages":[{"topic":"t","payload":"p"},...]}

  device is the name on the case, a convention, or a profile of your own (a .json or .yaml file); qis devices list
  shows those that are known. "model" says which one where a profile holds several.
`,
  async run(args, io) {
    parseArguments(args, {});
    for await (const line of cappedLines(io.stdin, decodeLineBytesMax)) {
      if (line?.trim() !== '') io.stdout.write(`${JSON.stringify(await decodeLine(line, io))}\n`);
    }
    return 0;
  },
};

/** @param line undefined for one that is too long */
async function decodeLine(line: string | undefined, io: Io): Promise<DecodeRecord> {
  if (line === undefined) return refused(null, { reason: 'too_long' });
  let input: unknown;
  try {
    input = JSON.parse(line);
  } catch {
    return refused(null, { reason: 'not_json' });
  }
  if (!isObject(input)) return refused(null, { reason: 'malformed', message: 'a recording is a JSON object' });
  const id = input.id ?? null;
  if (typeof input.device !== 'string') return refused(id, { reason: 'malformed', message: 'device is missing' });
  try {
    const model = typeof input.model === 'string' ? input.model : undefined;
    const name = isProfileFile(input.device) ? resolve(io.cwd, input.device) : input.device;
    const device = await namedDevice(name, model);
    if (!device) return refused(id, await unknownDevice(input.device, model));
    if ('mqtt' in device) return messages(id, device.mqtt, input);
    return 'bridge' in device ? boardBytes(id, input) : bytes(id, device, input);
  } catch (error) {
    // A profile of the operator's own that cannot be used.
    if (error instanceof OperatingError) return refused(id, { reason: 'unknown_device', message: error.message });
    throw error;
  }
}

async function unknownDevice(device: string, model: string | undefined): Promise<Rejected> {
  const message = await noDevice(device, model);
  return { reason: 'unknown_device', message, nearest: nearest(model ?? device, await knownDevices()) };
}

function bytes(id: unknown, { serial, model }: SerialDevice, input: JsonObject) {
  const { record, sink } = createDecodeRecord(id);
  const intake = createIntake(serial, model, sink);
  if (typeof input.line === 'string') {
    if (serial.framing !== 'line') {
      return refused(id, { reason: 'malformed', message: `${serial.title} sends no lines: give hex` });
    }
    intake.push(Buffer.concat([Buffer.from(input.line.replace(/[\r\n]+$/, '')), LINE_END]));
  } else if (typeof input.hex === 'string') {
    const raw = hexBytes(input.hex);
    if (!raw) return refused(id, { reason: 'malformed', message: 'hex has two hex digits for each byte' });
    intake.push(raw);
    if (provesItself(model)) intake.push(LINE_END);
  } else return refused(id, { reason: 'malformed', message: 'a serial device needs hex or line' });
  intake.end();
  return record();
}

const LINE_END = Buffer.from('\r\n');

/** Text whose last line is whole or is not, whether its end was recorded or not: it carries a check, or closes its brackets. */
const provesItself = ({ text }: DeviceModel): boolean => text?.kind === 'nmea' || text?.kind === 'json';

function messages(id: unknown, mqtt: ConventionProfile, input: JsonObject): DecodeRecord {
  const { record, sink } = createDecodeRecord(id);
  const convention = createConvention(mqtt);
  const list = Array.isArray(input.messages) ? input.messages : [input];
  for (const message of list) {
    const payload = isObject(message) ? payloadOf(message) : undefined;
    if (!payload || !isObject(message)) {
      sink.rejected('malformed', 1);
      continue;
    }
    const topic = typeof message.topic === 'string' ? message.topic : '';
    // When a recording arrived is not known, so what counts from then has no time.
    convention.accept({ topic, payload, retained: message.retained === true, timeMs: Number.NaN }, sink);
  }
  return record();
}

/** What a board with the firmware bridge said: its description has to be among it. */
function boardBytes(id: unknown, input: JsonObject): DecodeRecord {
  const raw = typeof input.hex === 'string' ? hexBytes(input.hex) : undefined;
  if (!raw) return refused(id, { reason: 'malformed', message: 'a board needs hex' });
  const { record, sink } = createDecodeRecord(id);
  const clock: Clock = { now: Date.now, quality: () => 2 };
  const session = createBridgeSession({
    // A recording does not say when it was made.
    sink: { ...sink, value: ({ timeMs: _, ...observation }) => sink.value(observation) },
    clock,
    elapsedMs: () => performance.now(),
    send: () => {},
    onBoard: () => {},
    onTrouble: () => {},
  });
  session.opened();
  session.push(raw);
  return record();
}

/** A payload is text; whoever writes the JSON itself means its text. */
function payloadOf({ payload, payload_hex }: JsonObject): Buffer | undefined {
  if (typeof payload_hex === 'string') return hexBytes(payload_hex);
  if (typeof payload === 'string') return Buffer.from(payload);
  return payload === undefined ? undefined : Buffer.from(JSON.stringify(payload));
}

function hexBytes(text: string): Buffer | undefined {
  const digits = text.replaceAll(/[\s:,]|0x/gi, '');
  // Stops at the first that is none. A regular expression runs out of stack on some megabytes.
  const bytes = Buffer.from(digits, 'hex');
  return bytes.length * 2 === digits.length ? bytes : undefined;
}

function refused(id: unknown, why: Rejected): DecodeRecord {
  return { id, source: null, online: null, readings: [], frames_ok: 0, rejected: [why] };
}
