// Writes the files of this example anew: `node examples/generated/make.ts`.
import { writeFileSync } from 'node:fs';
import { exampleFiles } from '../../src/sim/replay-example.ts';

for (const { name, text } of exampleFiles()) writeFileSync(new URL(name, import.meta.url), text);
