// OpenMQTTGateway and Theengs Gateway: Bluetooth sensors, decoded by the gateway that hears them, one object a message.
//
// Source: OpenMQTTGateway docs/use/ble.md; names and units of the members: src/devices/*_json.h of theengs/decoder.
// The same temperature stands there twice (tempc, tempf); older releases write numbers as text.
import type { ConventionProfile } from '../../src/sense/convention/convention-profile.ts';

export const THEENGS = {
  name: 'theengs',
  title: 'OpenMQTTGateway, Theengs Gateway',
  aliases: ['omg', 'openmqttgateway', 'open-mqtt-gateway', 'theengs-gateway'],
  convention: 'flat-json',
  topics: ['home/+/BTtoMQTT/#', 'home/+/LWT'],
  source: { members: ['id', 'mac'], after: ['BTtoMQTT'], topicFrom: 1 },
  availability: 'LWT',
  // The gateway itself, other radios, and what is sent to it.
  notDevices: [
    'SYStoMQTT',
    'RLStoMQTT',
    'RTL_433toMQTT',
    '433toMQTT',
    'LORAtoMQTT',
    'IRtoMQTT',
    'commands',
    'config',
    'version',
  ],
  members: {
    tempc: { quantity: 'temperature' },
    // Releases before 2021.
    tem: { quantity: 'temperature', unless: 'tempc' },
    tempc2_dp: { quantity: 'dew_point' },
    tempc1: { quantity: 'temperature', channel: '1' },
    tempc2: { quantity: 'temperature', channel: '2' },
    tempc3: { quantity: 'temperature', channel: '3' },
    tempc4: { quantity: 'temperature', channel: '4' },
    tempc5: { quantity: 'temperature', channel: '5' },
    tempc6: { quantity: 'temperature', channel: '6' },
    hum: { quantity: 'relative_humidity' },
    pres: { quantity: 'pressure' },
    co2: { quantity: 'co2' },
    pm1: { quantity: 'pm1' },
    pm25: { quantity: 'pm2_5' },
    pm4: { quantity: 'pm4' },
    pm10: { quantity: 'pm10' },
    for: { quantity: 'hcho_mass', unit: 'mg/m3' },
    hcho: { quantity: 'hcho_mass', unit: 'mg/m3' },
    voc: { quantity: 'voc_mass' },
    tvoc: { quantity: 'voc_mass' },
    lux: { quantity: 'illuminance' },
    moi: { quantity: 'soil_moisture' },
    batt: { quantity: 'battery' },
    volt: { quantity: 'voltage' },
    rssi: { quantity: 'signal' },
  },
} as const satisfies ConventionProfile;
