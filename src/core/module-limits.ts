// What a module of the operator's own (a detector, a similarity function) may take, in a worker; each with its reason.

/** How long it may take to load: a Pi compiles slowly, from a card that is slow. */
export const moduleLoadMsMax = 10_000;
/** How long it may take over one request before it is switched off. */
export const moduleAnswerMsMax = 1_000;
/** Requests that it has not answered; more of them, and it does not keep up. */
export const moduleRequestsMax = 1_024;
/** What its worker may hold; the whole gateway has some 70 MB. */
export const moduleHeapMbMax = 64;
/** How long a reading waits for a detector in a running gateway; what it finds later is told with the next reading. */
export const detectorWaitMsMax = 5;
/** What a detector may want to keep of one channel, as JSON: saved every half hour. */
export const detectorStateBytesMax = 32_768;
/** How long one comparison waits for a module in a running gateway; then the dimensions of the domain decide it. */
export const similarityWaitMsMax = 5;
/** In so many comparisons a module that takes longer than `similarityMeanMsMax` is switched off. */
export const similarityTrial = 64;
/** What a comparison may take in the mean: a question compares some hundred packets while somebody waits. */
export const similarityMeanMsMax = 2;
/** Packets that a module compares for one question: at 2 ms each it stays within what it may take over one request. */
export const similarityCandidatesMax = 256;
/** Pairs of conditions whose answer is remembered: those of some questions. */
export const similaritiesKeptMax = 4_096;
