// Every device this build knows, gathered in one place so that nothing walks folders at run time.
// test/devices.test.ts holds this list against the folders beside it.
import type { DeviceProfile } from '../src/sense/profile.ts';
import { PLANTOWER_PMSX003 } from './plantower-pmsx003/profile.ts';

export const DEVICES: readonly DeviceProfile[] = [PLANTOWER_PMSX003];

export interface FoundDevice {
  readonly profile: DeviceProfile;
  readonly modelName: string;
  readonly model: DeviceProfile['models'][string];
}

/**
 * A device by its folder's name or by the name on its case, in any case.
 * @param model the name on the case, where the folder holds several
 */
export function findDevice(name: string, model?: string): FoundDevice | undefined {
  for (const profile of DEVICES) {
    const named = profile.name === name.toLowerCase() ? profile.modelDefault : modelNamed(profile, name);
    const modelName = named && modelNamed(profile, model ?? named);
    if (modelName !== undefined) return { profile, modelName, model: profile.models[modelName]! };
  }
  return undefined;
}

/** Every name `findDevice` understands, for error messages. */
export const deviceNames = (): string[] => DEVICES.flatMap((profile) => [profile.name, ...Object.keys(profile.models)]);

function modelNamed(profile: DeviceProfile, name: string): string | undefined {
  return Object.keys(profile.models).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
}
