// Turns what SQLite or the file system reports into what an operator is told.
//
// Every message holds the path and what to do. Damage of the content is told apart from trouble with the disk, because
// only the first is cured by setting the file aside.
import { OperatingError, reasonOf } from '../core/errors.ts';

/** SQLite's result name, such as `SQLITE_FULL`, or that of a system call, such as `EROFS`; '' for anything else. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The content is at fault, not the disk around it: the file can be set aside. An unreadable sector counts too. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB|IOERR_(READ|SHORT_READ|CORRUPTFS))/.test(codeOf(error));
}

export function isStoreFailure(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_');
}

/** The disk does not take what is written, and may take it later. */
export function isDiskFailure(error: unknown): boolean {
  return /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|PERM|NOLFS)/.test(codeOf(error)) && !isDamage(error);
}

export function storeFailure(path: string, cause: unknown): OperatingError {
  const code = codeOf(cause);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    const message = `${path} is in use by another qis; stop that one first, or give this one another data folder`;
    return new OperatingError('already_running', message, { cause });
  }
  const isDamaged = isDamage(cause);
  return new OperatingError(isDamaged ? 'store_damaged' : 'store_unusable', advice(path, code, cause), { cause });
}

/**
 * Does what needs the disk, and goes on where the disk cannot be written to: the committer keeps why (Committer.problem),
 * and the agent tells it. @returns undefined then; anything else that fails is thrown
 */
export function unlessFull<T>(job: () => T): T | undefined {
  try {
    return job();
  } catch (error) {
    if (error instanceof OperatingError && error.code === 'store_unusable') return undefined;
    throw error;
  }
}

function advice(path: string, code: string, cause: unknown): string {
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) return `no space left for ${path}; free some space on its disk`;
  // SQLite opens for reading what it may not write, and then finds that it cannot lock it.
  if (/^(SQLITE_READONLY|SQLITE_IOERR_LOCK|SQLITE_PERM|SQLITE_AUTH|EROFS|EACCES|EPERM)/.test(code)) {
    return `cannot write ${path}; give its folder to the user who runs qis, and check that the disk is not read-only`;
  }
  if (/^(SQLITE_CANTOPEN|ENOTDIR|EEXIST|EISDIR|ENOENT)/.test(code)) {
    return `cannot open ${path}; check that this user may write to its folder, that the disk is not read-only, and that no folder has that name`;
  }
  if (isDamage(cause)) return `${path} is damaged; start qis again, and it sets the file aside and begins a new one`;
  return `cannot use ${path} (${reasonOf(cause)}); check the disk`;
}
