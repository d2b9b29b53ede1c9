// The data folder of a gateway: its key and its database, which belong together.
//
// The sequence in the database must never go back under one key: two packets with one sequence count as proof of a
// cloned key (protocol section 7). So a key that is older than its database begins where no sequence was used before.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { type Identity, openIdentity } from '../packet/identity.ts';
import { openStore, type Store } from '../store/store.ts';

export interface DataFolder {
  readonly identity: Identity;
  /** The caller disposes it. */
  readonly store: Store;
  readonly keyIsNew: boolean;
}

/** @throws OperatingError identity_unreadable, store_unusable, already_running */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const message = `cannot make the folder ${folder} (${reasonOf(cause)}); name one that this user may write to, on a disk that is not read-only`;
    throw new OperatingError('store_unusable', message, { cause });
  }
  const path = join(folder, 'identity.pem');
  // A key that systemd hands over was made elsewhere, so it may have been used.
  const credential = process.env.CREDENTIALS_DIRECTORY && join(process.env.CREDENTIALS_DIRECTORY, 'identity.pem');
  const keyIsNew = !existsSync(path) && !(credential && existsSync(credential));
  const identity = await openIdentity(path);
  return { identity, store: openStore(folder, { now: Date.now, keyIsNew }), keyIsNew };
}
