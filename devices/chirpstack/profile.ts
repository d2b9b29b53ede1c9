// LoRaWAN devices behind ChirpStack v4, through its MQTT integration in JSON.
//
// Source: chirpstack.io docs, "Events" and "MQTT integration", and api/proto/integration/integration.proto. Words are
// members of `object`, as codecs name them, that say less or other than what they measure.
import type { ConventionProfile } from '../../src/sense/convention/convention-profile.ts';

export const CHIRPSTACK = {
  name: 'chirpstack',
  title: 'ChirpStack v4',
  aliases: ['chirpstack-v4', 'lorawan'],
  convention: 'chirpstack',
  topics: ['application/+/device/+/event/+'],
  members: {
    // Elsys writes the battery in mV.
    vdd: { quantity: 'voltage', unit: 'mV' },
  },
} as const satisfies ConventionProfile;
