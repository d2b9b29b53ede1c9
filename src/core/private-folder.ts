// Judges whether a folder is one that only its user can write: where a key, a database and a socket may stand.
//
// Whoever may write a folder can put a file or a socket of their own under any name in it, so the modes of the files do
// not help there. Pure: the caller has looked at the folder, and knows who we are.

/** Bits of the mode by which group and others write. */
const WRITTEN_BY_OTHERS = 0o022;

/** @param uid effective user of this process; undefined where there are none. @returns why not; undefined when it is */
export function sharedFolderProblem(
  { uid: owner, mode }: { readonly uid: number; readonly mode: number },
  uid: number | undefined,
): string | undefined {
  if (uid === undefined) return undefined;
  if (owner !== uid) return 'belongs to another user; run qis as that user, or name a folder of your own';
  if ((mode & WRITTEN_BY_OTHERS) !== 0) return 'can be written to by others than its owner; run: chmod go-w on it';
  return undefined;
}
