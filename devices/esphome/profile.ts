// ESPHome over its MQTT component: one topic a sensor.
//
// Source: esphome.io, "MQTT Client Component", and the units of esphome/components/*/sensor.py. The words are object ids
// that do not read like a quantity, and quantities whose unit differs from the quantity table.
import type { ConventionProfile } from '../../src/sense/convention/convention-profile.ts';

export const ESPHOME = {
  name: 'esphome',
  title: 'ESPHome (MQTT)',
  convention: 'esphome',
  topics: ['+/sensor/+/state', '+/status', 'homeassistant/sensor/+/+/config'],
  members: {
    gas_resistance: { quantity: 'gas_resistance', unit: 'Ohm' },
    hcho: { quantity: 'hcho_mass' },
    wind_speed: { quantity: 'wind_speed', unit: 'km/h' },
    // Names of the examples in the documentation: SPS30 counts from 0.3 um up to a diameter, Plantower those beyond one.
    pm__0_5__m_number_concentration: { quantity: 'particles_lt_0_5' },
    pm__1_0__m_number_concentration: { quantity: 'particles_lt_1' },
    pm__2_5__m_number_concentration: { quantity: 'particles_lt_2_5' },
    pm__4_0__m_number_concentration: { quantity: 'particles_lt_4' },
    pm__10_0__m_number_concentration: { quantity: 'particles_lt_10' },
    // Before release 2021.12 object ids lost what is no letter or digit; "10m" may be PM1 or PM10.
    particulate_matter_25m_concentration: { quantity: 'pm2_5' },
    particulate_matter_100m_concentration: { quantity: 'pm10' },
    particulate_count__0_3um: { quantity: 'particles_gt_0_3', unit: '1/dL' },
    particulate_count__0_5um: { quantity: 'particles_gt_0_5', unit: '1/dL' },
    particulate_count__1_0um: { quantity: 'particles_gt_1', unit: '1/dL' },
    particulate_count__2_5um: { quantity: 'particles_gt_2_5', unit: '1/dL' },
    particulate_count__5_0um: { quantity: 'particles_gt_5', unit: '1/dL' },
    particulate_count__10_0um: { quantity: 'particles_gt_10', unit: '1/dL' },
  },
} as const satisfies ConventionProfile;
