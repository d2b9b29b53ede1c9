// Writes docs/*.schema.json: what a device profile and a domain of the operator's own may hold, for editors to check them with.
import { writeFileSync } from 'node:fs';
import { publishedDomainSchema } from '../src/config/domain-schema.ts';
import { publishedSchema } from '../src/config/published-schema.ts';

writeFileSync(new URL('../docs/device-profile.schema.json', import.meta.url), publishedSchema());
writeFileSync(new URL('../docs/domain.schema.json', import.meta.url), publishedDomainSchema());
