// The data folder of a gateway: its key and its database, which belong together.
//
// The sequence in the database must never go back under one key: two packets with one sequence count as proof of a
// cloned key (protocol section 7). So a key that is older than its database begins where no sequence was used before.
import { accessSync, constants, existsSync, mkdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { sharedFolderProblem } from '../core/private-folder.ts';
import { type Identity, openIdentity } from '../packet/identity.ts';
import { openStore, type Store } from '../store/store.ts';

export interface DataFolder {
  readonly identity: Identity;
  /** The caller disposes it. */
  readonly store: Store;
  readonly keyIsNew: boolean;
}

/** Why a gateway could not keep its key and its database there, or not make the folder; undefined when it can. Makes nothing. */
export function folderProblem(folder: string): string | undefined {
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there && !there.isDirectory()) return 'is not a folder; name another one';
  try {
    if (!there && folder !== dirname(folder)) return parentProblem(dirname(folder));
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    // Root may look at the folder of the service; it does not run a gateway there (openDataFolder).
    const uid = process.geteuid?.();
    return there && sharedFolderProblem(there, uid === 0 ? there.uid : uid);
  } catch (cause) {
    return `cannot be written to (${reasonOf(cause)}); give it to the user who runs qis, on a disk that is not read-only`;
  }
}

/** Of the nearest folder that exists. */
function parentProblem(parent: string): string | undefined {
  const there = statSync(parent, { throwIfNoEntry: false });
  if (!there && parent !== dirname(parent)) return parentProblem(dirname(parent));
  if (!there?.isDirectory()) return `cannot be made, because ${parent} is not a folder`;
  try {
    accessSync(parent, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (cause) {
    return `cannot be made (${reasonOf(cause)}); name a folder that this user may write to, on a disk that is not read-only`;
  }
}

/** File systems that forget, by the number Linux gives them (statfs(2)). */
const VOLATILE: ReadonlyMap<number, string> = new Map([
  [0x01021994, 'in memory (tmpfs)'],
  [0x858458f6, 'in memory (ramfs)'],
  [0x794c7630, 'on an overlay'],
]);

/** A warning where a folder that exists does not outlive a restart of the machine. */
export function volatileFolder(folder: string): string | undefined {
  const kind = VOLATILE.get(statfsSync(folder).type);
  return (
    kind &&
    `the data folder ${folder} lies ${kind}, which may forget everything when the machine starts again: key, packets that are owed, what was learned. Name a folder on a disk (data)`
  );
}

/** @throws OperatingError identity_unreadable, store_unusable, already_running */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  const there = statSync(folder, { throwIfNoEntry: false });
  const problem = folderProblem(folder) ?? (there && sharedFolderProblem(there, process.geteuid?.()));
  if (problem) throw new OperatingError('store_unusable', `the data folder ${folder} ${problem}`);
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
