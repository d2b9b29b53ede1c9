// Numbers for neighbours: a list of them in a row takes 2 bytes each instead of 16.
//
// A number is given out when it is first written, and is free again when nobody owes or has anything under it.
// Invariant: what a job that was rolled back gave out is given out again, and to the same.
import { assert } from '../core/assert.ts';
import type { OpenDatabase } from './database.ts';

export const NUMBER_BYTES = 2;

export interface Neighbours {
  /** Inside a job. @param nodes node ids, 16 bytes each */
  write(nodes: readonly Buffer[]): Buffer;
  read(numbers: Buffer | undefined): Buffer[];
  /** Inside a job: forgets all but these. */
  forgetBut(nodes: readonly Buffer[]): void;
}

export function createNeighbours(database: OpenDatabase): Neighbours {
  const insert = database.prepare('INSERT INTO neighbours (k, node) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const remove = database.prepare('DELETE FROM neighbours WHERE k = ?');
  const select = database.prepare<[], { k: number; node: Buffer }>('SELECT k, node FROM neighbours');
  const byNumber = new Map<number, Buffer>();
  const numbers = new Map<string, number>();
  /** Given out in a job that is not known to be committed: written once more, which changes nothing when it was. */
  const fresh = new Set<number>();

  const put = (k: number, node: Buffer): void => {
    byNumber.set(k, node);
    numbers.set(node.toString('latin1'), k);
  };
  for (const { k, node } of select.iterate()) put(k, node);

  function numberOf(node: Buffer): number {
    const known = numbers.get(node.toString('latin1'));
    const k = known ?? freeNumber(byNumber);
    if (known === undefined) {
      put(k, node);
      fresh.add(k);
    }
    if (fresh.has(k)) insert.run(k, node);
    return k;
  }

  return {
    write(nodes) {
      const bytes = Buffer.alloc(NUMBER_BYTES * nodes.length);
      for (const [at, node] of nodes.entries()) bytes.writeUInt16BE(numberOf(node), NUMBER_BYTES * at);
      return bytes;
    },
    read(bytes = Buffer.alloc(0)) {
      const all = Array.from({ length: bytes.length / NUMBER_BYTES }, (_, at) => bytes.readUInt16BE(NUMBER_BYTES * at));
      return all.flatMap((k) => byNumber.get(k) ?? []);
    },
    forgetBut(nodes) {
      const kept = new Set(nodes.map((node) => node.toString('latin1')));
      for (const [node, k] of numbers) {
        if (kept.has(node)) continue;
        remove.run(k);
        fresh.delete(k);
        byNumber.delete(k);
        numbers.delete(node);
      }
    },
  };
}

function freeNumber(taken: ReadonlyMap<number, unknown>): number {
  let k = 1;
  while (taken.has(k)) k++;
  assert(k < 2 ** (8 * NUMBER_BYTES), 'neighbours are capped by the places there are for them');
  return k;
}
