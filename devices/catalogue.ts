// Every serial device this build knows, gathered in one place so that nothing walks folders at run time; conventions.ts
// has those over MQTT. test/devices.test.ts holds these lists against the folders beside them.
import type { DeviceModel, DeviceProfile } from '../src/sense/profile.ts';
import { AMPHENOL_T66XX } from './amphenol-t66xx/profile.ts';
import { CSV_LINES } from './csv-lines/profile.ts';
import { CUBIC_CM1106 } from './cubic-cm1106/profile.ts';
import { CUBIC_PM1006 } from './cubic-pm1006/profile.ts';
import { DAVIS_VANTAGE } from './davis-vantage/profile.ts';
import { HONEYWELL_HPMA115 } from './honeywell-hpma115/profile.ts';
import { JSON_LINES } from './json-lines/profile.ts';
import { NMEA_0183 } from './nmea-0183/profile.ts';
import { NOVA_SDS0XX } from './nova-sds0xx/profile.ts';
import { PANASONIC_SN_GCJA5 } from './panasonic-sn-gcja5/profile.ts';
import { PLANTOWER_PMSX003 } from './plantower-pmsx003/profile.ts';
import { SENSEAIR_S8 } from './senseair-s8/profile.ts';
import { SENSIRION_SCD30 } from './sensirion-scd30/profile.ts';
import { SENSIRION_SPS30 } from './sensirion-sps30/profile.ts';
import { TERA_NEXTPM } from './tera-nextpm/profile.ts';
import { VAISALA_WXT5XX } from './vaisala-wxt5xx/profile.ts';
import { WINSEN_MH_Z19 } from './winsen-mh-z19/profile.ts';
import { WINSEN_ZE07_CO } from './winsen-ze07-co/profile.ts';
import { WINSEN_ZE08_CH2O } from './winsen-ze08-ch2o/profile.ts';
import { WINSEN_ZE25_O3 } from './winsen-ze25-o3/profile.ts';
import { WINSEN_ZH03B } from './winsen-zh03b/profile.ts';

export const DEVICES: readonly DeviceProfile[] = [
  AMPHENOL_T66XX,
  CSV_LINES,
  CUBIC_CM1106,
  CUBIC_PM1006,
  DAVIS_VANTAGE,
  HONEYWELL_HPMA115,
  JSON_LINES,
  NMEA_0183,
  NOVA_SDS0XX,
  PANASONIC_SN_GCJA5,
  PLANTOWER_PMSX003,
  SENSEAIR_S8,
  SENSIRION_SCD30,
  SENSIRION_SPS30,
  TERA_NEXTPM,
  VAISALA_WXT5XX,
  WINSEN_MH_Z19,
  WINSEN_ZE07_CO,
  WINSEN_ZE08_CH2O,
  WINSEN_ZE25_O3,
  WINSEN_ZH03B,
];

export interface FoundDevice {
  readonly profile: DeviceProfile;
  readonly modelName: string;
  readonly model: DeviceModel;
}

/**
 * A device by the name of its folder, an alias, or the name on its case, with or without its maker in front.
 * @param model the name on the case, where the folder holds several
 */
export function findDevice(name: string, model?: string): FoundDevice | undefined {
  for (const profile of DEVICES) {
    const own = [profile.name, ...(profile.aliases ?? [])].some((known) => isSame(known, name));
    const named = own ? profile.modelDefault : modelNamed(profile, name);
    const modelName = named && modelNamed(profile, model ?? named);
    if (modelName !== undefined) return { profile, modelName, model: profile.models[modelName]! };
  }
  return undefined;
}

/** Every name that is understood, for error messages. */
export const deviceNames = (): string[] =>
  DEVICES.flatMap(({ name, aliases = [], models }) => [name, ...aliases, ...Object.keys(models)]);

function modelNamed(profile: DeviceProfile, name: string): string | undefined {
  const maker = profile.name.split('-', 1)[0]!;
  return Object.keys(profile.models).find((known) => isSame(known, name) || isSame(maker + known, name));
}

/** Makers, shops and people write one name in many ways: MH-Z19B, MHZ19B, mh_z19b. */
export const isSame = (left: string, right: string): boolean => plainName(left) === plainName(right);

export const plainName = (name: string): string => name.toLowerCase().replaceAll(/[\s\-_./]/g, '');
