// The words of quantity-name.ts: which phrases name a quantity, and which words beside them say what.
//
// Phrases are written as the words are cut: lower case, one blank between; `=` stands before what is a name only when
// it is the whole name. A phrase without a quantity is a false friend: it looks like one of ours and is another thing.
import type { Quantity } from '../../core/quantities.ts';

export interface Phrase {
  readonly quantity?: Quantity;
  readonly channel?: string;
  /** What the phrase itself says: "tempf". */
  readonly unit?: string;
}

const listed = (text: string): readonly string[] => text.trim().split(/,\s*/);

const NAMES: Partial<Record<Quantity, readonly string[]>> = {
  temperature: listed(`temperature, temp, tmp, tempc, temp c, tair, tamb, =t, thermometer`),
  dew_point: listed(`dew point, dewpoint, dewpt, dew pt, dew point temperature, dewpoint temperature,
    dew point temp`),
  relative_humidity: listed(`humidity, humid, humi, hum, rh, rhum, relhum, rel hum, relative humidity,
    rel humidity, relativehumidity, =h`),
  pressure: listed(`pressure, press, pres, baro, barometer, barometric pressure, baro pressure,
    atmospheric pressure, air pressure, barometricpressure, airpressure, qfe`),
  co2: listed(`co2, carbon dioxide, carbondioxide, co2 level`),
  co: listed(`co, carbon monoxide, carbonmonoxide`),
  no2: listed(`no2, nitrogen dioxide`),
  no: listed(`=no, nitric oxide, nitrogen monoxide`),
  o3: listed(`o3, ozone`),
  so2: listed(`so2, sulphur dioxide, sulfur dioxide`),
  nh3: listed(`nh3, ammonia`),
  h2s: listed(`h2s, hydrogen sulfide, hydrogen sulphide`),
  hcho: listed(`hcho, ch2o, formaldehyde, formaldehyd`),
  voc: listed(`bvoc, voc equivalent, breath voc equivalent`),
  voc_index: listed(`voc index, tvoc index, vocindex, tvocindex`),
  nox_index: listed(`nox index, noxindex`),
  iaq: listed(`iaq, iaq index, indoor air quality index`),
  gas_resistance: listed(`gas resistance, gasresistance`),
  wind_speed: listed(`wind speed, windspeed, wind spd, windspd, wind velocity, wind, anemometer`),
  wind_direction: listed(`wind direction, winddirection, wind dir, winddir, wind bearing, wind heading,
    wind angle, wind degrees, wind deg`),
  rain: listed(`rain, rainfall, precipitation, precip, rain gauge, rainfall total, rain total,
    precipitation total, rain amount`),
  rain_rate: listed(`rain rate, rainrate, rainfall rate, rain intensity, rainfall intensity,
    precipitation rate, precipitation intensity, precip rate`),
  illuminance: listed(`illuminance, illumination, illum, lux, light, light intensity, ambient light,
    luminosity, light lux, brightness lux, illuminance lux`),
  irradiance: listed(`irradiance, solar irradiance, solar radiation, solarradiation, global radiation,
    global irradiance, insolation, pyranometer, solar w m2, solar wm2`),
  uv_index: listed(`uv index, uvindex, uvi, =uv`),
  noise: listed(`noise, noise level, sound level, sound pressure, sound pressure level, laeq, l aeq, spl`),
  radiation: listed(`radiation, gamma, dose rate, gamma dose rate, radiation level, radiation dose rate`),
  soil_moisture: listed(`soil moisture, soilmoisture, moisture, soil humidity, soil water content, soil hum,
    moisture level`),
  battery: listed(`battery, batt, bat, battery level, batt level, batterylevel, battery charge, battery soc,
    state of charge, battery charge level`),
  voltage: listed(`voltage, volt, volts, vbat, vbatt, v bat, v batt, bat v, batt v, battery v, battery voltage,
    battery volts, batt voltage, bat voltage, batteryvoltage, batv, batt volt, supply voltage,
    battery level voltage`),
  current: listed(`current, amperage`),
  signal: listed(`rssi, wifi rssi, signal strength, wifi signal, wifi signal strength, wifi strength,
    lora rssi, signal, signal level, wifi signal level, rssi dbm, ble rssi, signal rssi, rssi db, wifi signal db,
    signal db, signal strength db`),
  signal_to_noise: listed(`snr, signal to noise, signal noise ratio, signal to noise ratio, lora snr`),
  latitude: listed(`latitude, lat, gps latitude, gps lat`),
  longitude: listed(`longitude, lon, lng, long, gps longitude, gps lon, gps lng`),
  altitude: listed(`altitude, alt, gps altitude, gps alt, elevation`),
  particle_size: listed(`particle size, typical particle size, mean particle size`),
};

/** Phrases that also say the channel or the unit. */
const TELLING: readonly (readonly [string, Phrase])[] = [
  ['tempf', { quantity: 'temperature', unit: 'degF' }],
  ['temp f', { quantity: 'temperature', unit: 'degF' }],
  ...['t out', 't air', 't amb', 't outdoor', 't outside'].map((name) => [name, { quantity: 'temperature' }] as const),
  ...['t in', 't indoor', 't inside'].map((name) => [name, { quantity: 'temperature', channel: 'indoor' }] as const),
  ...['wind gust', 'windgust', 'gust', 'gust speed', 'wind gust speed', 'wind gusts', 'gusts'].map(
    (name) => [name, { quantity: 'wind_speed', channel: 'max' }] as const,
  ),
  ...['gust direction', 'gust dir', 'wind gust direction', 'wind gust dir', 'windgust direction', 'windgust dir'].map(
    (name) => [name, { quantity: 'wind_direction', channel: 'max' }] as const,
  ),
  // Bare numbers of them are ppb, as SGP30, CCS811 and ENS160 have it and the firmware around them; BSEC's are ppm.
  ...['voc', 'tvoc', 'vocs', 'total voc', 'voc level', 'tvoc level', 'volatile organic compounds']
    .concat('total volatile organic compounds', 'volatile organic compound', 'total volatile organic compound')
    .map((name) => [name, { quantity: 'voc', unit: 'ppb' }] as const),
  ...['wind lull', 'windlull', 'lull'].map((name) => [name, { quantity: 'wind_speed', channel: 'min' }] as const),
  ...[
    'sea level pressure',
    'pressure sea level',
    'sealevel pressure',
    'pressure sealevel',
    'pressure msl',
    'qnh',
    'qff',
  ].map((name) => [name, { quantity: 'pressure', channel: 'sea_level' }] as const),
];

const FALSE_FRIENDS = listed(`
  eco2, e co2, co2 eq, eq co2, co2eq, co2e, co2 equivalent, equivalent co2, co2 equiv, estimated co2,
  co2 estimated, carbon dioxide equivalent, equivalent carbon dioxide, effective co2, absolute humidity,
  humidity absolute, abs humidity, specific humidity, humidity specific, vapor pressure, vapour pressure,
  vapor pressure deficit, vapour pressure deficit, differential pressure, pressure differential, tire pressure,
  tyre pressure, oil pressure, water pressure, blood pressure, color temperature, colour temperature,
  color temp, colour temp, heat index, wind chill, windchill, feels like, humidex, low battery, battery low, battery ok,
  signal percent, signal percentage, signal quality, wifi signal percent, wifi signal quality, signal pct,
  wifi signal percentage, light level, uv radiation, rain sensor, rain clicks, rain tips, rain duration,
  rain time, co2 concentration equivalent, wind run, windrun, noise floor
`);

/** Diameters of PM as they are written after "pm"; "02" is 2.5 as AirGradient writes it, "100" is PM100. */
const DIAMETERS: Partial<Record<Quantity, readonly string[]>> = {
  pm1: ['1', '1 0', '01', '01 0', '1p0', '010'],
  pm2_5: ['25', '2 5', '02', '02 5', '2p5', '025', '2dot5'],
  pm4: ['4', '4 0', '04', '04 0', '4p0'],
  pm10: ['10', '10 0', '10p0'],
  pm100: ['100', '100 0'],
};

/** SPS30 in ESPHome: "PM <1.0µm Weight concentration", whose micro sign its object ids lose. */
const AFTER_DIAMETER: readonly string[] = ['', ' um', ' mm', ' m'];

function phrases(): Map<string, Phrase> {
  const found = new Map<string, Phrase>(TELLING);
  for (const [quantity, names] of Object.entries(NAMES)) {
    for (const name of names) found.set(name, { quantity: quantity as Quantity });
  }
  for (const [quantity, diameters] of Object.entries(DIAMETERS)) {
    for (const diameter of diameters) {
      for (const after of AFTER_DIAMETER) {
        for (const pm of ['pm', 'pm ', 'particulate matter '])
          found.set(`${pm}${diameter}${after}`, { quantity: quantity as Quantity });
      }
    }
  }
  for (const name of FALSE_FRIENDS) found.set(name, {});
  return found;
}

export const PHRASES: ReadonlyMap<string, Phrase> = phrases();

/** They describe another word more often than they stand for themselves: "current temperature", "battery temperature". */
export const WEAK: ReadonlySet<string> = new Set([
  'current',
  'battery',
  'batt',
  'bat',
  'light',
  'signal',
  'wind',
  'radiation',
  'baro',
  'long',
]);

/** Beside a phrase they make it a setting, a count or a judgement of it. */
export const NOT_A_READING: ReadonlySet<string> = new Set(
  `offset offsets count counts counter number num threshold thresholds set setpoint setpt target desired goal limit limits
  alarm alarms alert alerts warning calibration calibrate calibrated calib correction corrections compensation adjust
  adjustment bias gain factor coefficient scale interval period status state error errors fault enabled enable disabled
  index raw ticks unit units type mode id ids trend rate delta diff difference change hysteresis tolerance resolution
  precision accuracy aqi usaqi score category class rating quality level low ok charging model name label time timestamp
  date duration age version address config configuration option step steps forecast predicted std stddev stdev variance
  sigma display color colour request requested control command cmd mired tendency equivalent sraw cpm
  detected detection health cycles`.split(/\s+/),
);

/** After a phrase they are what the name is about: "light/power". */
export const OTHER_HEADS: ReadonlySet<string> = new Set(
  `power energy consumption switch relay button led brightness dimmer on off enable heater fan valve pump
  infrared ir visible`.split(/\s+/),
);

/** They add nothing. */
export const FILLERS: ReadonlySet<string> = new Set(
  `sensor sensors value reading measurement measured actual current weight mass concentration density air ambient percent
  percentage pct gps mean average avg environment environmental climate weather
  telemetry data values readings measurements metrics the of meter degree degrees
  decoded payload`.split(/\s+/),
);

/** The same thing in other words; '' is the main channel. */
export const CHANNELS: ReadonlyMap<string, string> = new Map([
  ...['maximum', 'gust', 'peak', 'high', 'highest'].map((word) => [word, 'max'] as const),
  ...['minimum', 'lull', 'lowest'].map((word) => [word, 'min'] as const),
  ...['in', 'inside', 'indoors', 'inner', 'interior'].map((word) => [word, 'indoor'] as const),
  ...['out', 'outside', 'outdoor', 'outdoors', 'exterior', 'ext'].map((word) => [word, ''] as const),
]);

/** Units as they end names, cut into words. */
export const UNITS: ReadonlyMap<string, string> = new Map([
  ...['c', 'degc', 'celsius', 'celcius', 'cel', 'deg c', 'degrees c', 'degree celsius'].map(
    (word) => [word, 'degC'] as const,
  ),
  ...['f', 'degf', 'fahrenheit', 'deg f', 'degrees f'].map((word) => [word, 'degF'] as const),
  ...['k', 'kelvin'].map((word) => [word, 'K'] as const),
  ...[
    'hpa',
    'pa',
    'kpa',
    'bar',
    'mbar',
    'mb',
    'inhg',
    'mmhg',
    'ppm',
    'ppb',
    'kn',
    'knots',
    'mph',
    'kmh',
    'kph',
    'mm',
    'in',
    'lx',
    'lux',
  ].map((word) => [word, word] as const),
  ...['v', 'volt', 'mv', 'a', 'ma', 'db', 'dbm', 'deg', 'm', 'ft', 'um', 'kohm', 'ohm'].map(
    (word) => [word, word] as const,
  ),
  ...['ug m3', 'ugm3'].map((word) => [word, 'ug/m3'] as const),
  ...['mg m3', 'mgm3'].map((word) => [word, 'mg/m3'] as const),
  ...['m s', 'ms', 'mps'].map((word) => [word, 'm/s'] as const),
  ...['percent', 'percentage', 'pct', 'perc'].map((word) => [word, '%'] as const),
  ...['usv h', 'usvh'].map((word) => [word, 'uSv/h'] as const),
  ...['w m2', 'wm2'].map((word) => [word, 'W/m2'] as const),
  ...['dba'].map((word) => [word, 'dB'] as const),
  ['km h', 'km/h'],
  ['mm h', 'mm/h'],
  ['in h', 'in/h'],
  ['kt', 'kn'],
  ['kts', 'kn'],
  ['volts', 'v'],
  ['degrees', 'deg'],
  ['inch', 'in'],
  ['ohms', 'ohm'],
]);

/** What else a name may stand for, when only that has the unit. */
export const SIBLINGS: Readonly<Partial<Record<Quantity, readonly Quantity[]>>> = {
  voc: ['voc_mass'],
  hcho: ['hcho_mass'],
  battery: ['voltage'],
  wind_speed: ['wind_direction'],
  rain: ['rain_rate'],
  illuminance: ['irradiance'],
  radiation: ['irradiance'],
};
