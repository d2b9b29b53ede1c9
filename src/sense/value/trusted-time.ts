// Times that messages carry: used when they name a zone or are counted from 1970, and lie in years that can be.
//
// A device without a clock says 1970; a GPS receiver after a week rollover says 19.6 years too early.

/** Before this nothing of ours ran. */
const EARLIEST_MS = Date.UTC(2020, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);

/** @returns Unix ms when that may be the time, else undefined */
export const trustedTime = (timeMs: number): number | undefined =>
  timeMs >= EARLIEST_MS && timeMs < LATEST_MS ? Math.round(timeMs) : undefined;

/** RFC 3339 with a zone, to the nanosecond; without a zone it is nobody's time. */
export function trustedText(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:?\d\d)$/.test(text)) return undefined;
  return trustedTime(Date.parse(text.replace(' ', 'T').replace(/(\.\d{3})\d+/, '$1')));
}
