// Public keys that were learned and may be believed after a restart, until their owners have been silent for long.
//
// A kid only indexes: several keys may share one, and a new key never displaces an older one (protocol section 1). So a
// full table, or a full kid, refuses.
import { assert } from '../core/assert.ts';
import { keysMax, keysPerKidMax } from '../core/limits.ts';
import { keyHeardMsStep } from '../core/share-limits.ts';
import type { OpenDatabase } from './database.ts';

export interface StoredKey {
  /** 32 bytes. */
  readonly publicKey: Buffer;
  /** 8 bytes. */
  readonly kid: Buffer;
  /** '' when nobody named it. */
  readonly name: string;
  readonly addedMs: number;
}

export interface Keys {
  /** @returns false when there is no room for it; true also when it is there already */
  add(key: StoredKey): boolean;
  /** In the order they were added. */
  all(): StoredKey[];
  /** The owner of the key was there; written once a day. No-op for a key that is not here. */
  heard(publicKey: Buffer, nowMs: number): void;
  /** Forgets the keys not heard since. @returns them */
  expire(beforeMs: number): Buffer[];
}

export function createKeys(database: OpenDatabase, caps = { keys: keysMax, perKid: keysPerKidMax }): Keys {
  const has = database.prepare<[Buffer], number>('SELECT 1 FROM keys WHERE public_key = ?').pluck();
  const count = database.prepare<[], number>('SELECT count(*) FROM keys').pluck();
  const countKid = database.prepare<[Buffer], number>('SELECT count(*) FROM keys WHERE kid = ?').pluck();
  const insert = database.prepare(
    'INSERT INTO keys (public_key, kid, name, added_ms, heard_ms) VALUES (?, ?, ?, ?, ?)',
  );
  const select = database.prepare<[], StoredKey>(
    'SELECT public_key AS publicKey, kid, name, added_ms AS addedMs FROM keys ORDER BY rowid',
  );
  const update = database.prepare('UPDATE keys SET heard_ms = ? WHERE public_key = ? AND heard_ms < ?');
  const removeOld = database
    .prepare<[number], Buffer>('DELETE FROM keys WHERE heard_ms < ? RETURNING public_key')
    .pluck();
  return {
    add({ publicKey, kid, name, addedMs }) {
      assert(database.inTransaction, 'keys are added inside a job');
      if (has.get(publicKey) !== undefined) return true;
      if (countKid.get(kid)! >= caps.perKid || count.get()! >= caps.keys) return false;
      insert.run(publicKey, kid, name, addedMs, addedMs);
      return true;
    },
    all: () => select.all(),
    heard(publicKey, nowMs) {
      assert(database.inTransaction, 'keys are marked inside a job');
      update.run(Math.floor(nowMs), publicKey, Math.floor(nowMs) - keyHeardMsStep);
    },
    expire(beforeMs) {
      assert(database.inTransaction, 'keys are forgotten inside a job');
      return removeOld.all(Math.floor(beforeMs));
    },
  };
}
