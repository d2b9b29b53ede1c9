// A detector in a worker is held to what every detector has to keep: one of ours, as a module of the operator's own.
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { openDetectorModule } from '../../src/gateway/detector-module.ts';
import { detectorConformance } from '../conformance/detector.ts';

const THRESHOLD = new URL('../../src/detect/threshold.ts', import.meta.url).pathname;

const folder = await mkdtemp(join(tmpdir(), 'qis-test-'));
const file = join(folder, 'mine.mjs');
writeFileSync(file, `export { THRESHOLD as default } from ${JSON.stringify(THRESHOLD)};\n`);
const onWarning = (message: string) => {
  throw new Error(message);
};
const module = openDetectorModule({ file, isLive: false, onWarning });
after(async () => {
  await module[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

detectorConformance(module.kind);
