// The profile of an MQTT convention: a union by engine, told apart by `convention`. Data that survives a JSON round trip.
//
// A key that one engine has is a mistake in the profile of another one: TypeScript says so for those in devices/, and
// src/config/convention-schema.ts for an operator's own.
import type { AirrohrProfile } from './airrohr.ts';
import type { ChirpstackProfile } from './chirpstack.ts';
import type { EsphomeProfile } from './esphome.ts';
import type { FlatJsonProfile } from './flat-json.ts';
import type { HomeassistantProfile } from './homeassistant.ts';
import type { HomieProfile } from './homie.ts';
import type { MeshtasticProfile } from './meshtastic.ts';
import type { RuuviProfile } from './ruuvi.ts';
import type { SenmlProfile } from './senml.ts';
import type { ShellyProfile } from './shelly.ts';
import type { SparkplugProfile } from './sparkplug.ts';
import type { TasmotaProfile } from './tasmota.ts';

export type ConventionProfile =
  | AirrohrProfile
  | ChirpstackProfile
  | EsphomeProfile
  | FlatJsonProfile
  | HomeassistantProfile
  | HomieProfile
  | MeshtasticProfile
  | RuuviProfile
  | SenmlProfile
  | ShellyProfile
  | SparkplugProfile
  | TasmotaProfile;

export type ConventionKind = ConventionProfile['convention'];

/** The profile of each engine. */
export type ProfilesByKind = {
  readonly [Kind in ConventionKind]: Extract<ConventionProfile, { readonly convention: Kind }>;
};
