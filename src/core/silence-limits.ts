// Limits of what is known of silence: how long a sensor may sleep by itself, and what is told of one that is not heard.

/** Longer silences are outages and no sleep: sensors sleep for 30 minutes at most (SDS011), nodes on a battery for about an hour. */
export const sleepMsMax = 5_400_000;
/** Of bytes that are not understood, kept to see whose frames they are: 25 frames of a Plantower sensor. */
export const sampleBytesMax = 1_024;
/** First levels of topics that are remembered for "did you mean": a house has a dozen. */
export const seenTopicsMax = 64;
/** Without a message on its topics for so long, what may be wrong with them is told once. */
export const unheardTopicMs = 50_000;
