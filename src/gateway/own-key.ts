// The key file of a gateway, as its backup holds it.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OperatingError } from '../core/errors.ts';
import { identityFileBytesMax } from '../core/limits.ts';
import { writeSynced } from '../packet/identity.ts';

const pathIn = (folder: string): string => join(folder, 'identity.pem');

/** @returns undefined where the key is not in the folder: systemd hands it over */
export function keyIn(folder: string): Buffer | undefined {
  const path = pathIn(folder);
  return existsSync(path) && statSync(path).size <= identityFileBytesMax ? readFileSync(path) : undefined;
}

/** @throws OperatingError identity_unreadable when another key is there */
export async function putKey(folder: string, key: Buffer): Promise<void> {
  const path = pathIn(folder);
  const there = keyIn(folder);
  if (there?.equals(key)) return;
  if (there || existsSync(path)) {
    const message = `${path} holds another key than the backup; move it away to become the gateway of the backup`;
    throw new OperatingError('identity_unreadable', message);
  }
  await writeSynced(path, key);
}
