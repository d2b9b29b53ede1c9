// What a domain of the operator's own may hold, and how widely its questions are asked; each with its reason.
//
// Numbers of ordinals and of values of an action belong to the packet (limits.ts).

/** Addresses that one question goes to (protocol section 3): its own, and those next to it. */
export const probedAddressesMax = 4;
/** Ways to compare conditions that one domain may name: each is run beside the others. */
export const similarityWaysMax = 4;
/** Pairs of a table of words, or numbers of their vectors: 180 words with all their pairs, 256 with vectors of 64. */
export const kinNumbersMax = 16_384;
/** Words of a dimension or a parameter; with vectors each is compared with each, once. */
export const domainWordsMax = 256;
