// Fair turns for what waits: our own first, then one of each origin in turn, so that nobody's many hold up another's few.
//
// Of one origin the most urgent goes first, then what scores higher, then the oldest. Whoever had a turn longest ago is
// next. Invariant: looks at what waits once, and sorts no more of it than may go now.
import { FINDING } from './condition.ts';

export interface Waiting {
  readonly isOwn: boolean;
  /** Whoever made it. */
  readonly origin: string;
  /** Higher goes first; see `urgencyOf`. */
  readonly urgency: number;
  /** 0 to 100. */
  readonly score: number;
  /** Rises with the order in which they came. */
  readonly n: number;
}

/** @param served when each origin had its last turn; larger is later, absent is never */
export function inTurns<T extends Waiting>(
  waiting: Iterable<T>,
  { served, limit }: { readonly served: ReadonlyMap<string, number>; readonly limit: number },
): T[] {
  const own: T[] = [];
  const byOrigin = new Map<string, T[]>();
  for (const one of waiting) {
    const group = one.isOwn ? own : (byOrigin.get(one.origin) ?? []);
    if (!one.isOwn && group.length === 0) byOrigin.set(one.origin, group);
    keepFirst(group, one, limit);
  }
  const turnOf = (group: readonly T[]): number => served.get(group[0]!.origin) ?? Number.NEGATIVE_INFINITY;
  const groups = [...byOrigin.values()].sort((a, b) => compare(turnOf(a), turnOf(b)) || before(a[0]!, b[0]!));
  const taken = own;
  for (let turn = 0; taken.length < limit && groups.some(({ length }) => length > turn); turn++) {
    for (const group of groups) if (turn < group.length) taken.push(group[turn]!);
  }
  return taken.slice(0, limit);
}

/** The order within one origin. */
export function before(a: Waiting, b: Waiting): number {
  return b.urgency - a.urgency || b.score - a.score || a.n - b.n;
}

/** `NEGATIVE_INFINITY` less itself is no number. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);

/** Keeps the group sorted, and no longer than the limit. */
function keepFirst<T extends Waiting>(group: T[], one: T, limit: number): void {
  if (group.length >= limit && before(group[group.length - 1]!, one) <= 0) return;
  let at = group.length;
  while (at > 0 && before(one, group[at - 1]!) < 0) at--;
  group.splice(at, 0, one);
  if (group.length > limit) group.pop();
}

/** What an origin may have of all, as a multiple of the mean, before it counts as greedy. */
const GREEDY = 4;

/**
 * So many that give way, in the order given: of origins that have far more than the others, then of all. Rows that are
 * neighbours share a page, so nobody's are picked out from between the others where that makes no difference.
 */
export function givingWay<T>(
  items: readonly T[],
  { originOf, count }: { readonly originOf: (item: T) => unknown; readonly count: number },
): Set<T> {
  const chosen = new Set<T>();
  const counts = new Map<unknown, number>();
  for (const item of items) counts.set(originOf(item), (counts.get(originOf(item)) ?? 0) + 1);
  const share = (GREEDY * items.length) / counts.size;
  for (const item of items) {
    if (chosen.size >= count) break;
    const left = counts.get(originOf(item))!;
    if (left <= share) continue;
    counts.set(originOf(item), left - 1);
    chosen.add(item);
  }
  for (const item of items) {
    if (chosen.size >= count) break;
    chosen.add(item);
  }
  return chosen;
}

/**
 * 2 for what the mesh is for (events, faults, verdicts), 1 for changes, 0 for answers: others say the same again.
 * @param finding its number in a packet
 */
export function urgencyOf(finding: number): number {
  if (finding === FINDING.confirm || finding === FINDING.refute) return 0;
  const isUnknown = finding > FINDING.outcome;
  return finding === FINDING.level || finding === FINDING.cleared || isUnknown ? 1 : 2;
}
