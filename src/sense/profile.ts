// Defines a serial device as data: its line, how its frames are cut out, what stands in them, what it is asked.
//
// A profile survives a JSON round trip: no functions, no classes. The engines (framer.ts, decoder.ts, poller.ts) are
// shared; a new device of a known kind is a new file under devices/, or a file of the operator's own (src/config/device-schema.ts).
// Bytes are written in hex. Units and plausible ranges come from the quantity table.
import type { Quantity } from '../core/quantities.ts';
import type { SensorClassName } from '../core/sensor-class.ts';
import type { CheckKind } from './checksum/check-kinds.ts';

export interface SerialLine {
  readonly baud: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** `9600 8N1` */
export const lineText = ({ baud, dataBits, parity, stopBits }: SerialLine): string =>
  `${baud} ${dataBits}${parity[0]!.toUpperCase()}${stopBits}`;

/** cdab and badc: 32-bit values whose 16-bit words, or the bytes of each word, are swapped, as Modbus devices do. */
export const NUMBER_TYPES = [
  ...(['u8', 'i8', 'u16be', 'u16le', 'i16be', 'i16le'] as const),
  ...(['u32be', 'u32le', 'u32cdab', 'u32badc', 'i32be', 'i32le', 'i32cdab', 'i32badc'] as const),
  ...(['f32be', 'f32le', 'f32cdab', 'f32badc'] as const),
] as const;

export type NumberType = (typeof NUMBER_TYPES)[number];

/** One number in a frame. */
export interface Field {
  /** Offset in the frame, header included, in bytes. */
  readonly at: number;
  readonly type: NumberType;
  readonly quantity: Quantity;
  /** Absent for the main channel of the quantity. */
  readonly channel?: string;
  /** value = raw * scale + offset; 1 and 0 when absent. */
  readonly scale?: number;
  readonly offset?: number;
  /** Unit of the scaled value when it differs from the quantity table. */
  readonly unit?: string;
  /** The unit by the value of another byte of the frame, in decimal. */
  readonly unitAt?: { readonly at: number; readonly units: Readonly<Record<string, string>> };
  /** The byte that holds the number of decimals: raw is divided by that power of ten. */
  readonly decimalsAt?: number;
  /** Raw values that mean: no such sensor is fitted. No reading, and nothing is counted. */
  readonly absent?: readonly number[];
  /** Raw values that mean: not valid now. */
  readonly invalid?: readonly number[];
}

/** A byte or word of a frame that speaks about all its values. */
export interface Status {
  readonly at: number;
  readonly type: NumberType;
  /** Which bits count; all when absent. */
  readonly mask?: number;
  /** They mean this when they hold this value; any that is not zero when absent. */
  readonly equals?: number;
  readonly means: 'warming_up' | 'invalid';
}

/** `at` is where the check begins, [from, to) what it covers; offsets in the frame. A sum that makes all bytes 0 is sum8_negated. */
export interface Check {
  readonly kind: CheckKind;
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

/** One kind of frame that a device sends. One without fields is understood and says nothing: an acknowledgement. */
export interface Frame {
  /** The bytes it begins with, in hex; `..` is any byte. */
  readonly header: string;
  /** The whole frame, header and check included; SHDLC: without its flags, unstuffed, with its check. */
  readonly bytes: number;
  /** Where in the header its length stands: a frame that is right up to there has a wrong length, and is not noise. */
  readonly lengthAt?: number;
  /** The bytes it ends with, in hex. */
  readonly trailer?: string;
  /** None for SHDLC, which has its own. */
  readonly check?: Check;
  readonly fields?: readonly Field[];
  readonly status?: readonly Status[];
  /** Bytes [from, to) that are all zero while the device warms up although the frame is valid. */
  readonly zeroWhileWarming?: readonly [number, number];
  /** Bytes [from, to) that name the unit that sent it, shown in upper-case hex. */
  readonly source?: readonly [number, number];
  /** The device says no. */
  readonly refuses?: true;
}

/** Text that a device writes, one line at a time. */
export interface TextFormat {
  readonly kind: 'nmea' | 'wxt' | 'csv' | 'json';
  /** csv and json: what their columns and members are; without it they are known by their names. */
  readonly readings?: readonly TextReading[];
}

export interface TextReading {
  /** Column number from 0 or its name in the header line; member name, or names from the outermost in. */
  readonly key: number | string | readonly string[];
  readonly quantity: Quantity;
  readonly unit?: string;
  readonly channel?: string;
  readonly scale?: number;
}

/** Something sent to a device. `{address}` in a text, and the address of a Modbus request, are filled in by the engine. */
export type Request =
  | { readonly hex: string }
  | { readonly text: string }
  /** `value` is the number of registers to read (functions 3 and 4), or what to write (6). */
  | { readonly function: 3 | 4 | 6; readonly register: number; readonly value: number };

export interface Poll {
  readonly everyS: number;
  /** Sent in turn; each waits for a good frame or its time-out. */
  readonly requests: readonly Request[];
  /** 1 when absent. */
  readonly timeoutS?: number;
}

export interface DeviceModel {
  /** Binary frames, in the order they are looked for; or else text. */
  readonly frames?: readonly Frame[];
  readonly text?: TextFormat;
  /** On a bus, as delivered. Modbus 1 to 247, and what the maker takes for "any". */
  readonly address?: number | string;
  /** Sent when the line has opened, and after waking. Settings that a power loss clears, and what starts measuring. */
  readonly start?: readonly Request[];
  /** Sent before the line is closed in good order. */
  readonly stop?: readonly Request[];
  /** For a duty cycle: how it is sent to sleep and woken. A device without them has no duty cycle. */
  readonly sleep?: readonly Request[];
  readonly wake?: readonly Request[];
  /** Absent: it sends by itself. */
  readonly poll?: Poll;
  /** What an operator may ask for by name (`on_open`). None of these is ever sent unasked. */
  readonly settings?: Readonly<Record<string, readonly Request[]>>;
}

/** A device on a serial line. */
export interface DeviceProfile {
  /** The folder's name. */
  readonly name: string;
  readonly title: string;
  /** Names an operator may write besides the folder's and the models'. */
  readonly aliases?: readonly string[];
  readonly sensorClass: SensorClassName;
  readonly line: SerialLine;
  readonly framing: 'fixed' | 'shdlc' | 'line';
  /** By the name on the case. */
  readonly models: Readonly<Record<string, DeviceModel>>;
  readonly modelDefault: string;
  /** Seconds after power-up or wake during which values drift. */
  readonly warmUpS: number;
  /** Seconds without a good frame after which the port is opened anew. */
  readonly silenceS: number;
}
