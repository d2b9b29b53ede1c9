// Finds drift: a sensor that stands in the alarm class for days while the region is known to be below. No stove lasts that.
//
// Invariant: what nobody knows counts for nothing; one fault for each stay.

export interface LastingState {
  /** Time in the alarm class with the region known below, in ms, since the stay began; 1 when told. */
  aloneMs: number;
  told: number;
}

export const newLasting = (): LastingState => ({ aloneMs: 0, told: 0 });

/** A day and a half: longer than any local source that was seen, shorter than a season of wrong alarms. */
const ALONE_MS = 36 * 3_600_000;

export function followLasting(
  state: LastingState,
  { own, region, stepMs }: { own: number; region: number; stepMs: number },
): boolean {
  if (own <= 0 || region > 0) {
    state.aloneMs = 0;
    if (own <= 0) state.told = 0;
    return false;
  }
  if (region < 0) state.aloneMs += stepMs;
  if (state.told === 1 || state.aloneMs < ALONE_MS) return false;
  state.told = 1;
  return true;
}
