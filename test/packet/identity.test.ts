// The key file: made once, kept private, never replaced.
import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openIdentity, temporaryIdentity } from '../../src/packet/identity.ts';

const alone = { credentialsDirectory: '' };

async function folder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'qis-identity-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

test('the first run makes a private key that only its owner reads, later runs read it', async () => {
  await using dir = await folder();
  const path = join(dir.path, 'identity.pem');
  const first = await openIdentity(path, alone);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(dir.path), ['identity.pem']);
  const second = await openIdentity(path, alone);
  assert.deepEqual(second.publicKey.bytes, first.publicKey.bytes);
  const data = Buffer.from('data');
  assert.deepEqual(first.sign(data), sign(null, data, createPrivateKey(await readFile(path))));
});

test('of many first runs at once, all get the one key', async () => {
  await using dir = await folder();
  const path = join(dir.path, 'identity.pem');
  await writeFile(`${path}.${process.pid}.tmp`, 'left behind by a power cut', { mode: 0o600 });
  const winner = await openIdentity(path, alone);
  const all = await Promise.all(Array.from({ length: 8 }, () => openIdentity(path, alone)));
  for (const { publicKey } of all) assert.deepEqual(publicKey.bytes, winner.publicKey.bytes);
});

test('a key behind a link that leads nowhere, as to a disk that is not mounted, is not replaced', async () => {
  await using dir = await folder();
  const path = join(dir.path, 'identity.pem');
  await symlink(join(dir.path, 'not-mounted', 'identity.pem'), path);
  await assert.rejects(openIdentity(path, alone), { code: 'identity_unreadable' });
  assert.deepEqual(await readdir(dir.path), ['identity.pem']);
  assert.ok((await lstat(path)).isSymbolicLink());
});

test('a key file that others can read is refused, with the cure', async () => {
  await using dir = await folder();
  const path = join(dir.path, 'identity.pem');
  await openIdentity(path, alone);
  for (const mode of [0o640, 0o604, 0o644]) {
    await chmod(path, mode);
    await assert.rejects(openIdentity(path, alone), { code: 'identity_unreadable', message: /chmod 600/ });
  }
});

test('a broken key file is refused and left alone', async () => {
  await using dir = await folder();
  const path = join(dir.path, 'identity.pem');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'pem', type: 'pkcs8' });
  for (const content of ['', 'noise', rsa, 'x'.repeat(5000)]) {
    await writeFile(path, content, { mode: 0o600 });
    await assert.rejects(openIdentity(path, alone), {
      code: 'identity_unreadable',
      message: /restore it from a backup/,
    });
    assert.equal(await readFile(path, 'utf8'), content);
  }
  await rm(path);
  await symlink('identity.pem', path);
  await assert.rejects(openIdentity(path, alone), { code: 'identity_unreadable', message: /cannot read/ });
  await rm(path);
  await mkdir(path, { mode: 0o700 });
  await assert.rejects(openIdentity(path, alone), { code: 'identity_unreadable' });
});

test('a folder that does not exist is an operating error', async () => {
  await using dir = await folder();
  const path = join(dir.path, 'nowhere', 'identity.pem');
  await assert.rejects(openIdentity(path, alone), { code: 'identity_unreadable', message: /make its folder exist/ });
});

test('a systemd credential wins over the file, and without one the file serves', async () => {
  await using dir = await folder();
  const credentials = join(dir.path, 'credentials');
  await mkdir(credentials);
  const path = join(dir.path, 'identity.pem');
  const options = { credentialsDirectory: credentials };
  const own = await openIdentity(path, options);
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  await writeFile(join(credentials, 'identity.pem'), pem, { mode: 0o440 });
  const granted = await openIdentity(path, options);
  assert.notDeepEqual(granted.publicKey.bytes, own.publicKey.bytes);
  assert.equal(await readFile(join(credentials, 'identity.pem'), 'utf8'), pem);
});

test('context tags are stable for one key and differ between keys and contexts', () => {
  const one = temporaryIdentity(Buffer.alloc(32, 1));
  const again = temporaryIdentity(Buffer.alloc(32, 1));
  const two = temporaryIdentity(Buffer.alloc(32, 2));
  assert.equal(one.contextTag('roof').length, 4);
  assert.deepEqual(one.contextTag('roof'), again.contextTag('roof'));
  assert.notDeepEqual(one.contextTag('roof'), one.contextTag('yard'));
  assert.notDeepEqual(one.contextTag('roof'), two.contextTag('roof'));
});
