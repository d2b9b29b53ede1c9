// The shape of a domain of the operator's own: every key, what it may hold, what it is when absent. The same is published.
//
// Made when a domain file is read, and not before, as the schema of device profiles is.
import * as z from 'zod';
import { FINDING, type FindingName } from '../core/condition.ts';
import { domainWordsMax, similarityWaysMax } from '../core/domain-limits.ts';
import { actionValuesMax, coarseOrdinalsMax, fineOrdinalsMax } from '../core/limits.ts';
import { QUANTITY_NAMES } from '../core/quantities.ts';
import { LIFETIMES_H } from '../distill/place-dimensions.ts';
import { lifetimeMaxOf } from '../packet/outcome.ts';
import { wordLengthMax } from '../packet/word.ts';
import { keys } from './schema.ts';

const NAME = /^[a-z][a-z0-9_-]{0,31}$/;
const name = z.string().regex(NAME, 'is not a name; use a-z, 0-9, _ and -, a letter first');
const word = z.string().min(1).max(wordLengthMax);
const unit = z.string().min(1).max(32);
const weight = z.number().min(0).max(100);
const tolerance = z.int().min(0).max(65_536);
const scale = z.number().min(1e-12).max(1_000_000);

/** How alike pairs of words are, and the vectors of words; how many there may be is checked in domain-words.ts. */
const table = z.record(z.string(), z.record(z.string(), z.number().min(0).max(1)));
const vectors = z.record(z.string(), z.array(z.number()).min(1).max(256));

function dimensionSchema() {
  const buckets = z.union([
    keys({ cells: keys({ start: z.number(), width: z.number().positive(), count: z.int().min(1).max(65_536) }) }),
    keys({ parts: z.int().min(2).max(256) }),
    keys({ edges: z.array(z.number()).min(1).max(64) }),
    keys({ registry: z.array(z.string().min(1).max(64)).min(1).max(256) }),
    keys({ words: z.array(word).max(domainWordsMax) }),
  ]);
  return keys({
    name,
    attribute: name,
    buckets,
    refines: name.optional(),
    distance: z.enum(['categorical', 'ordinal', 'circular']),
    weight,
    tolerance: tolerance.optional(),
    item: z.int().min(0).max(7).optional(),
    kin: z.union([keys({ table }), keys({ vectors })]).optional(),
    isLate: z.boolean().optional(),
  });
}

/** Absent `combine`: the mean of numbers, the most frequent of words. */
function parameterSchema() {
  return keys({
    name,
    unit: unit.optional(),
    scale: scale.optional(),
    words: z.array(word).min(1).max(domainWordsMax).optional(),
    combine: z.enum(['geometric', 'arithmetic', 'mode']).optional(),
  });
}

/** Which of these keys belong to which kind is checked in domain-similarity.ts. */
function similaritySchema() {
  return keys({
    name,
    kind: z.enum(['weighted', 'table', 'vectors', 'module']),
    dimensions: z.record(z.string(), keys({ weight: weight.optional(), tolerance: tolerance.optional() })).optional(),
    attribute: name.optional(),
    table: table.optional(),
    vectors: vectors.optional(),
    module: z
      .string()
      .regex(/\.(mjs|js|cjs)$/, 'is not the path of a module; write one such as ./mine.mjs')
      .optional(),
  });
}

function depositsSchema() {
  return keys({
    where: z.array(name).min(1).max(16),
    required: z.array(name).max(16).default([]),
    effect: keys({ unit, scale, better: z.enum(['higher', 'lower']).default('higher') }),
    score: keys({ min: z.number(), max: z.number() }).default({ min: 0, max: 1 }),
    samplesMin: z.int().min(1).max(1_000_000).default(1),
    privacy: z.array(z.string().min(1).max(512)).min(1).max(16),
  });
}

function phenomenonSchema() {
  return keys({
    name: name.optional(),
    quantity: z.enum(QUANTITY_NAMES),
    scale: z.number().positive().max(1_000_000),
    levels: z.array(z.number()).max(15).default([]),
    alarm: z.number().optional(),
    direction: z.enum(['rise', 'both']).default('rise'),
    watched: z.boolean().default(true),
  });
}

export function domainSchema() {
  const hours = (finding: FindingName) => z.int().min(1).max(lifetimeMaxOf(FINDING[finding]));
  const parameters = z.array(parameterSchema()).max(actionValuesMax);
  const action = z.union([word, keys({ name: word, parameters: parameters.optional() })]);
  return keys({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,15}$/, 'is not a domain name; use up to 16 of a-z, 0-9 and -, a letter first'),
    // None where nothing is measured: then there are deposits.
    phenomena: z.array(phenomenonSchema()).max(64).default([]),
    // Absent: phenomenon and place, as in `air`; severity, part of the day and position in the cell.
    coarse: z.array(dimensionSchema()).min(1).max(coarseOrdinalsMax).optional(),
    fine: z.array(dimensionSchema()).max(fineOrdinalsMax).optional(),
    similarity: z.array(similaritySchema()).min(1).max(similarityWaysMax).optional(),
    actions: z.array(action).min(1).max(256).optional(),
    openActions: parameters.optional(),
    deposits: depositsSchema().optional(),
    onsetToleranceS: z.number().min(1).max(86_400).default(1_800),
    travelSpeedMps: z.number().positive().max(1_000_000).default(5),
    reachM: z.number().positive().max(20_040_000).default(45_000),
    nearM: z.number().min(0).max(20_040_000).default(4_000),
    lifetimeH: keys(
      Object.fromEntries(
        Object.entries(LIFETIMES_H).map(([finding, hoursOf]) => [
          finding,
          hours(finding as FindingName).default(hoursOf),
        ]),
      ),
    ).prefault({}),
  });
}

export type DomainShape = z.output<ReturnType<typeof domainSchema>>;

/** JSON Schema, draft 2020-12, as text. */
export function publishedDomainSchema(): string {
  const schema = z.toJSONSchema(domainSchema(), { target: 'draft-2020-12', io: 'input' });
  return `${JSON.stringify({ ...schema, title: 'Domain of qis-edge' }, undefined, 2)}\n`;
}
