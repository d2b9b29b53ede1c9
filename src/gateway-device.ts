// A device by the name an operator writes, or by a profile in a file of the operator's own: a serial model or a convention.
import { deviceNames, findConvention, findDevice, plainName } from '../devices/catalogue.ts';
import { isDeviceFile } from './config.ts';
import { loadDevice } from './config-device.ts';
import { didYouMean } from './core/nearest.ts';
import type { ConventionProfile } from './sense/convention/convention.ts';
import type { DeviceModel, DeviceProfile } from './sense/profile.ts';

export interface SerialDevice {
  readonly serial: DeviceProfile;
  readonly modelName: string;
  readonly model: DeviceModel;
}

/** A microcontroller that says itself what it measures (firmware-bridge/PROTOCOL.md). */
export const FIRMWARE_BRIDGE = 'firmware-bridge';

export type NamedDevice = SerialDevice | { readonly mqtt: ConventionProfile } | { readonly bridge: true };

/**
 * @param device a name of the catalogue, or the path of a profile
 * @param model the name on the case, where a profile holds several
 * @returns undefined when there is none of that name; @throws OperatingError for a file that cannot be used
 */
export function namedDevice(device: string, model?: string): NamedDevice | undefined {
  if (isDeviceFile(device)) {
    const own = loadDevice(device);
    if ('mqtt' in own) return own;
    const { serial } = own;
    const modelName = model ?? serial.modelDefault;
    if (!Object.hasOwn(serial.models, modelName)) return undefined;
    return { serial, modelName, model: serial.models[modelName]! };
  }
  if (model === undefined && plainName(device) === plainName(FIRMWARE_BRIDGE)) return { bridge: true };
  const found = findDevice(device, model);
  if (found) return { serial: found.profile, modelName: found.modelName, model: found.model };
  const mqtt = model === undefined ? findConvention(device) : undefined;
  return mqtt && { mqtt };
}

/** Every name that is understood, for error messages. */
export const knownDevices = (): string[] => [...deviceNames(), FIRMWARE_BRIDGE];

/** `no device or model "PMS503"; did you mean "PMS5003"?` */
export function noDevice(device: string, model?: string): string {
  const written = model ?? device;
  return `no device or model ${JSON.stringify(written)}${didYouMean(written, knownDevices())}`;
}
