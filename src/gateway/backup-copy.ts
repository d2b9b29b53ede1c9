// Makes the copies of its own database and key that a running gateway hands to `qis backup`.
//
// A copy lies in a folder of its own inside the data folder, from where the command takes it, which may write elsewhere;
// the gateway may not. Invariant: one copy is made at a time, and none stays: what nobody fetched goes after a while, and
// what a crash left behind at the next start.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { OperatingError } from '../core/errors.ts';
import { backupKeptMs } from '../core/load-limits.ts';
import type { Store } from '../store/store.ts';
import { keyIn } from './own-key.ts';

export interface BackupCopy {
  /** Name of a folder in the data folder, with the copy in it. */
  readonly folder: string;
  readonly holdsKey: boolean;
}

export interface BackupCopies extends Disposable {
  /** @throws OperatingError store_unusable; already_there while another one is made */
  make(): Promise<BackupCopy>;
}

const PREFIX = '.backup-';
const COPY = 'qis.backup';

/** Where a copy lies. @param folder as the gateway told it @throws OperatingError agent_silent when it told something else */
export function copyIn(data: string, folder: unknown): { readonly folder: string; readonly file: string } {
  if (typeof folder === 'string' && /^\.backup-\w{6}$/.test(folder))
    return { folder: join(data, folder), file: join(data, folder, COPY) };
  throw new OperatingError(
    'agent_silent',
    'the gateway made a backup and did not say where; restart it, then try again',
  );
}

/** @param data folder of a gateway that runs here */
export function createBackupCopies(data: string, store: Pick<Store, 'backUp'>, clock: Clock): BackupCopies {
  const made = new Set<string>();
  let isBusy = false;
  const remove = (folder: string) => {
    made.delete(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  for (const name of readdirSync(data)) if (name.startsWith(PREFIX)) remove(join(data, name));

  async function make(): Promise<BackupCopy> {
    const folder = mkdtempSync(join(data, PREFIX));
    made.add(folder);
    try {
      const key = keyIn(data);
      await store.backUp(join(folder, COPY), { key, madeMs: clock.now() });
      setTimeout(remove, backupKeptMs, folder).unref();
      return { folder: basename(folder), holdsKey: key !== undefined };
    } catch (error) {
      remove(folder);
      throw error;
    }
  }

  return {
    async make() {
      if (isBusy) throw new OperatingError('already_there', 'a backup is being made already; try again in a moment');
      isBusy = true;
      try {
        return await make();
      } finally {
        isBusy = false;
      }
    },
    [Symbol.dispose]() {
      for (const folder of made) remove(folder);
    },
  };
}
