// The gateway's Ed25519 key: made on first run, kept in one file that only its owner reads (protocol section 1).
//
// A systemd credential named identity.pem wins over the file and is never written. A new key becomes visible under its
// name only when it is whole and on disk, and never replaces one that is there: of two first runs at once, one makes the
// key and the other reads it. Invariant: a key that cannot be read is an error, never a reason to make another.
import { createHmac, createPrivateKey, generateKeyPairSync, hkdfSync, type KeyObject, sign } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { identityFileBytesMax } from '../core/limits.ts';
import { type PublicKey, publicKeyOf } from './gate.ts';
import { deriveLinkKeys, type LinkKeys } from './link-key.ts';
import { contextBytes } from './outcome.ts';

export interface Identity {
  readonly publicKey: PublicKey;
  /** Ed25519 signature, 64 bytes. */
  sign(data: Buffer): Buffer;
  /** 4 bytes for the `context` of an outcome: equal contexts give equal tags, and only this key's owner can make them. */
  contextTag(context: string): Buffer;
  /** Keys of a link to another gateway; undefined when its key is no point that gives any (protocol section 6). */
  linkKeys(other: PublicKey): LinkKeys | undefined;
}

export interface IdentityOptions {
  /** Folder of systemd credentials; by default what systemd says. */
  readonly credentialsDirectory?: string | undefined;
}

/** PKCS#8 of an Ed25519 key up to its 32-byte seed (RFC 8410 section 7). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const seedBytes = 32;

function identityOf(privateKey: KeyObject): Identity | undefined {
  const publicKey = publicKeyOf(privateKey);
  if (!publicKey) return undefined;
  const seed = privateKey
    .export({ format: 'der', type: 'pkcs8' })
    .subarray(PKCS8_HEAD.length, PKCS8_HEAD.length + seedBytes);
  const contextKey = Buffer.from(hkdfSync('sha256', seed, '', 'qis/1/context', 32));
  return {
    publicKey,
    sign: (data) => sign(null, data, privateKey),
    linkKeys: (other) => deriveLinkKeys(seed, publicKey, other),
    contextTag: (context) => createHmac('sha256', contextKey).update(context).digest().subarray(0, contextBytes),
  };
}

/** An identity that no file holds: random, or made from a 32-byte seed. For tests, the demo and benchmarks. */
export function temporaryIdentity(seed?: Buffer): Identity {
  const privateKey = seed
    ? createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' })
    : generateKeyPairSync('ed25519').privateKey;
  return identityOf(privateKey)!;
}

/** Makes the key when there is none. @throws OperatingError identity_unreadable */
export async function openIdentity(path: string, options: IdentityOptions = {}): Promise<Identity> {
  return (await readIdentity(path, options)) ?? identityFrom(await createKey(path), path);
}

/** Makes nothing. @returns undefined when there is no key yet. @throws OperatingError identity_unreadable */
export async function readIdentity(path: string, options: IdentityOptions = {}): Promise<Identity | undefined> {
  const { credentialsDirectory = process.env.CREDENTIALS_DIRECTORY } = options;
  if (credentialsDirectory) {
    const credential = join(credentialsDirectory, 'identity.pem');
    // systemd grants its service the file by an ACL, which shows as group bits in the mode.
    const pem = await readKey(credential, { mayBeShared: true });
    if (pem !== undefined) return identityFrom(pem, credential);
  }
  const pem = await readKey(path, { mayBeShared: false });
  return pem && identityFrom(pem, path);
}

function unreadable(message: string, cause?: unknown): OperatingError {
  return new OperatingError('identity_unreadable', message, cause === undefined ? {} : { cause });
}

function identityFrom(pem: Buffer, path: string): Identity {
  let identity: Identity | undefined;
  let cause: unknown;
  try {
    identity = identityOf(createPrivateKey(pem));
  } catch (error) {
    cause = error;
  }
  if (identity) return identity;
  throw unreadable(
    `${path} holds no Ed25519 private key in PKCS#8 PEM; restore it from a backup, or move it away to begin with a new identity`,
    cause,
  );
}

/** @returns undefined when there is no such file */
async function readKey(path: string, { mayBeShared }: { mayBeShared: boolean }): Promise<Buffer | undefined> {
  try {
    await using file = await open(path, 'r');
    const stat = await file.stat();
    if (!mayBeShared && (stat.mode & 0o077) !== 0) {
      throw unreadable(`${path} can be read by others than its owner; run: chmod 600 ${path}`);
    }
    if (!stat.isFile() || stat.size > identityFileBytesMax) {
      throw unreadable(
        `${path} is not a key file; restore it from a backup, or move it away to begin with a new identity`,
      );
    }
    return await file.readFile();
  } catch (error) {
    if (error instanceof OperatingError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(`cannot read ${path} (${reasonOf(error)}); make it readable for the user that runs qis`, error);
  }
}

/** Makes a key at `path`, or reads the one that another process made there meanwhile. */
async function createKey(path: string): Promise<Buffer> {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeSynced(temporary, pem);
    try {
      await link(temporary, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(temporary, { force: true });
    }
    await using folder = await open(dirname(path), 'r');
    await folder.sync();
  } catch (error) {
    throw unreadable(
      `cannot write ${path} (${reasonOf(error)}); make its folder exist and writable for the user that runs qis`,
      error,
    );
  }
  const written = await readKey(path, { mayBeShared: false });
  if (written === undefined) throw unreadable(`${path} went away while it was made; start again`);
  return written;
}

/** A file that only its owner reads, on disk when this returns. */
export async function writeSynced(path: string, text: string | Buffer): Promise<void> {
  await rm(path, { force: true });
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(text);
  await file.sync();
}
