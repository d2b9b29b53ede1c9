// AirGradient ONE and Open Air: all measurements of a monitor in one JSON object, every minute.
//
// Source: docs/local-server.md of airgradienthq/arduino, whose members the MQTT messages share. `pm02` is PM2.5. A
// member is absent when its sensor is; firmware before 3.1 sends negative numbers instead (-1, -1000 or -1001).
import type { ConventionProfile } from '../../src/sense/convention/convention-profile.ts';

export const AIRGRADIENT = {
  name: 'airgradient',
  title: 'AirGradient ONE, Open Air',
  aliases: ['airgradient-one', 'airgradient-open-air', 'open-air'],
  convention: 'flat-json',
  topics: ['airgradient/readings/+'],
  source: { members: ['serialno'], after: ['readings'] },
  groups: { member: 'channels', channels: { '1': 'a', '2': 'b' } },
  members: {
    wifi: { quantity: 'signal' },
    pm01: { quantity: 'pm1', invalidBelow: 0 },
    pm02: { quantity: 'pm2_5', invalidBelow: 0 },
    pm10: { quantity: 'pm10', invalidBelow: 0 },
    pm02Compensated: { quantity: 'pm2_5', channel: 'compensated', invalidBelow: 0 },
    pm01Standard: { quantity: 'pm1', channel: 'standard', invalidBelow: 0 },
    pm02Standard: { quantity: 'pm2_5', channel: 'standard', invalidBelow: 0 },
    pm10Standard: { quantity: 'pm10', channel: 'standard', invalidBelow: 0 },
    pm003Count: { quantity: 'particles_gt_0_3', unit: '1/dL', invalidBelow: 0 },
    pm003_count: { quantity: 'particles_gt_0_3', unit: '1/dL', invalidBelow: 0 },
    pm005Count: { quantity: 'particles_gt_0_5', unit: '1/dL', invalidBelow: 0 },
    pm01Count: { quantity: 'particles_gt_1', unit: '1/dL', invalidBelow: 0 },
    pm02Count: { quantity: 'particles_gt_2_5', unit: '1/dL', invalidBelow: 0 },
    pm50Count: { quantity: 'particles_gt_5', unit: '1/dL', invalidBelow: 0 },
    pm10Count: { quantity: 'particles_gt_10', unit: '1/dL', invalidBelow: 0 },
    atmp: { quantity: 'temperature', invalidBelow: -273.15 },
    atmpCompensated: { quantity: 'temperature', channel: 'compensated', invalidBelow: -273.15 },
    rhum: { quantity: 'relative_humidity', invalidBelow: 0 },
    rhumCompensated: { quantity: 'relative_humidity', channel: 'compensated', invalidBelow: 0 },
    rco2: { quantity: 'co2', invalidBelow: 0 },
    tvocIndex: { quantity: 'voc_index', invalidBelow: 0 },
    tvoc_index: { quantity: 'voc_index', invalidBelow: 0 },
    noxIndex: { quantity: 'nox_index', invalidBelow: 0 },
    nox_index: { quantity: 'nox_index', invalidBelow: 0 },
  },
} as const satisfies ConventionProfile;
