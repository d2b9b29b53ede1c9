// A folder of its own for a test, removed when the test ends.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scope } from './scope.ts';

export function temporaryFolder(t: Scope): string {
  const folder = mkdtempSync(join(tmpdir(), 'qis-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
