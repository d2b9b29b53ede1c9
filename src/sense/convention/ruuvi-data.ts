// Advertisements of Ruuvi sensors (docs.ruuvi.com, data formats 3, 5, C5, 6 and E1) -> the members that the gateway
// itself writes when it decodes them.
//
//     length, type, ...   length, FF, 99 04, format, values, MAC     one advertising structure after the other
//
// The largest unsigned and the smallest signed number mean: not available; such a member is null.
// Invariant: never throws, reads only inside the structure.
import { rounded } from '../value/scale.ts';

export type RuuviMembers = Readonly<Record<string, number | null>>;

export interface RuuviData {
  readonly members: RuuviMembers;
  /** Upper-case with colons; format 6 carries the last three bytes only, format 3 none. */
  readonly mac?: string;
  /** Formats 6 and E1: the gas sensor is still learning. */
  readonly isCalibrating?: boolean;
}

const MANUFACTURER_DATA = 0xff;
const RUUVI = 0x0499;

/** @returns undefined when no structure is Ruuvi's, 'malformed' when the structures do not fit the bytes */
export function ruuviData(bytes: Buffer): RuuviData | 'malformed' | undefined {
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at]!;
    // Zero ends the advertisement early; the rest is padding.
    if (length === 0) return undefined;
    const structure = bytes.subarray(at + 1, at + 1 + length);
    if (structure.length < length) return 'malformed';
    if (structure[0] === MANUFACTURER_DATA && length >= 4 && structure.readUInt16LE(1) === RUUVI) {
      return formatOf(structure.subarray(3));
    }
    at += 1 + length;
  }
  return undefined;
}

const FORMATS: Readonly<Record<number, { readonly bytes: number; readonly read: (data: Buffer) => RuuviData }>> = {
  3: { bytes: 14, read: format3 },
  5: { bytes: 24, read: format5 },
  6: { bytes: 20, read: format6 },
  197: { bytes: 18, read: formatC5 },
  225: { bytes: 40, read: formatE1 },
};

function formatOf(data: Buffer): RuuviData | 'malformed' | undefined {
  const format = FORMATS[data[0]!];
  if (!format) return undefined;
  return data.length < format.bytes ? 'malformed' : format.read(data);
}

/** Sign and whole degrees in one byte, hundredths in the next. */
function format3(data: Buffer): RuuviData {
  const degrees = (data[2]! & 0x7f) + data[3]! / 100;
  const temperature = data[2]! & 0x80 ? -degrees : degrees;
  return {
    members: {
      temperature,
      humidity: data[1]! / 2,
      pressure: data.readUInt16BE(4) + 50_000,
      voltage: data.readUInt16BE(12) / 1000,
    },
  };
}

function format5(data: Buffer): RuuviData {
  return { members: { ...climate(data), voltage: batteryAt(data, 13) }, ...macAt(data, 18, 6) };
}

/** Format 5 without the acceleration. */
function formatC5(data: Buffer): RuuviData {
  return { members: { ...climate(data), voltage: batteryAt(data, 7) }, ...macAt(data, 12, 6) };
}

function format6(data: Buffer): RuuviData {
  const members = {
    ...climate(data),
    'PM2.5': word(data, 7, 10),
    CO2: word(data, 9),
    ...indices(data, 11, data[16]!),
    luminosity: logarithmic(data[13]!),
  };
  return { members, ...macAt(data, 17, 3), isCalibrating: (data[16]! & 1) === 1 };
}

function formatE1(data: Buffer): RuuviData {
  const light = data.readUIntBE(19, 3);
  const members = {
    ...climate(data),
    'PM1.0': word(data, 7, 10),
    'PM2.5': word(data, 9, 10),
    'PM4.0': word(data, 11, 10),
    'PM10.0': word(data, 13, 10),
    CO2: word(data, 15),
    ...indices(data, 17, data[28]!),
    luminosity: light === 0xffffff ? null : light / 100,
  };
  return { members, ...macAt(data, 34, 6), isCalibrating: (data[28]! & 1) === 1 };
}

/** Bytes 1 to 6 of formats 5, C5, 6 and E1: 0.005 degrees, 0.0025 %, Pa above 50,000. */
function climate(data: Buffer) {
  const temperature = data.readInt16BE(1);
  const pressure = word(data, 5);
  return {
    temperature: temperature === -0x8000 ? null : temperature / 200,
    humidity: word(data, 3, 400),
    pressure: pressure === null ? null : pressure + 50_000,
  };
}

/** mV above 1600 in eleven bits, before the transmit power. */
function batteryAt(data: Buffer, at: number): number | null {
  const power = data.readUInt16BE(at) >> 5;
  return power === 0x7ff ? null : (power + 1600) / 1000;
}

function word(data: Buffer, at: number, divisor = 1): number | null {
  const raw = data.readUInt16BE(at);
  return raw === 0xffff ? null : raw / divisor;
}

/** Nine bits each: the upper eight in a byte, the lowest in bits 6 and 7 of the flags. */
function indices(data: Buffer, at: number, flags: number) {
  const voc = data[at]! * 2 + ((flags >> 6) & 1);
  const nox = data[at + 1]! * 2 + ((flags >> 7) & 1);
  return { VOC: voc === 0x1ff ? null : voc, NOx: nox === 0x1ff ? null : nox };
}

/** Code 254 is 65,535 lx; rounded to 0.01 as the format says. */
function logarithmic(code: number): number | null {
  if (code === 0xff) return null;
  return rounded(Math.exp((code * Math.log(65_536)) / 254) - 1, 2);
}

function macAt(data: Buffer, at: number, bytes: number): { mac?: string } {
  const octets = [...data.subarray(at, at + bytes)];
  if (octets.every((octet) => octet === 0xff)) return {};
  return { mac: octets.map((octet) => octet.toString(16).padStart(2, '0').toUpperCase()).join(':') };
}
