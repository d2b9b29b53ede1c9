// Ruuvi sensors (RuuviTag, Ruuvi Air) behind a Ruuvi Gateway.
//
// Source: docs.ruuvi.com, data formats 3, 5, C5, 6 and E1; the JSON of github.com/ruuvi/ruuvi.gateway_esp.c. Words are the
// members that the gateway writes when it decodes. Acceleration, movement and sequence numbers measure no quantity here.
import type { ConventionProfile } from '../../src/sense/convention/convention-profile.ts';

export const RUUVI = {
  name: 'ruuvi',
  title: 'Ruuvi Gateway',
  aliases: ['ruuvi-gateway', 'ruuvitag', 'ruuvi-air'],
  convention: 'ruuvi',
  topics: ['ruuvi/#'],
  members: {
    temperature: { quantity: 'temperature' },
    humidity: { quantity: 'relative_humidity' },
    pressure: { quantity: 'pressure', unit: 'Pa' },
    'PM1.0': { quantity: 'pm1' },
    'PM2.5': { quantity: 'pm2_5' },
    'PM4.0': { quantity: 'pm4' },
    'PM10.0': { quantity: 'pm10' },
    CO2: { quantity: 'co2' },
    VOC: { quantity: 'voc_index' },
    NOx: { quantity: 'nox_index' },
    luminosity: { quantity: 'illuminance' },
    sound_avg_dba: { quantity: 'noise' },
    sound_inst_dba: { quantity: 'noise', channel: 'now' },
    sound_peak_spl_db: { quantity: 'noise', channel: 'max' },
    voltage: { quantity: 'voltage' },
    rssi: { quantity: 'signal' },
  },
} as const satisfies ConventionProfile;
