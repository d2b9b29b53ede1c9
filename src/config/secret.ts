// Passwords and certificates as the configuration gives them: written there, or in a file of their own.
//
// A file is read each time it is asked for, and never kept; so only a regular file will do.
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { secretFileBytesMax } from '../core/limits.ts';

/** A file that the configuration names and that cannot be used. */
export class UnusableFile extends OperatingError {
  /** Without the name of the file. */
  readonly says: string;

  constructor(file: string, says: string, options?: { cause?: unknown }) {
    super('config_invalid', `${file} ${says}`, options);
    this.says = says;
  }
}

/** What stands for a password in the samples and documents that come with qis: everybody knows it. */
const PLACEHOLDER = /^(change[ _-]?me([ _-]too)?|as \S+ gave it|what you typed above)$/i;

/** Why a password may not be used; undefined when it may. */
export function passwordProblem(password: string): string | undefined {
  if (!PLACEHOLDER.test(password.trim())) return undefined;
  return 'is the placeholder of a sample, which everybody knows; choose one of your own: openssl rand -hex 16';
}

/**
 * @param folder what a relative password_file is relative to
 * @returns undefined when neither is given; without the line break at the end of the file
 * @throws UnusableFile
 */
export function secretOf(
  source: { readonly password?: string | undefined; readonly password_file?: string | undefined },
  folder: string,
): string | undefined {
  if (source.password_file === undefined) return source.password;
  const file = resolve(folder, source.password_file);
  const secret = contents(file)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  const problem = passwordProblem(secret);
  if (problem) throw new UnusableFile(file, `holds a password that ${problem}`);
  if (/[\r\n]/.test(secret)) throw new UnusableFile(file, 'has several lines; write the password in it, on one line');
  if (secret === '') throw new UnusableFile(file, 'is empty; write the password in it, on one line');
  return secret;
}

/**
 * A certificate in PEM, or several.
 * @param folder what a relative name is relative to
 * @throws UnusableFile
 */
export function certificateOf(file: string, folder: string): Buffer {
  const path = resolve(folder, file);
  const pem = contents(path);
  try {
    // TLS passes over what it cannot read, and would then trust nobody.
    new X509Certificate(pem);
  } catch (cause) {
    throw new UnusableFile(path, 'holds no certificate in PEM; name the file of the authority', { cause });
  }
  return pem;
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist; make it, or mend its name',
  EACCES: 'may not be read by this user; give it to the user who runs qis (chown)',
};

function contents(path: string): Buffer {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new UnusableFile(path, 'is not a file; name the file itself');
    if (stat.size > secretFileBytesMax) throw new UnusableFile(path, `is larger than ${secretFileBytesMax} bytes`);
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof UnusableFile) throw cause;
    const code = cause instanceof Error && 'code' in cause ? `${cause.code}` : '';
    throw new UnusableFile(path, UNREADABLE[code] ?? `cannot be read (${reasonOf(cause)})`, { cause });
  }
}
