// What a device is, as data: its line, how its frames are cut out of the byte stream, and what stands in them.
//
// A profile survives a JSON round trip: no functions, no classes. The engine (framer.ts, decoder.ts) is shared; a new
// device of a known kind is a new file under devices/. Units and plausible ranges come from the quantity table.
import type { Quantity } from '../core/quantities.ts';
import type { SensorClassName } from '../core/sensor-class.ts';

export interface SerialLine {
  readonly baud: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** Fixed header, then a big-endian 16-bit length that counts what follows it, then data, then a sum. */
export interface LengthFraming {
  readonly kind: 'header_length_sum16';
  /** Header bytes in hex. */
  readonly header: string;
}

export interface Field {
  /** Offset in the frame, in bytes. */
  readonly at: number;
  readonly type: 'u8' | 'u16be' | 'i16be';
  readonly quantity: Quantity;
  /** Absent for the main channel of the quantity. */
  readonly channel?: string;
  /** value = raw * scale; 1 when absent. */
  readonly scale?: number;
  /** Unit of the scaled value when it differs from the quantity table. */
  readonly unit?: string;
}

export interface DeviceModel {
  /** Whole frame, header and sum included. */
  readonly frameBytes: number;
  readonly fields: readonly Field[];
}

export interface DeviceProfile {
  /** The folder's name. */
  readonly name: string;
  readonly title: string;
  readonly sensorClass: SensorClassName;
  readonly line: SerialLine;
  readonly framing: LengthFraming;
  /** By the name on the case. */
  readonly models: Readonly<Record<string, DeviceModel>>;
  readonly modelDefault: string;
  /** Seconds after power-up or wake during which values drift. */
  readonly warmUpS: number;
  /** Bytes [from, to) that are all zero while the device warms up although the frame is valid. */
  readonly zeroWhileWarming?: readonly [number, number];
  /** Seconds without a good frame after which the port is opened anew. */
  readonly silenceS: number;
}
