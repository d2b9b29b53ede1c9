// A password as the configuration gives it: written there, or in a file of its own.
//
// The file is read when the password is needed, not when the configuration is checked: the check may run as somebody
// who must not read it.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { OperatingError, reasonOf } from '../core/errors.ts';

/**
 * @param folder what a relative password_file is relative to
 * @returns undefined when neither is given; without the line break at the end of the file
 * @throws OperatingError config_invalid, naming the file
 */
export function secretOf(
  source: { readonly password?: string | undefined; readonly password_file?: string | undefined },
  folder: string,
): string | undefined {
  if (source.password_file === undefined) return source.password;
  const file = resolve(folder, source.password_file);
  let secret: string;
  try {
    secret = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    const message = `cannot read the password file ${file} (${reasonOf(cause)}); check that it is there and who may read it`;
    throw new OperatingError('config_invalid', message, { cause });
  }
  if (secret === '') throw new OperatingError('config_invalid', `the password file ${file} is empty; write one in it`);
  return secret;
}

/**
 * A certificate in PEM.
 * @param folder what a relative name is relative to
 * @throws OperatingError config_invalid, naming the file
 */
export function certificateOf(file: string, folder: string): Buffer {
  const path = resolve(folder, file);
  try {
    return readFileSync(path);
  } catch (cause) {
    const message = `cannot read the certificate ${path} (${reasonOf(cause)}); check ca_file and who may read it`;
    throw new OperatingError('config_invalid', message, { cause });
  }
}
