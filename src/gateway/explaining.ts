// Answers `qis explain <id>`: finds the conclusion, and names those whose word it rests on and why that word counts.
//
//     id, or how it begins ──> agent (what decided) ──┬─> names, pinned keys, what was learned of each ──> words and data
//                              or the verdict table ──┘   of a verdict from before a restart: what the table holds
// Invariant: asking changes nothing that is judged.

import type { DomainProfile, Phenomenon } from '../core/domain.ts';
import { OperatingError } from '../core/errors.ts';
import { explainedPrefixMin } from '../core/explain-limits.ts';
import { storedVerdictsMax } from '../core/limits.ts';
import { explainWords } from '../observe/explain-words.ts';
import { verdictWords } from '../observe/finding-words.ts';
import { reported } from '../observe/report.ts';
import type { Keyring } from '../packet/keyring.ts';
import type { Store } from '../store/store.ts';
import type { StoredVerdict } from '../store/verdicts.ts';
import type { Alarms } from '../synthesize/alarm/alarms.ts';
import { UNIT_MS } from '../synthesize/alarm/standing.ts';
import { type Because, type ExplainedOrigin, type Explanation, originsOf } from '../synthesize/explained.ts';
import type { Reputation } from '../synthesize/reputation.ts';

export interface ExplainerParts {
  readonly explain: (prefix: string) => Explanation[];
  readonly reputations: ReadonlyMap<DomainProfile, Pick<Reputation, 'shown'>>;
  readonly alarms: Pick<Alarms, 'of'>;
  readonly keyring: Pick<Keyring, 'nameOf'>;
  readonly pinned: ReadonlySet<string>;
  readonly store: Pick<Store, 'verdicts'>;
  readonly now: () => number;
}

export interface ExplainAnswer {
  /** For people, a line each. Names in it come from others. */
  readonly words: readonly string[];
  /** For programs, snake_case; of a verdict from before a restart what the database holds. */
  readonly explanation: unknown;
}

/** @throws OperatingError usage, not_found */
export type Explainer = (id: unknown) => ExplainAnswer;

export function createExplainer(parts: ExplainerParts): Explainer {
  const { explain, store, now } = parts;
  return (id) => {
    const prefix = prefixOf(id);
    const found = explain(prefix);
    const known = new Set(found.map((one) => one.id));
    const stored = new Map<string, StoredVerdict>();
    for (const verdict of store.verdicts.latest(storedVerdictsMax)) {
      const { about } = verdict;
      if (about.startsWith(prefix) && !known.has(about) && !stored.has(about)) stored.set(about, verdict);
    }
    const ids = [...known, ...stored.keys()];
    if (ids.length > 1)
      throw new OperatingError(
        'usage',
        `${ids.length} conclusions begin with ${prefix}; say more of one: ${ids.join(', ')}`,
      );
    const [explanation] = found;
    if (explanation) {
      const explained = { explanation, origins: namesOf(explanation, parts) };
      const data = { ...explanation, origins: explained.origins };
      return { words: explainWords(explained, now()), explanation: reported(data) };
    }
    const [verdict] = stored.values();
    if (verdict) return fromTable(verdict);
    const message = `nothing that begins with ${prefix} was concluded here; the log and qis status show the ids of what was, and qis packet inspect ${prefix} shows a packet`;
    throw new OperatingError('not_found', message);
  };
}

function prefixOf(id: unknown): string {
  const prefix = typeof id === 'string' ? id.toLowerCase() : '';
  if (/^[0-9a-f]+$/.test(prefix) && prefix.length >= explainedPrefixMin) return prefix;
  throw new OperatingError('usage', `an id is hexadecimal, at least its first ${explainedPrefixMin} digits`);
}

/** Why somebody's word counts is learned while the gateway runs; the table holds what was concluded, and from which packets. */
function fromTable(verdict: StoredVerdict): ExplainAnswer {
  const { about, evidence, timeMs } = verdict;
  const from = evidence.length === 0 ? 'no packets' : `packets ${evidence.map((id) => id.slice(0, 8)).join(', ')}`;
  const says = verdictWords({ ...verdict, heard: evidence.length });
  const told = new Date(timeMs).toISOString();
  const line = `${about.slice(0, 8)}  ${says}; told ${told} from ${from}; what each weighed was in memory and is gone, by a restart or by newer verdicts`;
  return { words: [line], explanation: reported({ kind: 'stored', id: about, ...verdict }) };
}

function namesOf(explanation: Explanation, parts: ExplainerParts): Record<string, ExplainedOrigin> {
  const name = explanation.kind === 'advisory' ? explanation.quantity : explanation.phenomenon;
  return Object.fromEntries(
    originsOf(explanation).map((origin) => {
      const isPinned = parts.pinned.has(origin);
      return [origin, { name: parts.keyring.nameOf(origin), isPinned, because: becauseOf(origin, name, parts) }];
    }),
  );
}

/** What moved its weight: the alarm classes where the phenomenon has an alarm (alarm/trust.ts), else what became of reports. */
function becauseOf(origin: string, name: string, { reputations, alarms }: ExplainerParts): Because {
  const isNamed = (one: Phenomenon | undefined) => one?.name === name || one?.quantity === name;
  for (const [{ phenomena }, reputation] of reputations) {
    const at = phenomena.findIndex(isNamed);
    const phenomenon = phenomena[at];
    if (!phenomenon) continue;
    const ofOrigin = reputation.shown().filter((one) => one.origin === origin);
    if (ofOrigin.some(({ equivocated }) => equivocated)) return { reason: 'contradicted_itself' };
    const watch = alarms.of(phenomenon.quantity);
    if (watch) {
      const { above, aboveRight, below, belowRight } = watch.standings().get(origin) ?? NOTHING_SETTLED;
      const hours = (units: number) => (units * UNIT_MS) / 3_600_000;
      const settledH = hours(above + below);
      if (settledH === 0) return { reason: 'nothing_known_yet' };
      return { reason: 'alarm_class', rightH: hours(aboveRight + belowRight), settledH };
    }
    const reasons = ofOrigin.find((one) => one.phenomenon === at + 1)?.reasons;
    const isKnown = reasons !== undefined && Object.values(reasons).some((times) => times > 0);
    if (isKnown) return { reason: 'what_it_told', ...reasons };
  }
  return { reason: 'nothing_known_yet' };
}

const NOTHING_SETTLED = { above: 0, aboveRight: 0, below: 0, belowRight: 0 };
