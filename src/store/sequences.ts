// The sequences of our packets: numbers that follow Unix time, so that even a lost or restored database repeats none.
//
//     start, or a clock that was set: max(last used, Unix seconds) ──> then one after the other
//
// A clock that was once far ahead leaves numbers of a year to come. They are not waited for: numbering goes back to the
// present, and what was used stays written down as spans and is left out. Invariant: no number is given out twice.
import { assert } from '../core/assert.ts';
import { futureToleranceS, sequenceSpansMax, uintMax } from '../core/limits.ts';
import type { OpenDatabase } from './database.ts';
import type { Meta } from './meta.ts';

export interface Sequences {
  /** Begins a span at a time that is trusted; inside a job. @returns whether it lies before what was used last */
  begin(unixS: number): boolean;
  /** What next() would give. */
  peek(): number;
  /** Uses it up; inside a job. */
  next(): number;
}

export function createSequences(database: OpenDatabase, meta: Meta): Sequences {
  const spanAt = database
    .prepare<[number, number], number>('SELECT last FROM sequences WHERE first <= ? AND last >= ?')
    .pluck();
  const open = database.prepare('INSERT OR IGNORE INTO sequences (first, last) VALUES (?, ?)');
  const extend = database.prepare(
    'UPDATE sequences SET last = ? WHERE first = (SELECT max(first) FROM sequences WHERE first <= ?)',
  );
  const forget = database.prepare(
    'DELETE FROM sequences WHERE first < (SELECT first FROM sequences ORDER BY first DESC LIMIT 1 OFFSET ?)',
  );

  function peek(): number {
    let candidate = meta.get('sequence') + 1;
    for (let used = spanAt.get(candidate, candidate); used; used = spanAt.get(candidate, candidate)) {
      candidate = used + 1;
    }
    return candidate;
  }

  return {
    peek,
    begin(unixS) {
      const last = meta.get('sequence');
      const isBack = last > unixS + futureToleranceS;
      const from = isBack ? unixS : Math.max(last, unixS);
      meta.set('sequence', from);
      open.run(from + 1, from);
      forget.run(sequenceSpansMax - 1);
      return isBack;
    },
    next() {
      const sequence = peek();
      assert(sequence <= uintMax, 'sequences are used up');
      meta.set('sequence', sequence);
      extend.run(sequence, sequence);
      return sequence;
    },
  };
}
