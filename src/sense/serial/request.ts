// Encodes what a profile asks of a device; and tells, on a shared line, which answers are its own.
//
// Modbus RTU: address, function, register, value, all big-endian, then the CRC low byte first (Modbus over serial line
// V1.02, sections 2.5.1 and 6.2.2). Everything else is sent as it is written, with the address filled in.
import { assert } from '../../core/assert.ts';
import { crc16Modbus } from '../checksum/crc16.ts';
import type { DeviceModel, Request } from '../profile.ts';

export type Address = number | string;

/** @param address Modbus: 1 to 254 (248 and above are makers' own words for "any"); text: what stands for `{address}` */
export function requestBytes(request: Request, address?: Address): Buffer {
  if ('hex' in request) return Buffer.from(request.hex.replaceAll(/\s/g, ''), 'hex');
  if ('text' in request) {
    assert(address !== undefined || !request.text.includes('{address}'), 'a text with {address} needs an address');
    return Buffer.from(request.text.replaceAll('{address}', String(address)), 'latin1');
  }
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(modbusAddress(address), 0);
  bytes.writeUInt8(request.function, 1);
  bytes.writeUInt16BE(request.register, 2);
  bytes.writeUInt16BE(request.value, 4);
  bytes.writeUInt16LE(crc16Modbus(bytes, 0, 6), 6);
  return bytes;
}

/** A Modbus write is answered with its own bytes (application protocol V1.1b3, section 6.6). */
export const isAnsweredAlike = (request: Request): boolean => 'function' in request && request.function === 6;

/** The model as it answers on a shared line: an answer of another address, come late, is not its own. */
export function modelAt(model: DeviceModel, address: Address | undefined): DeviceModel {
  if (!model.frames || !model.poll?.requests.some((request) => 'function' in request)) return model;
  const own = modbusAddress(address).toString(16).padStart(2, '0');
  return { ...model, frames: model.frames.map((frame) => ({ ...frame, header: frame.header.replace(/^\.\./, own) })) };
}

/** Whether a frame that names its source is this device's: a WXT begins with its address. */
export const isFrom = (address: Address | undefined, source: string | undefined, { text }: DeviceModel): boolean =>
  text?.kind !== 'wxt' || source === undefined || source === String(address);

/** Why this address will not do for what the model is asked, as an operator reads it; undefined when it will. */
export function addressProblem(model: DeviceModel, address: Address | undefined): string | undefined {
  const { start = [], stop = [], sleep = [], wake = [], poll, settings = {} } = model;
  const requests = [...start, ...stop, ...sleep, ...wake, ...(poll?.requests ?? []), ...Object.values(settings).flat()];
  const isModbus = requests.some((request) => 'function' in request);
  const isNeeded = isModbus || requests.some((request) => 'text' in request && request.text.includes('{address}'));
  if (isNeeded && address === undefined) return 'needs an address';
  return isModbus && !isModbusAddress(address) ? `${address} is not a Modbus address; write 1 to 254` : undefined;
}

function modbusAddress(address: Address | undefined): number {
  assert(isModbusAddress(address), `${address} is not a Modbus address`);
  return Number(address);
}

const isModbusAddress = (address: Address | undefined): boolean =>
  Number.isInteger(Number(address)) && Number(address) >= 1 && Number(address) <= 254;
