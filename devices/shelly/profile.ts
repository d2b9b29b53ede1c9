// Shelly of the second generation and later (Plus, Pro, Gen3, Gen4): H&T, the add-on, Plus Uni, the wall display.
//
// Source: shelly-api-docs.shelly.cloud, "Notifications", "MQTT", and the status of each component. Values of switches
// and power meters are left out: their temperature is the relay's, their voltage the mains'.
import type { ConventionProfile } from '../../src/sense/convention/convention-profile.ts';

export const SHELLY = {
  name: 'shelly',
  title: 'Shelly (Gen2 and later)',
  aliases: ['shelly-gen2', 'shelly-gen3', 'shelly-gen4', 'shelly-plus', 'shelly-ht'],
  convention: 'shelly',
  topics: ['+/events/rpc', '+/status/+', '+/online'],
  members: {
    'temperature tC': { quantity: 'temperature' },
    'humidity rh': { quantity: 'relative_humidity' },
    'illuminance lux': { quantity: 'illuminance' },
    'voltmeter voltage': { quantity: 'voltage' },
    'devicepower battery percent': { quantity: 'battery' },
    'devicepower battery V': { quantity: 'voltage' },
    'wifi rssi': { quantity: 'signal' },
  },
} as const satisfies ConventionProfile;
