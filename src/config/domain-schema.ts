// The shape of a domain of the operator's own: every key, what it may hold, what it is when absent. The same is published.
//
// Made when a domain file is read, and not before, as the schema of device profiles is.
import * as z from 'zod';
import { FINDING, type FindingName } from '../core/condition.ts';
import { coarseOrdinalsMax, fineOrdinalsMax } from '../core/limits.ts';
import { QUANTITY_NAMES } from '../core/quantities.ts';
import { LIFETIMES_H } from '../distill/place-dimensions.ts';
import { lifetimeMaxOf } from '../packet/outcome.ts';
import { keys } from './schema.ts';

const NAME = /^[a-z][a-z0-9_-]{0,31}$/;

function dimensionSchema() {
  const name = z.string().regex(NAME, 'is not a name; use a-z, 0-9, _ and -, a letter first');
  const buckets = z.union([
    keys({ cells: keys({ start: z.number(), width: z.number().positive(), count: z.int().min(1).max(65_536) }) }),
    keys({ parts: z.int().min(2).max(256) }),
    keys({ edges: z.array(z.number()).min(1).max(64) }),
    keys({ registry: z.array(z.string().min(1).max(64)).min(1).max(256) }),
  ]);
  return keys({
    name,
    attribute: name,
    buckets,
    refines: name.optional(),
    distance: z.enum(['categorical', 'ordinal', 'circular']),
    weight: z.number().min(0).max(100),
    tolerance: z.int().min(0).max(65_536).optional(),
  });
}

export function domainSchema() {
  const phenomenon = keys({
    name: z.string().regex(NAME, 'is not a name; use a-z, 0-9, _ and -, a letter first').optional(),
    quantity: z.enum(QUANTITY_NAMES),
    scale: z.number().positive().max(1_000_000),
    levels: z.array(z.number()).max(15).default([]),
    alarm: z.number().optional(),
    direction: z.enum(['rise', 'both']).default('rise'),
    watched: z.boolean().default(true),
  });
  const hours = (finding: FindingName) => z.int().min(1).max(lifetimeMaxOf(FINDING[finding]));
  return keys({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,15}$/, 'is not a domain name; use up to 16 of a-z, 0-9 and -, a letter first'),
    phenomena: z.array(phenomenon).min(1).max(64),
    // Absent: phenomenon and place, as in `air`; severity, part of the day and position in the cell.
    coarse: z.array(dimensionSchema()).min(1).max(coarseOrdinalsMax).optional(),
    fine: z.array(dimensionSchema()).max(fineOrdinalsMax).optional(),
    actions: z.array(z.string().min(1).max(64)).min(1).max(256).default(['none', 'inspect_sensor']),
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
