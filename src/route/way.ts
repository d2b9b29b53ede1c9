// One way to a neighbour: the network that leads there, what fits, what it costs, and when it may be used.
//
// Whether it is up is not said here: `send` of its network tells. Invariant: two ways of a gateway are one way when their
// ids are the same, and the id is all that events say of it.
import { linkFrameBytesMax } from '../core/limits.ts';

export interface Way {
  /** Unique over all networks of a gateway, for people too: `link:roof-2`, `client:roof-2`, `radio:roof-2`. */
  readonly id: string;
  /** `name` of the network it belongs to. */
  readonly network: string;
  /** What the network calls the other end: a link, or the account it came with. */
  readonly neighbour: string;
  /** Bytes of the largest message, its topic not counted. */
  readonly payloadBytesMax: number;
  /** Of sending there, beside other ways to the same neighbour: the least is tried first. */
  readonly cost: number;
  /** What is published on it reaches all who are there, as on a broker that was dialled. Absent: the other end alone. */
  readonly reachesAll?: boolean;
  /** Whether it may be used at a time, Unix ms: a satellite passes, a budget is spent. Absent: always. */
  readonly isOpenAt?: (timeMs: number) => boolean;
}

export function isSameWay(a: Way, b: Way | undefined): boolean {
  return a.id === b?.id;
}

/** The cheapest first; those that cost the same in the order given. */
export function byCost(ways: readonly Way[]): readonly Way[] {
  return ways.some(({ cost }) => cost !== ways[0]!.cost) ? ways.toSorted((a, b) => a.cost - b.cost) : ways;
}

/** Begins with another one at each attempt, and keeps the order otherwise. */
export function takingTurns(ways: readonly Way[], attempt: number): readonly Way[] {
  const first = attempt % Math.max(1, ways.length);
  return first === 0 ? ways : [...ways.slice(first), ...ways.slice(0, first)];
}

/** Whether link frames may be too large for it, announcements among them. */
export function isNarrow(way: Way | undefined): boolean {
  return way !== undefined && way.payloadBytesMax < linkFrameBytesMax;
}
