// The `clinical` domain: which groups of patients are alike, and what a treatment brought one. Data only; number 2.
//
// One packet is one cell: patients of one site with the same condition, age band, severity, comorbidity and line of
// treatment. Invariant: a cell of fewer than 5 patients is not published (protocol section 3).
import type { DomainProfile } from '../core/domain.ts';
import { LIFETIMES_H } from './place-dimensions.ts';

export const CLINICAL = {
  name: 'clinical',
  id: 2,
  phenomena: [],
  coarse: [
    {
      name: 'condition',
      attribute: 'condition',
      buckets: { words: [] },
      distance: 'categorical',
      weight: 3,
      tolerance: 0,
    },
  ],
  fine: [
    {
      name: 'age_band',
      attribute: 'age',
      buckets: { edges: [1, 12, 18, 40, 65, 80] },
      distance: 'ordinal',
      weight: 1,
      tolerance: 2,
    },
    {
      name: 'severity',
      attribute: 'severity',
      buckets: { registry: ['mild', 'moderate', 'severe', 'critical'] },
      distance: 'ordinal',
      weight: 1,
      tolerance: 2,
    },
    {
      name: 'comorbidity',
      attribute: 'comorbidity',
      buckets: { registry: ['none', 'one', 'two', 'three_or_more'] },
      distance: 'ordinal',
      weight: 0.5,
    },
    {
      name: 'line',
      attribute: 'line',
      buckets: { registry: ['first', 'second', 'third', 'later'] },
      distance: 'ordinal',
      weight: 0.5,
    },
  ],
  // Treatments have no list that is complete: the code of one is the hash of its name.
  actions: [{ name: 'none' }],
  openActions: [
    { name: 'dose', unit: 'mg', scale: 0.1, combine: 'geometric' },
    { name: 'weeks', unit: 'week', scale: 0.1, combine: 'geometric' },
  ],
  deposits: {
    where: ['condition', 'age', 'severity', 'comorbidity', 'line'],
    required: ['condition'],
    // On the scale of the trial: a difference of means in its unit, or a log odds ratio.
    effect: { unit: '1', scale: 1e-4, better: 'higher' },
    score: { min: 0, max: 1 },
    samplesMin: 5,
    privacy: [
      'A packet says what a treatment brought a group of at least 5 patients of one site. No patient, no date of one and no record leaves.',
      'A rare condition in a small place can still point to people: agree on what may be published before anything is.',
    ],
  },
  onsetToleranceS: 1_800,
  travelSpeedMps: 5,
  reachM: 45_000,
  nearM: 0,
  lifetimeH: LIFETIMES_H,
} as const satisfies DomainProfile;
