// A profile of a convention -> its engine. The engines are a closed set, one file each in convention/.
//
// Each sensor gets an engine of its own, so that what one broker says is never mixed with what another one says.
import { createAirrohr } from '../convention/airrohr.ts';
import { createChirpstack } from '../convention/chirpstack.ts';
import type { Convention, ConventionKind, ConventionProfile } from '../convention/convention.ts';
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

type Engine = (profile: ConventionProfile) => Convention;

const ENGINES: Readonly<Record<ConventionKind, Engine>> = {
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

/** An engine with a state of its own. */
export const createConvention = (profile: ConventionProfile): Convention => ENGINES[profile.convention](profile);
