// Homie, versions 2 to 5: devices, nodes and properties as topics of their own.
//
// Source: homieiot.github.io, specification 4.0.0 and 5.0.0 (topics, payloads, device lifecycle, description). Values
// name themselves by node and property, and their unit by `$unit` or the description.
import type { ConventionProfile } from '../../src/sense/convention/convention-profile.ts';

export const HOMIE = {
  name: 'homie',
  title: 'Homie',
  aliases: ['homie4', 'homie5', 'homie-4', 'homie-5'],
  convention: 'homie',
  topics: ['homie/#'],
} as const satisfies ConventionProfile;
