// Limits of what one origin, one way or all strangers may take of the packets, places and pace that a gateway has.
//
// Whoever stays below them notices none of them; whoever does not takes nothing that the others need. The other limits
// are in limits.ts. Relations between them are asserted at the end.
import { assert } from './assert.ts';
import { peersMax, storedPacketsMax } from './limits.ts';

/** Ids of packets that live, 150 bytes each: none is forgotten, so from here on only origins with few may add to them. */
export const idsMax = 131_072;
export const idsPerOriginMin = 64;
/** Of one origin: one packet in 42 s over the longest lifetime; stations make some tens a day. */
export const idsPerOriginMax = 4_096;
/** Items of an outcome of a later version, and the share of the rows that such packets take: nobody here can weigh them. */
export const laterItemsMax = 64;
export const laterShareMax = 1 / 4;
/** New packets at once and per second: of an origin, of all strangers, and on a way before its signatures are checked. */
export const originPacketsBurst = 1_024;
export const originPacketsPerS = 1;
export const strangerPacketsBurst = 2_048;
export const strangerPacketsPerS = 5;
export const wayPacketsBurst = 4_096;
export const wayPacketsPerS = 300;
/** Ways and origins whose rates are kept. */
export const ratesMax = 4_096;
/** How long the key of a stranger is believed that does not announce itself, and how exactly that is kept. */
export const strangerKeyMsMax = 30 * 86_400_000;
export const keyHeardMsStep = 86_400_000;
/** Keys of strangers that one way may bring at once, and per second (one in a quarter of an hour): those of a region. */
export const strangerKeysBurst = 64;
export const strangerKeysPerS = 1 / 900;
/** Announcements of strangers that are not believed, looked at for each way, so that the operator learns who knocks: two checks
    of a signature each; eight starts at once, then as many an hour. And those that were told, so that none is told twice. */
export const knocksBurst = 8;
export const knocksPerS = 8 / 3600;
export const knocksKeptMax = 64;
/** Of them strangers, and strangers on one way (an account of a broker): the others are for keys that were written down. */
export const strangersMax = 128;
export const strangersPerWayMax = 32;
/** Of these, for strangers while a neighbour that the operator wrote down is waiting. */
export const strangerBacklogShare = 0.2;

assert(idsMax >= 2 * storedPacketsMax, 'ids outlive packets that gave way');
assert(storedPacketsMax >= 8 * idsPerOriginMax, 'one origin must leave room for others on disk');
assert(strangersMax < peersMax, 'places are kept for the keys that were written down');
