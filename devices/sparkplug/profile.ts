// Sparkplug B: edge nodes of industrial gateways (Ignition, Node-RED, Cirrus Link, Tahu, HiveMQ Edge).
//
// Source: Eclipse Sparkplug specification 3.0.0 (topics section 4, payloads section 6.4). Metrics name themselves; the
// engine knows them by their names and by the property engUnit.
import type { ConventionProfile } from '../../src/sense/convention/convention-profile.ts';

export const SPARKPLUG = {
  name: 'sparkplug',
  title: 'Sparkplug B',
  aliases: ['sparkplug-b', 'sparkplugb', 'spbv1.0'],
  convention: 'sparkplug',
  topics: ['spBv1.0/#'],
} as const satisfies ConventionProfile;
