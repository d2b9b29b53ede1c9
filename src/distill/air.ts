// The `air` domain: which conditions of outdoor and indoor air are alike. Data only; number 0.
//
// Severity classes of particles and gases follow the breakpoints of the US AQI (40 CFR 58 appendix G, May 2024; gases
// in ppm); those of CO2, formaldehyde and the Sensirion indices are the steps indoor guidelines use.
import type { DomainProfile, Phenomenon } from '../core/domain.ts';
import { LIFETIMES_H, PLACE_COARSE, PLACE_FINE, phenomenonDimension } from './place-dimensions.ts';

/** Faults of a sensor that somebody may have done something about. */
export const SENSOR_FAULTS = [
  'stuck',
  'silent',
  'out_of_range',
  'disagreement',
  'drift',
  'reads_low',
  'reads_high',
  'attenuated',
  'noisy',
] as const;

const CLEANING = ['air', 'brush', 'vacuum', 'isopropanol'];
const PARTS = ['sensor', 'fan', 'cable', 'adapter', 'power_supply', 'gateway'];

/** Site classes, in the order of their ordinals. */
export const SITES = ['urban', 'suburban', 'rural', 'roadside', 'industrial', 'indoor'] as const;

const rise = (name: Phenomenon['quantity'], scale: number, levels: readonly number[], watched = true): Phenomenon => ({
  name,
  quantity: name,
  scale,
  levels,
  direction: 'rise',
  watched,
  // From the third class on ("unhealthy for sensitive groups") particles are an event, however slowly they came.
  ...(name.startsWith('pm') && levels[1] !== undefined && { alarm: levels[1] }),
});

const both = (name: Phenomenon['quantity'], scale: number): Phenomenon => ({
  name,
  quantity: name,
  scale,
  levels: [],
  direction: 'both',
  watched: false,
});

// Low-cost counters derive PM1, PM4 and PM10 from the same pulses as PM2.5: watching one of them is enough.
const PHENOMENA: readonly Phenomenon[] = [
  rise('pm2_5', 0.1, [9, 35.4, 55.4, 125.4, 225.4]),
  rise('pm10', 0.1, [54, 154, 254, 354, 424], false),
  rise('pm1', 0.1, [9, 35.4, 55.4, 125.4, 225.4], false),
  rise('pm4', 0.1, [9, 35.4, 55.4, 125.4, 225.4], false),
  rise('pm100', 1, [150, 400, 1000, 2500, 5000]),
  rise('co2', 1, [800, 1000, 1500, 2500, 5000]),
  rise('co', 0.01, [4.4, 9.4, 12.4, 15.4, 30.4]),
  rise('no2', 0.001, [0.053, 0.1, 0.36, 0.649, 1.249]),
  rise('o3', 0.001, [0.054, 0.07, 0.085, 0.105, 0.2]),
  rise('so2', 0.001, [0.035, 0.075, 0.185, 0.304, 0.604]),
  rise('hcho', 0.001, [0.03, 0.08, 0.16, 0.4, 1]),
  rise('voc_index', 1, [150, 250, 350, 400, 450], false),
  rise('nox_index', 1, [20, 50, 150, 300, 400], false),
  rise('nh3', 0.01, [1, 5, 25, 35, 100], false),
  rise('h2s', 0.01, [0.01, 0.05, 0.5, 5, 27], false),
  both('temperature', 0.1),
  both('relative_humidity', 0.1),
  both('pressure', 0.1),
];

export const AIR = {
  name: 'air',
  id: 0,
  phenomena: PHENOMENA,
  coarse: [phenomenonDimension(PHENOMENA), ...PLACE_COARSE],
  fine: [
    {
      name: 'severity',
      attribute: 'severity',
      buckets: { registry: ['good', 'moderate', 'sensitive', 'unhealthy', 'very_unhealthy', 'hazardous'] },
      distance: 'ordinal',
      weight: 1,
    },
    ...PLACE_FINE,
    {
      name: 'humidity_band',
      attribute: 'relative_humidity',
      buckets: { edges: [30, 50, 70, 85] },
      distance: 'ordinal',
      weight: 0.5,
    },
    {
      name: 'temperature_band',
      attribute: 'temperature',
      buckets: { edges: [-10, 0, 10, 20, 30] },
      distance: 'ordinal',
      weight: 0.5,
    },
    { name: 'site', attribute: 'site', buckets: { registry: SITES }, distance: 'categorical', weight: 0.5 },
    {
      name: 'fault',
      attribute: 'fault',
      buckets: { registry: SENSOR_FAULTS },
      distance: 'categorical',
      weight: 2,
      tolerance: 0,
      isLate: true,
    },
  ],
  actions: [
    { name: 'none' },
    { name: 'inspect_sensor' },
    { name: 'stay_indoors' },
    { name: 'cleaned', parameters: [{ name: 'method', words: CLEANING, combine: 'mode' }] },
    { name: 'replaced', parameters: [{ name: 'part', words: PARTS, combine: 'mode' }] },
    {
      name: 'recalibrated',
      parameters: [
        { name: 'factor', scale: 0.001, combine: 'geometric' },
        { name: 'offset', scale: 0.1, combine: 'arithmetic' },
      ],
    },
    { name: 'moved' },
    { name: 'restarted' },
    { name: 'rewired' },
  ],
  // What was done about a fault of a sensor. It says nothing of a place, so that it is found from everywhere.
  deposits: {
    where: ['fault', 'sensor', 'relative_humidity', 'temperature', 'site'],
    required: ['fault'],
    // The share of the days after it without that fault.
    effect: { unit: '1', scale: 0.001, better: 'higher' },
    score: { min: 0, max: 1 },
    samplesMin: 1,
    privacy: [
      'A repair says which fault a class of sensors had and what helped, and in which kind of air if that is stated; not where.',
      'All packets of one key belong together: whoever knows where a gateway stands knows whose repair it was.',
    ],
  },
  onsetToleranceS: 1800,
  travelSpeedMps: 5,
  reachM: 45_000,
  nearM: 4_000,
  lifetimeH: LIFETIMES_H,
} as const satisfies DomainProfile;
