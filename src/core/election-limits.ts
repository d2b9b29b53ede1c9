// The limits of what is remembered of what came of outcomes, each with its reason.
import { assert } from './assert.ts';
import { evidenceMax, storedPacketsMax } from './limits.ts';

/** Outcomes of a domain with reports of what came of them, and reporters of each: 400 kB of JSON, all full. */
export const curatedOutcomesMax = 2_048;
export const reportersPerOutcomeMax = 8;
/** Reports by which the actions of a domain are judged, our own and those of others: each question looks through them. */
export const methodReportsMax = 256;
/** Advice of a domain that waits for what came of it, some 200 bytes each, and packets behind one. */
export const openAdviceMax = 256;
export const advisedEvidenceMax = 16;
/** Similarity functions of one domain that compete: each costs a search for every question. */
export const rivalsMax = 8;

assert(advisedEvidenceMax >= evidenceMax, 'what a packet can name as evidence, an advice can');
assert(curatedOutcomesMax < storedPacketsMax, 'reports are about what is stored');
