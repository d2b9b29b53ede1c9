// Ids of packets that were dealt with: duplicates stop here, also after a restart.
//
// Two generations: when the younger is full it becomes the older one, and the older one is dropped. An id is added in the
// job that stores its packet, so a packet that failed is not taken for a duplicate when it comes again. The primary key
// answers in a microsecond, so nothing is kept in memory that a rolled back job could leave wrong.
import { assert } from '../core/assert.ts';
import { seenIdsPerGenerationMax } from '../core/limits.ts';
import type { OpenDatabase } from './database.ts';

export interface Seen {
  has(id: Buffer): boolean;
  /** @returns false when it is there already */
  add(id: Buffer): boolean;
}

export function createSeen(database: OpenDatabase, idsPerGeneration = seenIdsPerGenerationMax): Seen {
  const select = database.prepare<[Buffer], number>('SELECT 1 FROM seen WHERE id = ?').pluck();
  const insert = database.prepare<[Buffer, number]>('INSERT OR IGNORE INTO seen (id, generation) VALUES (?, ?)');
  const dropBefore = database.prepare<[number]>('DELETE FROM seen WHERE generation < ?');
  let generation = database.prepare<[], number>('SELECT coalesce(max(generation), 0) FROM seen').pluck().get()!;
  let count = database
    .prepare<[number], number>('SELECT count(*) FROM seen WHERE generation = ?')
    .pluck()
    .get(generation)!;

  return {
    has: (id) => select.get(id) !== undefined,
    add(id) {
      assert(database.inTransaction, 'ids are added inside a job');
      if (count >= idsPerGeneration) {
        generation++;
        count = 0;
        dropBefore.run(generation - 1);
      }
      if (insert.run(id, generation).changes === 0) return false;
      count++;
      return true;
    },
  };
}
