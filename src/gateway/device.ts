// A device by the name an operator writes, or by a profile in a file of the operator's own: a serial model, a convention,
// or a board that says itself what it measures.
//
// Conventions are loaded when a name asks for one.
import { deviceNames, findDevice, plainName } from '../../devices/catalogue.ts';
import { isProfileFile } from '../config/config.ts';
import { loadDevice } from '../config/device-profile.ts';
import { didYouMean } from '../core/nearest.ts';
import { FIRMWARE_BRIDGE } from '../sense/bridge/description.ts';
import type { ConventionProfile } from '../sense/convention/convention-profile.ts';
import type { DeviceModel, DeviceProfile } from '../sense/profile.ts';

export interface SerialDevice {
  readonly serial: DeviceProfile;
  readonly modelName: string;
  readonly model: DeviceModel;
}

/** bridge: a microcontroller that says itself what it measures (firmware-bridge/PROTOCOL.md). */
export type NamedDevice = SerialDevice | { readonly mqtt: ConventionProfile } | { readonly bridge: true };

/**
 * @param device a name of the catalogue, or the path of a profile
 * @param model the name on the case, where a profile holds several
 * @returns undefined when there is none of that name; rejects with OperatingError for a file that cannot be used
 */
export async function namedDevice(device: string, model?: string): Promise<NamedDevice | undefined> {
  if (isProfileFile(device)) return ownDevice(device, model);
  const found = findDevice(device, model);
  if (found) return { serial: found.profile, modelName: found.modelName, model: found.model };
  if (model !== undefined) return undefined;
  if (plainName(device) === plainName(FIRMWARE_BRIDGE)) return { bridge: true };
  const mqtt = (await import('../../devices/conventions.ts')).findConvention(device);
  return mqtt && { mqtt };
}

function ownDevice(file: string, model: string | undefined): NamedDevice | undefined {
  const own = loadDevice(file);
  if ('mqtt' in own) return own;
  const { serial } = own;
  const modelName = model ?? serial.modelDefault;
  if (!Object.hasOwn(serial.models, modelName)) return undefined;
  return { serial, modelName, model: serial.models[modelName]! };
}

/** Every name that is understood, for error messages. */
export async function knownDevices(): Promise<string[]> {
  const { conventionNames } = await import('../../devices/conventions.ts');
  return [...deviceNames(), ...conventionNames(), FIRMWARE_BRIDGE];
}

/** `no device or model "PMS503"; did you mean "PMS5003"?` */
export async function noDevice(device: string, model?: string): Promise<string> {
  const written = model ?? device;
  return `no device or model ${JSON.stringify(written)}${didYouMean(written, await knownDevices())}`;
}
