// Every MQTT convention this build knows. Loaded when a sensor uses one: a gateway with serial sensors alone does without.
import type { ConventionProfile } from '../src/sense/convention/convention-profile.ts';
import { AIRGRADIENT } from './airgradient/profile.ts';
import { AIRROHR } from './airrohr/profile.ts';
import { isSame } from './catalogue.ts';
import { CHIRPSTACK } from './chirpstack/profile.ts';
import { ESPHOME } from './esphome/profile.ts';
import { HOMEASSISTANT } from './homeassistant/profile.ts';
import { HOMIE } from './homie/profile.ts';
import { MESHTASTIC } from './meshtastic/profile.ts';
import { RUUVI } from './ruuvi/profile.ts';
import { SENML } from './senml/profile.ts';
import { SHELLY } from './shelly/profile.ts';
import { SPARKPLUG } from './sparkplug/profile.ts';
import { TASMOTA } from './tasmota/profile.ts';
import { THEENGS } from './theengs/profile.ts';
import { ZIGBEE2MQTT } from './zigbee2mqtt/profile.ts';

export const CONVENTIONS: readonly ConventionProfile[] = [
  AIRGRADIENT,
  AIRROHR,
  CHIRPSTACK,
  ESPHOME,
  HOMEASSISTANT,
  HOMIE,
  MESHTASTIC,
  RUUVI,
  SENML,
  SHELLY,
  SPARKPLUG,
  TASMOTA,
  THEENGS,
  ZIGBEE2MQTT,
];

/** A convention by the name of its folder or an alias. */
export function findConvention(name: string): ConventionProfile | undefined {
  return CONVENTIONS.find((profile) => [profile.name, ...(profile.aliases ?? [])].some((known) => isSame(known, name)));
}

/** Every name that is understood, for error messages. */
export const conventionNames = (): string[] => CONVENTIONS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
