import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { rootCertificates } from 'node:tls';
import { loadConfig } from '../../src/config/config.ts';
import { certificateOf, secretOf } from '../../src/config/secret.ts';
import { secretFileBytesMax } from '../../src/core/limits.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('a password is read from its file when it is asked for', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'p'), 'secret \n');
  writeFileSync(join(folder, 'empty'), '\n');
  assert.equal(secretOf({ password_file: 'p' }, folder), 'secret ');
  assert.equal(secretOf({ password: 'x' }, folder), 'x');
  assert.equal(secretOf({}, folder), undefined);
  assert.throws(() => secretOf({ password_file: 'none' }, folder), {
    code: 'config_invalid',
    message: /none does not exist; [^']*$/,
  });
  assert.throws(() => secretOf({ password_file: 'empty' }, folder), { code: 'config_invalid', message: /is empty/ });
});

test('what may never end, or is not one file, is not read', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'large'), Buffer.alloc(secretFileBytesMax + 1, 'x'));
  for (const [file, says] of [
    ['/dev/zero', /zero is not a file/],
    ['folder', /folder is not a file/],
    ['large', /large is larger than \d+ bytes/],
  ] as const) {
    assert.throws(() => secretOf({ password_file: file }, folder), { code: 'config_invalid', message: says });
    assert.throws(() => certificateOf(file, folder), { code: 'config_invalid', message: says });
  }
});

test('a certificate is one, also behind words and before others', (t) => {
  const folder = temporaryFolder(t);
  const [first, second] = rootCertificates;
  writeFileSync(join(folder, 'ca.pem'), `Authority of the town\n${first}\n${second}\n`);
  assert.ok(certificateOf('ca.pem', folder).includes(second!));
  for (const text of ['', 'not a certificate', first!.slice(0, 200)]) {
    writeFileSync(join(folder, 'bad.pem'), text);
    assert.throws(() => certificateOf('bad.pem', folder), { code: 'config_invalid', message: /holds no certificate/ });
  }
});

/** Root may read all, so it becomes another user for a moment. */
function asAnother<T>(run: () => T): T {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return run();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

test('files of another user, and a password on two lines, are told with what to do, in no words of the runtime', (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o755);
  for (const name of ['p', 'qis.yaml']) writeFileSync(join(folder, name), 'a\nb\n', { mode: 0 });
  const secret = () => secretOf({ password_file: 'p' }, folder);
  assert.throws(() => asAnother(secret), { message: /p may not be read by this user; give it to .*\(chown\)$/ });
  const config = () => loadConfig(join(folder, 'qis.yaml'));
  assert.throws(() => asAnother(config), { message: /^cannot read \S+: this user may not look at it; .*sudo$/ });
  chmodSync(join(folder, 'p'), 0o600);
  assert.throws(secret, { message: /p has several lines; / });
});
