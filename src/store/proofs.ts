// Proof that a key contradicts itself: two valid packets that cannot both be honest (protocol section 7). Kept as they came.
//
// Read at every start (core.ts): whoever was condemned stays so after a power cut.
import { assert } from '../core/assert.ts';
import { proofsMax } from '../core/limits.ts';
import type { OpenDatabase } from './database.ts';

export interface Proof {
  /** Public key, 32 bytes. */
  readonly origin: Buffer;
  /** Whole packets: anyone can verify them again. The first is empty when it was no longer held. */
  readonly first: Buffer;
  readonly second: Buffer;
}

export interface Proofs {
  /** One for each key: more would prove no more. A full table keeps what it has. */
  add(proof: Proof): void;
  all(): Proof[];
}

export function createProofs(database: OpenDatabase, rowsMax = proofsMax): Proofs {
  const count = database.prepare<[], number>('SELECT count(*) FROM proofs').pluck();
  const insert = database.prepare('INSERT OR IGNORE INTO proofs (origin, first, second) VALUES (?, ?, ?)');
  const select = database.prepare<[], Proof>('SELECT origin, first, second FROM proofs');
  return {
    add({ origin, first, second }) {
      assert(database.inTransaction, 'proofs are added inside a job');
      if (count.get()! < rowsMax) insert.run(origin, first, second);
    },
    all: () => select.all(),
  };
}
