// Remembers the words that this gateway was told by its own programs and domain files, so that they come back as words.
//
// Packets carry a word of no list as a hash (protocol section 3). Of too many words the one told longest ago is forgotten.
// Invariant: a word is found by its own hash alone; what others sent adds none.
import { wordsToldMax } from '../core/deposit-limits.ts';
import type { DomainProfile } from '../core/domain.ts';
import { plainWord, wordLengthMax, wordOrdinal } from '../packet/word.ts';
import { hashed } from './where.ts';

export interface Words {
  /** Takes all texts of a checked condition or action. @returns whether one of them is new */
  note(said: unknown): boolean;
  find(ordinal: number): string | undefined;
  /** Plain JSON, the one told longest ago first. */
  state(): readonly string[];
}

/** @param profiles whose kin are words of no list */
export function createWords(profiles: readonly DomainProfile[] = [], saved: readonly string[] = []): Words {
  const told = new Map<number, string>();

  function note(said: unknown): boolean {
    if (typeof said === 'object' && said !== null) return Object.values(said).map(note).includes(true);
    if (typeof said !== 'string' || said.length > wordLengthMax) return false;
    const word = plainWord(said);
    if (word === '' || hashed(word) !== undefined) return false;
    const ordinal = wordOrdinal(word);
    const isNew = !told.delete(ordinal);
    told.set(ordinal, word);
    if (told.size > wordsToldMax) told.delete(told.keys().next().value!);
    return isNew;
  }

  for (const { kin } of profiles.flatMap(({ coarse, fine }) => [...coarse, ...fine])) {
    if (!kin) continue;
    note(
      'table' in kin
        ? Object.entries(kin.table).flatMap(([word, others]) => [word, ...Object.keys(others)])
        : Object.keys(kin.vectors),
    );
  }
  note(saved);
  return { note, find: (ordinal) => told.get(ordinal), state: () => [...told.values()] };
}
