// Counts what happened in the last 24 hours: the counters of now less those of a day ago.
//
// Once an hour it notes the counters. Hours are of the process, so that a clock that is set changes nothing. Invariant: one
// day of notes at most; over a shorter life it counts from the start.

export type Tally = Readonly<Record<string, number>>;

export interface DayTally extends Disposable {
  /** For how long, and by how much each number grew meanwhile. */
  shown(): { readonly spanS: number } & Tally;
}

export interface DayTallyOptions {
  /** Numbers that only grow, from 0 when the process began. */
  readonly read: () => Tally;
  /** Since the process began; never set. */
  readonly uptimeMs: () => number;
  /** Of the process in one of the machine: more than 1 in a demonstration. */
  readonly rate?: number | undefined;
}

const HOUR_MS = 3_600_000;
const HOURS = 24;

export function createDayTally({ read, uptimeMs, rate = 1 }: DayTallyOptions): DayTally {
  const notes: { readonly atMs: number; readonly tally: Tally }[] = [{ atMs: 0, tally: {} }];
  const timer = setInterval(() => {
    notes.push({ atMs: uptimeMs(), tally: read() });
    if (notes.length > HOURS) notes.shift();
  }, HOUR_MS / rate).unref();
  return {
    shown() {
      const { atMs, tally } = notes[0]!;
      const grown = Object.entries(read()).map(([name, now]) => [name, now - (tally[name] ?? 0)] as const);
      return { ...Object.fromEntries(grown), spanS: Math.round((uptimeMs() - atMs) / 1000) };
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
