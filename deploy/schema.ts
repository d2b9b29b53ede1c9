// Writes docs/device-profile.schema.json: what an operator's own device profile may hold, for editors to check it with.
import { writeFileSync } from 'node:fs';
import { publishedSchema } from '../src/config/device-schema.ts';

writeFileSync(new URL('../docs/device-profile.schema.json', import.meta.url), publishedSchema());
