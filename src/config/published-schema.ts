// The JSON Schema of device profiles, for editors: docs/device-profile.schema.json is what this says (npm run schema).
//
// Made of the schemas that check a profile, so that the two never differ; parts that stand in many places are named once.
import * as z from 'zod';
import { conventionSchema } from './convention-schema.ts';
import { profileLeaves, serialSchema } from './device-schema.ts';

/** JSON Schema, draft 2020-12, as text. */
export function publishedSchema(): string {
  const leaves = profileLeaves();
  const names = z.registry<{ id: string }>();
  for (const name of ['quantity', 'unit', 'channel', 'text'] as const) names.add(leaves[name], { id: name });
  const all = z.union([serialSchema(leaves), conventionSchema(leaves)]);
  const schema = z.toJSONSchema(all, { target: 'draft-2020-12', metadata: names });
  return `${JSON.stringify({ ...schema, title: 'Device profile of qis-edge' }, undefined, 2)}\n`;
}
