// Sensor.Community (airRohr) and NAMF stations, as their JSON comes through a bridge or NAMF's own MQTT client.
//
// Source: airrohr-firmware/airrohr-firmware.ino of opendata-stuttgart/sensors-software, src/sensors of nettigo/namf.
// The words are whole names, or what follows the sensor's. -1, -128 and -200 are what the firmware holds before a
// first measurement. Pressure is in Pa; the counts of SPS30 and NextPM are per cm3, from the smallest up to a diameter.
import type { ConventionProfile } from '../../src/sense/convention/convention-profile.ts';

export const AIRROHR = {
  name: 'airrohr',
  title: 'Sensor.Community (airRohr), NAMF',
  aliases: ['sensor.community', 'sensor-community', 'luftdaten', 'namf', 'nettigo'],
  convention: 'airrohr',
  topics: ['airrohr/#'],
  source: { members: ['esp8266id', 'esp32id', 'raspiid', 'chipid'] },
  // A heated chamber that dries the air before it is measured.
  aside: ['HECA'],
  members: {
    P0: { quantity: 'pm1', invalidBelow: 0 },
    P1: { quantity: 'pm10', invalidBelow: 0 },
    P2: { quantity: 'pm2_5', invalidBelow: 0 },
    P4: { quantity: 'pm4', invalidBelow: 0 },
    SPS30_N05: { quantity: 'particles_lt_0_5', invalidBelow: 0 },
    SPS30_N1: { quantity: 'particles_lt_1', invalidBelow: 0 },
    SPS30_N25: { quantity: 'particles_lt_2_5', invalidBelow: 0 },
    SPS30_N4: { quantity: 'particles_lt_4', invalidBelow: 0 },
    SPS30_N10: { quantity: 'particles_lt_10', invalidBelow: 0 },
    SPS30_TS: { quantity: 'particle_size', invalidBelow: 0 },
    NPM_N1: { quantity: 'particles_lt_1', invalidBelow: 0 },
    NPM_N25: { quantity: 'particles_lt_2_5', invalidBelow: 0 },
    NPM_N10: { quantity: 'particles_lt_10', invalidBelow: 0 },
    temperature: { quantity: 'temperature', invalid: [-128] },
    humidity: { quantity: 'relative_humidity', invalidBelow: 0 },
    pressure: { quantity: 'pressure', unit: 'Pa', invalidBelow: 0 },
    pressure_sealevel: { quantity: 'pressure', unit: 'Pa', channel: 'sea_level', invalidBelow: 0 },
    pressure_at_sealevel: { quantity: 'pressure', unit: 'Pa', channel: 'sea_level', invalidBelow: 0 },
    co2_ppm: { quantity: 'co2', invalidBelow: 0 },
    ambient_light: { quantity: 'illuminance', invalidBelow: 0 },
    noise_LAeq: { quantity: 'noise', invalidBelow: 0 },
    noise_LA_min: { quantity: 'noise', channel: 'min', invalidBelow: 0 },
    noise_LA_max: { quantity: 'noise', channel: 'max', invalidBelow: 0 },
    GPS_lat: { quantity: 'latitude', invalid: [-200] },
    GPS_lon: { quantity: 'longitude', invalid: [-200] },
    GPS_height: { quantity: 'altitude', invalid: [-1000] },
    signal: { quantity: 'signal' },
  },
} as const satisfies ConventionProfile;
