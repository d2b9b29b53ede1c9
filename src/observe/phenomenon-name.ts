// Names of quantities and phenomena as people write them: `pm2_5` is PM2.5. What an operator's own domain calls something
// keeps the operator's word.
const NAMES: Readonly<Record<string, string>> = {
  pm1: 'PM1',
  pm2_5: 'PM2.5',
  pm4: 'PM4',
  pm10: 'PM10',
  pm100: 'PM100',
  co2: 'CO2',
  co: 'CO',
  no2: 'NO2',
  no: 'NO',
  o3: 'ozone',
  so2: 'SO2',
  nh3: 'ammonia',
  h2s: 'H2S',
  hcho: 'formaldehyde',
  voc: 'VOC',
  voc_index: 'VOC index',
  nox_index: 'NOx index',
  iaq: 'IAQ',
  uv_index: 'UV index',
  relative_humidity: 'humidity',
};

export const phenomenonName = (name: string): string =>
  Object.hasOwn(NAMES, name) ? NAMES[name]! : name.replaceAll('_', ' ');

/** What makes it rise at one place alone, most likely. */
export const sourceNextDoor = (name: string): string =>
  /^pm\d/.test(name) ? 'a fire next door' : 'a source next door';
