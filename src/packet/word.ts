// The ordinal of a word from an open vocabulary: a task, a model family, a treatment (protocol section 3).
//
// Everybody derives the same one without a registry. Two words may share one, once in some thousand million pairs.
import { hash } from 'node:crypto';

/** Words longer than this are cut off before they are hashed: nobody types one. */
export const wordLengthMax = 64;

/** NFC, lower case, without spaces around it. */
export const plainWord = (text: string): string => text.normalize('NFC').toLowerCase().trim().slice(0, wordLengthMax);

/** 1 to 2^32 - 1. */
export function wordOrdinal(text: string): number {
  return hash('sha256', plainWord(text), 'buffer').readUInt32BE(0) || 1;
}
