// Reads what a board says of itself: text, one line for the firmware and one for each channel (PROTOCOL.md section 5).
//
//     1.0 0 0 weather-node 1.2.0                   version of the protocol, incompat and compat flags, name, version
//     0 temperature - degC 0.01 1000               id, quantity, label, unit, scale, shortest period in ms
//
// Invariant: never throws; a description with one wrong line is wrong as a whole, because its channels cannot be trusted.
import { scaling } from '../value/scale.ts';

/** What stands for `device` in a configuration. */
export const FIRMWARE_BRIDGE = 'firmware-bridge';

export interface Channel {
  readonly id: number;
  /** As the firmware writes it; it may be none of the quantity table. */
  readonly quantity: string;
  /** '' for the main channel. */
  readonly label: string;
  readonly unit: string;
  /** value = raw * scale, to the decimals the scale has. */
  readonly scale: (raw: number) => number;
  readonly periodMsMin: number;
}

export interface Description {
  readonly firmware: string;
  readonly version: string;
  readonly channels: ReadonlyMap<number, Channel>;
}

/** What a board with incompat flags needs a host to understand; this one understands none yet. */
const INCOMPAT_KNOWN = 0;
const FIRMWARE = /^(\d{1,3})\.(\d{1,3}) (\d{1,3}) (\d{1,3}) ([!-~]{1,64}) ([!-~]{1,64})$/;
const CHANNEL = /^(\d{1,3}) ([a-z][a-z0-9_]{0,63}) ([!-~]{1,32}) ([!-~]{1,16}) ([^ ]+) (\d{1,10})$/;
const SCALE = /^-?\d{1,6}(\.\d{1,9})?(e[+-]?\d{1,2})?$/i;

/** @returns 'unsupported' when it asks for more than this host understands */
export function parseDescription(text: string): Description | 'malformed' | 'unsupported' {
  const [first = '', ...lines] = text.replace(/\n$/, '').split('\n');
  const parts = FIRMWARE.exec(first);
  if (!parts) return 'malformed';
  const [, major, , incompat, , firmware, version] = parts;
  if (major !== '1' || (Number(incompat) & ~INCOMPAT_KNOWN) !== 0) return 'unsupported';
  const channels = new Map<number, Channel>();
  for (const line of lines) {
    const channel = channelOf(line);
    if (!channel || channels.has(channel.id)) return 'malformed';
    channels.set(channel.id, channel);
  }
  return { firmware: firmware!, version: version!, channels };
}

function channelOf(line: string): Channel | undefined {
  const parts = CHANNEL.exec(line);
  const scale = parts && scaleOf(parts[5]!);
  if (!parts || !scale || Number(parts[1]) > 0xff) return undefined;
  const [, id, quantity, label, unit, , periodMs] = parts;
  return {
    id: Number(id),
    quantity: quantity!,
    label: label === '-' ? '' : label!,
    unit: unit!,
    scale,
    periodMsMin: Number(periodMs),
  };
}

function scaleOf(text: string): ((raw: number) => number) | undefined {
  const scale = SCALE.test(text) ? Number(text) : 0;
  return scale === 0 ? undefined : scaling(scale);
}
