// Keeps the files of a database from everybody but its user: the file itself, its log, its copies and what was set aside.
//
// SQLite makes a file as the umask has it (0644, as a rule), and a log with the mode of its file. So the file is made here
// first, and whatever an older version left open is closed. Invariant: before the first row is read or written, no file
// of that name can be read by others.
import { chmodSync, closeSync, openSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const MODE = 0o600;
const OF_OTHERS = 0o077;

/** Makes the file when there is none. Throws what the file system says. */
export function keepPrivate(path: string): void {
  closeSync(openSync(path, 'a', MODE));
  const [folder, name] = [dirname(path), basename(path)];
  for (const file of readdirSync(folder)) {
    if (file !== name && !file.startsWith(`${name}-`) && !file.startsWith(`${name}.`)) continue;
    const of = join(folder, file);
    const stat = statSync(of, { throwIfNoEntry: false });
    if (stat?.isFile() && (stat.mode & OF_OTHERS) !== 0) chmodSync(of, MODE);
  }
}
