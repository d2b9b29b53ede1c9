// The limits of what a running gateway can explain, each with its reason. All of it is in memory and goes with a restart.

/** Conclusions of each kind that can be explained: a week of a lively station; with their votes 10 kB each. */
export const explanationsMax = 64;
/** Votes listed in one explanation, strongest first; what the others add up to is one number. */
export const explainedVotesMax = 32;
/** Hex digits that name a conclusion at least: fewer would name several. */
export const explainedPrefixMin = 4;
