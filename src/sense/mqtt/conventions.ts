// Creates the engine of a convention from its profile. The engines are a closed set, one file each in convention/.
//
// Each sensor gets an engine of its own, so that what one broker says is never mixed with what another one says.
import { createAirrohr } from '../convention/airrohr.ts';
import { createChirpstack } from '../convention/chirpstack.ts';
import type { Convention } from '../convention/convention.ts';
import type { ConventionKind, ConventionProfile, ProfilesByKind } from '../convention/convention-profile.ts';
import { createEsphome } from '../convention/esphome.ts';
import { createFlatJson } from '../convention/flat-json.ts';
import { createHomeassistant } from '../convention/homeassistant.ts';
import { createHomie } from '../convention/homie.ts';
import { createMeshtastic } from '../convention/meshtastic.ts';
import { createRuuvi } from '../convention/ruuvi.ts';
import { createSenml } from '../convention/senml.ts';
import { createShelly } from '../convention/shelly.ts';
import { createSparkplug } from '../convention/sparkplug.ts';
import { createTasmota } from '../convention/tasmota.ts';

type Engines = {
  readonly [Kind in ConventionKind]: (profile: ProfilesByKind[Kind], accounts: readonly string[]) => Convention;
};

const ENGINES: Engines = {
  'flat-json': createFlatJson,
  tasmota: createTasmota,
  esphome: createEsphome,
  homeassistant: createHomeassistant,
  airrohr: createAirrohr,
  shelly: createShelly,
  chirpstack: createChirpstack,
  homie: createHomie,
  meshtastic: createMeshtastic,
  ruuvi: createRuuvi,
  senml: createSenml,
  sparkplug: createSparkplug,
};

/** An engine with a state of its own. @param accounts of the own broker, where it listens there */
export function createConvention(profile: ConventionProfile, accounts: readonly string[] = []): Convention {
  // The table holds for each kind the engine of that kind, which TypeScript does not follow through a union.
  const create = ENGINES[profile.convention] as (profile: ConventionProfile, accounts: readonly string[]) => Convention;
  return create(profile, accounts);
}
