// Zigbee2MQTT: every Zigbee device under its friendly name, one JSON object a message.
//
// Source: zigbee2mqtt.io, "MQTT topics and messages", "Device availability", "Exposes". Units that devices choose for
// themselves (voltage, voc, formaldehyd) come from the bridge's list of devices; what stands here holds until it is heard.
import type { ConventionProfile } from '../../src/sense/convention/convention-profile.ts';

export const ZIGBEE2MQTT = {
  name: 'zigbee2mqtt',
  title: 'Zigbee2MQTT',
  aliases: ['z2m', 'zigbee-2-mqtt'],
  convention: 'flat-json',
  topics: ['zigbee2mqtt/#'],
  source: { after: ['zigbee2mqtt'], topicFrom: 1 },
  availability: 'availability',
  bridge: 'bridge',
  commands: ['set', 'get'],
  time: 'last_seen',
  members: {
    // -327.68, 655.35 and -3276.8 are the invalid codes of the Zigbee clusters, scaled; 65535 of the particle counters.
    temperature: { quantity: 'temperature', invalid: [-327.68] },
    local_temperature: { quantity: 'temperature', channel: 'local', invalid: [-327.68] },
    external_temperature: { quantity: 'temperature', channel: 'external', invalid: [-327.68] },
    temperature_probe: { quantity: 'temperature', channel: 'probe', invalid: [-327.68] },
    soil_temperature: { quantity: 'temperature', channel: 'soil', invalid: [-327.68] },
    device_temperature: { quantity: 'temperature', channel: 'device' },
    dew_point: { quantity: 'dew_point' },
    humidity: { quantity: 'relative_humidity', invalid: [655.35] },
    soil_moisture: { quantity: 'soil_moisture', invalid: [655.35] },
    pressure: { quantity: 'pressure', invalid: [-32768, -3276.8] },
    co2: { quantity: 'co2' },
    co: { quantity: 'co' },
    carbon_monoxide: { quantity: 'co' },
    no2: { quantity: 'no2' },
    o3: { quantity: 'o3' },
    nh3: { quantity: 'nh3' },
    pm1: { quantity: 'pm1', invalid: [65535] },
    pm25: { quantity: 'pm2_5', invalid: [65535] },
    pm4: { quantity: 'pm4', invalid: [65535] },
    pm10: { quantity: 'pm10', invalid: [65535] },
    voc: { quantity: 'voc_mass' },
    voc_parts: { quantity: 'voc', unit: 'ppb' },
    voc_index: { quantity: 'voc_index', invalid: [65535] },
    nox_index: { quantity: 'nox_index', invalid: [65535] },
    formaldehyd: { quantity: 'hcho_mass', unit: 'mg/m3' },
    formaldehyde: { quantity: 'hcho_mass', unit: 'mg/m3' },
    hcho: { quantity: 'hcho_mass', unit: 'mg/m3' },
    // Before release 2 `illuminance` is a raw number and `illuminance_lux` the lux; after it there is only the first.
    illuminance: { quantity: 'illuminance', unless: 'illuminance_lux' },
    illuminance_lux: { quantity: 'illuminance' },
    noise: { quantity: 'noise' },
    uv_index: { quantity: 'uv_index' },
    wind_speed: { quantity: 'wind_speed' },
    wind_direction: { quantity: 'wind_direction' },
    battery: { quantity: 'battery' },
    // Battery devices tell mV, mains devices V: no cell has 500 V, no mains socket 0.5 V.
    voltage: { quantity: 'voltage', large: { above: 500, unit: 'mV' } },
    current: { quantity: 'current' },
  },
} as const satisfies ConventionProfile;
