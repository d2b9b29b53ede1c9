// The limits of what is deposited and asked for, each with its reason.
//
// Relations between them, and to the other limits, are asserted at the end.
import { assert } from './assert.ts';
import { linkFrameBytesMax, packetBytesMax, sequenceLeadMax } from './limits.ts';
import { controlRequestBytesMax } from './load-limits.ts';

/** Of the turns that come at once, those that deposits leave to what the gateway itself concludes. */
export const conclusionTurnsKept = 2;
/** Deposits issued at once, and a second: neighbours and the store take no more of one gateway for long. */
export const depositsAtOnceMax = sequenceLeadMax - conclusionTurnsKept;
export const depositsPerS = 1;
/** Deposits that wait for their turn, on disk, 300 bytes each: at one a second they take four and a half hours. */
export const depositsWaitingMax = 16_384;
/** A file of deposits, 10,000 of them several times over; one of them; and how many go in one request. */
export const depositsFileBytesMax = 8_388_608;
export const depositBytesMax = 4_096;
export const depositsPerRequestMax = 200;
/** What a question may have answered: as many as a pool is made for, and by itself as many as somebody reads. */
export const answeredPacketsMax = 1_000;
export const answeredPackets = 20;
/** Words of no list that are remembered as they were told, 64 characters each: a quarter of a megabyte. */
export const wordsToldMax = 4_096;
/** Of one origin in a pool, which counts it once: its outcomes under several actions. */
export const pooledPerOriginMax = 16;
/** Packets that one neighbour may bring in answer to one question. */
export const resultPacketsMax = 8;
/** How long a question waits for its neighbours. */
export const questionMsMax = 1_000;
/** Questions that wait at a time, and neighbours that one is put to: those that were written down first. */
export const questionsWaitingMax = 16;
export const neighboursAskedMax = 32;
/** Questions answered to one neighbour, at once and per second; to all strangers; and to all neighbours. */
export const questionsBurst = 8;
export const questionsPerS = 1;
export const strangerQuestionsBurst = 8;
export const strangerQuestionsPerS = 2;
export const allQuestionsBurst = 64;
export const allQuestionsPerS = 16;

assert(depositsAtOnceMax > 0 && depositsPerS <= 1, 'deposits have turns, no faster than sequences');
assert((depositsPerRequestMax + 1) * depositBytesMax < controlRequestBytesMax, 'a batch of deposits fits a request');
assert(resultPacketsMax * (packetBytesMax + 3) + 256 < linkFrameBytesMax, 'an answer fits a link frame');
