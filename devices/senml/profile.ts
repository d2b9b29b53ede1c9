// SenML (RFC 8428): packs of records that name themselves and their units, in JSON or CBOR, on any topic.
//
// Source: RFC 8428 (labels, units of its section 12.1), RFC 8798 (secondary units), the IANA registry of SenML units.
// Words are units: those that allow one quantity only, for records whose name says nothing.
import type { ConventionProfile } from '../../src/sense/convention/convention-profile.ts';

export const SENML = {
  name: 'senml',
  title: 'SenML (RFC 8428)',
  aliases: ['rfc8428'],
  convention: 'senml',
  topics: ['senml/#'],
  members: {
    Cel: { quantity: 'temperature' },
    K: { quantity: 'temperature' },
    '%RH': { quantity: 'relative_humidity' },
    '%EL': { quantity: 'battery' },
    lx: { quantity: 'illuminance' },
    'W/m2': { quantity: 'irradiance' },
    V: { quantity: 'voltage' },
    A: { quantity: 'current' },
    lat: { quantity: 'latitude', unit: 'deg' },
    lon: { quantity: 'longitude', unit: 'deg' },
  },
} as const satisfies ConventionProfile;
