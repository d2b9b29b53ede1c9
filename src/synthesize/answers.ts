// Answers to the events of others: confirm what we see too, refute what would have shown here and plainly does not.
//
//     event heard ──> open ──┬─ our own event matches ───────────────> confirm ─┐
//                            └─ near, healthy, late, uncorroborated ─> refute ──┴─ storm rule ─> a packet
//
// What bears on an open event is noted when it happens, so that a tick looks at each of them once and searches nothing.
// Invariant: an origin never has more than openEventsPerOriginMax of them open, answered or not.
import { FINDING } from '../core/condition.ts';
import { type DomainProfile, type Phenomenon, phenomenonOf } from '../core/domain.ts';
import type { VerdictName } from '../core/events.ts';
import { heardPacketsMax, openEventsPerOriginMax } from '../core/limits.ts';
import { createCells } from './cells.ts';
import type { Hearsay } from './hearsay.ts';
import { type LocalView, statesOf } from './local-view.ts';
import { distanceM, isFirstHand, matches, type Place, type Sighting } from './sighting.ts';
import type { StormRule } from './storm-rule.ts';

/** An event of our own, and what became of it. */
export interface OwnEvent {
  readonly sighting: Sighting;
  readonly verdict: VerdictName | undefined;
}

export interface Answer {
  readonly kind: 'answer';
  readonly finding: 'confirm' | 'refute' | 'verdict';
  /** Of a verdict: which. */
  readonly verdict?: VerdictName;
  readonly about: Sighting;
  /** Our own finding behind a confirmation. */
  readonly own?: Sighting;
  /** That what it speaks of is a real event, 0 to 1. */
  readonly probability: number;
  /** In hex; the first is what it speaks of. */
  readonly evidence: readonly string[];
}

/** How long an event stays open to answers after its onset. */
export const OPEN_MS = 6 * 3_600_000;

interface OpenEvent {
  readonly sighting: Sighting;
  /** From when on a healthy station here must have seen it; absent where it is too far for that. */
  readonly expectedByMs: number | undefined;
  /** Another gateway saw it too. */
  corroborated: boolean;
  own: OwnEvent | undefined;
  dueMs: number | undefined;
}

export interface AnswersOptions {
  readonly profile: DomainProfile;
  readonly here: Place | undefined;
  readonly hearsay: Hearsay;
  readonly stormRule: StormRule;
  /** Whether the word of an origin counts whole: others silence no refutation. */
  readonly isTrusted: (sighting: Sighting) => boolean;
  /** What our own sensors say of an event in the end: it came here, or it should have and did not. */
  readonly judged: (event: Sighting, reason: 'came' | 'absent', nowMs: number) => void;
}

export type Answers = ReturnType<typeof createAnswers>;

/** A station that reads this share of a claim has seen some of it: 26 of 38 refutations came from such. */
const BELOW_SHARE = 0.5;

/** Of a rise: whether what we read is far from what is claimed, and no alarm. What may fall as well is judged by its state. */
function isClearlyBelow(
  { quantity, scale, direction, alarm = Number.POSITIVE_INFINITY }: Phenomenon,
  { outcome }: Sighting,
  views: readonly LocalView[],
): boolean {
  if (direction !== 'rise') return true;
  const limit = Math.min(BELOW_SHARE * outcome.observed * scale, alarm);
  return views.every((view) => view.quantity !== quantity || view.state !== 'normal' || view.value < limit);
}

export function createAnswers({ profile, here, hearsay, stormRule, isTrusted, judged }: AnswersOptions) {
  const open = new Map<string, OpenEvent>();
  const openPerOrigin = new Map<string, number>();
  /** Near enough to be expected here, and nobody else saw it yet. */
  const alone = createCells<OpenEvent>(profile, ({ sighting }) => sighting.outcome);

  function enter(event: OpenEvent): void {
    const { id, origin } = event.sighting;
    open.set(id, event);
    openPerOrigin.set(origin, (openPerOrigin.get(origin) ?? 0) + 1);
    if (event.expectedByMs !== undefined && !event.corroborated) alone.add(event);
  }

  function close(event: OpenEvent): void {
    const { id, origin } = event.sighting;
    open.delete(id);
    const left = openPerOrigin.get(origin)! - 1;
    if (left === 0) openPerOrigin.delete(origin);
    else openPerOrigin.set(origin, left);
    alone.delete(event);
  }

  function expectedByMs({ place, onsetMs }: Sighting): number | undefined {
    const apartM = here && place ? distanceM(here, place) : Number.POSITIVE_INFINITY;
    if (apartM > profile.nearM) return undefined;
    return onsetMs + (profile.onsetToleranceS + (2 * apartM) / profile.travelSpeedMps) * 1000;
  }

  const corroborates = (other: Sighting, sighting: Sighting) =>
    other.origin !== sighting.origin && isFirstHand(other) && isTrusted(other) && matches(profile, other, sighting);

  /** Whether our own channels say that there is nothing. */
  function mustHaveSeen(
    { sighting, expectedByMs, corroborated }: OpenEvent,
    nowMs: number,
    views: readonly LocalView[],
  ) {
    if (expectedByMs === undefined || nowMs < expectedByMs || corroborated) return false;
    const phenomenon = phenomenonOf(profile, sighting.outcome);
    const states = statesOf(views, phenomenon?.quantity);
    if (!phenomenon || !states.includes('normal') || states.includes('event')) return false;
    return !hearsay.agreeing(sighting.id, 1).some(isTrusted) && isClearlyBelow(phenomenon, sighting, views);
  }

  function answer(event: OpenEvent, nowMs: number, views: readonly LocalView[]): Answer[] {
    const { sighting, own } = event;
    if (stormRule.isAnswered(sighting.id)) return [];
    // A sensor that is found to err vouches for nothing, neither that there is something nor that there is not.
    if (own ? own.verdict === 'local' || own.verdict === 'fault' : !mustHaveSeen(event, nowMs, views)) return [];
    judged(sighting, own ? 'came' : 'absent', nowMs);
    event.dueMs ??= stormRule.dueMs(nowMs);
    if (nowMs < event.dueMs || !stormRule.take(sighting.id, own ? 1 : -1)) return [];
    const base = { kind: 'answer', about: sighting, evidence: [sighting.id] } as const;
    return [
      own
        ? { ...base, finding: 'confirm', own: own.sighting, probability: 1 }
        : { ...base, finding: 'refute', probability: 0 },
    ];
  }

  return {
    /** Another gateway said something. */
    heard(sighting: Sighting, own: readonly OwnEvent[]): void {
      if (!isFirstHand(sighting)) return;
      for (const event of alone.like(sighting.outcome)) {
        if (!corroborates(sighting, event.sighting)) continue;
        event.corroborated = true;
        alone.delete(event);
      }
      const ofOrigin = openPerOrigin.get(sighting.origin) ?? 0;
      if (sighting.outcome.finding !== FINDING.event || ofOrigin >= openEventsPerOriginMax) return;
      if (open.size >= heardPacketsMax) return;
      const expected = expectedByMs(sighting);
      enter({
        sighting,
        expectedByMs: expected,
        corroborated:
          expected !== undefined && hearsay.witnesses(sighting.outcome).some((other) => corroborates(other, sighting)),
        own: own.find((mine) => matches(profile, mine.sighting, sighting)),
        dueMs: undefined,
      });
    },

    /** We saw something ourselves. */
    seen(own: OwnEvent): void {
      for (const event of open.values()) {
        if (event.own || !matches(profile, own.sighting, event.sighting)) continue;
        event.own = own;
        event.dueMs = undefined;
      }
    },

    /** Answers that are due. */
    tick(nowMs: number, views: readonly LocalView[]): Answer[] {
      for (const event of open.values()) {
        const { onsetMs, expiresMs } = event.sighting;
        if (nowMs > onsetMs + OPEN_MS || expiresMs <= nowMs) close(event);
      }
      return [...open.values()].flatMap((event) => answer(event, nowMs, views));
    },
  };
}
