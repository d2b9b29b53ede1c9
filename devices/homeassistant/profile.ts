// Takes what announces itself by Home Assistant MQTT discovery: a sensor of a known device class needs no other profile.
//
// Source: home-assistant.io, "MQTT" (discovery messages, abbreviations) and "Sensor" (device classes and their units).
// The words are device classes. Classes with two quantities (voc, battery) follow the unit of the configuration.
import type { ConventionProfile } from '../../src/sense/convention/convention-profile.ts';

export const HOMEASSISTANT = {
  name: 'homeassistant',
  title: 'Home Assistant MQTT discovery',
  aliases: ['ha', 'home-assistant', 'hass', 'mqtt-discovery'],
  convention: 'homeassistant',
  topics: ['homeassistant/#'],
  members: {
    temperature: { quantity: 'temperature' },
    humidity: { quantity: 'relative_humidity' },
    pressure: { quantity: 'pressure' },
    atmospheric_pressure: { quantity: 'pressure' },
    pm1: { quantity: 'pm1' },
    pm25: { quantity: 'pm2_5' },
    pm4: { quantity: 'pm4' },
    pm10: { quantity: 'pm10' },
    carbon_dioxide: { quantity: 'co2' },
    carbon_monoxide: { quantity: 'co' },
    nitrogen_dioxide: { quantity: 'no2' },
    nitrogen_monoxide: { quantity: 'no' },
    ozone: { quantity: 'o3' },
    sulphur_dioxide: { quantity: 'so2' },
    ammonia: { quantity: 'nh3' },
    volatile_organic_compounds: { quantity: 'voc_mass' },
    volatile_organic_compounds_parts: { quantity: 'voc', unit: 'ppb' },
    illuminance: { quantity: 'illuminance' },
    irradiance: { quantity: 'irradiance' },
    sound_pressure: { quantity: 'noise' },
    wind_speed: { quantity: 'wind_speed' },
    wind_direction: { quantity: 'wind_direction' },
    precipitation: { quantity: 'rain' },
    precipitation_intensity: { quantity: 'rain_rate' },
    moisture: { quantity: 'soil_moisture' },
    battery: { quantity: 'battery' },
    voltage: { quantity: 'voltage' },
    current: { quantity: 'current' },
    signal_strength: { quantity: 'signal' },
  },
} as const satisfies ConventionProfile;
