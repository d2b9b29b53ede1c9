// One gateway in the made world: deposits come in, members ask, follow the advice and tell what came; parts of the elections can
// be taken out.
//
// A quarter of the questions are its own: those reports count whole and teach the competition. The others are of members
// chosen by lot, who get the same advice; liars among them praise each other and call everything else useless.
import type { Condition } from '../../src/core/condition.ts';
import { createElection, type Election } from '../../src/synthesize/election/election.ts';
import { lossesOf } from '../../src/synthesize/election/open-advice.ts';
import type { Claim } from '../../src/synthesize/election/report.ts';
import { pool } from '../../src/synthesize/pool.ts';
import { type ActionResult, recommend } from '../../src/synthesize/recommendation.ts';
import { ACTIONS, createWorld, FUNCTIONS, type Packet } from './outcome-world.ts';

export type Part = 'curate' | 'vote' | 'compete';

export interface RunOptions {
  readonly seed: number;
  readonly liars: number;
  readonly queries: number;
  readonly depositors?: number;
  /** Of the depositors, those whose keys the operator wrote down, in quarters; absent: a quarter. */
  readonly pinnedShare?: number;
  /** After so many questions the other two dimensions matter. */
  readonly changeAt?: number;
  /** Packets that there is room for. */
  readonly storedMax: number;
  /** Absent: all three. */
  readonly without?: ReadonlySet<Part>;
  /** One function for all questions, or an action by lot; absent: as the election says. */
  readonly fixed?: 'first_two' | 'last_two' | 'random_action';
}

export interface Run {
  /** What came in truth for honest members, on average, and what the best action would have brought. */
  readonly effect: number;
  readonly effect_best: number;
  /** Over our own questions: losses of each function, of those drawn by weight, and of those that answered. */
  readonly losses: Readonly<Record<string, number>>;
  readonly loss_by_weight: number;
  readonly loss_used: number;
  readonly rounds: number;
  /** Weight of what was too light to be drawn, over all rounds. */
  readonly cut: number;
  readonly better_share: number;
  /** Of our own questions after the change, until the new function is the heaviest; null: never. */
  readonly back_after: number | null;
  /** Of the first answer to a query, and of what was held at the end. */
  readonly first_true_share: number;
  readonly held_false_share: number;
  readonly election: Election;
}

export const OWN = 'own';
export const OWN_SHARE = 1 / 4;
const STEP_MS = 3_600_000;
const TOP = 48;

export function runWorld(options: RunOptions): Run {
  const {
    seed,
    liars,
    queries,
    depositors = 200,
    pinnedShare = 0.25,
    changeAt = Number.POSITIVE_INFINITY,
    storedMax,
    fixed,
  } = options;
  const has = (part: Part) => !options.without?.has(part);
  const world = createWorld({ seed, depositors, liars, pinnedShare });
  const pinned = new Set(world.members.filter(({ isPinned }) => isPinned).map(({ name }) => name));
  const election = createElection({ own: OWN, pinned, functions: [...FUNCTIONS.keys()] });
  const held: Packet[] = Array.from({ length: storedMax }, () => world.deposit(world.member(), 0));
  const worthOf = (packet: Packet) => (has('curate') ? election.worthOf(packet) : 1);
  const sums = { effect: 0, best: 0, asked: 0, byWeight: 0, used: 0, rounds: 0, cut: 0, better: 0, firstTrue: 0 };
  const losses: Record<string, number> = Object.fromEntries([...FUNCTIONS.keys()].map((name) => [name, 0]));
  let backAfter: number | null = null;
  let sinceChange = 0;

  const choose = () =>
    fixed && FUNCTIONS.has(fixed)
      ? fixed
      : has('compete')
        ? election.choose(world.random())
        : [...FUNCTIONS.keys()][Math.floor(world.random() * FUNCTIONS.size)]!;

  for (let step = 0; step < queries; step++) {
    if (step === changeAt) world.change();
    const better = step < changeAt ? 'first_two' : 'last_two';
    const nowMs = step * STEP_MS;
    held.push(world.deposit(world.member(), step));
    if (held.length > storedMax) held.splice(lastInLine(held, worthOf), 1);
    const isOwn = world.random() < OWN_SHARE;
    const asker = isOwn ? undefined : world.member();
    const asked = world.condition();
    const answering = choose();
    const judged = election.judged(asked, { likeness: FUNCTIONS.get(answering)!, nowMs });
    const weigh = has('vote') ? judged.reputationOf : () => 1;
    const orderOf = has('curate') ? judged.orderOf : () => 1;
    const selected = selectedBy(answering, held, asked);
    const results = selected.map((one) => resultOf(one, weigh));
    const advice = recommend(results);
    const isRandom = fixed === 'random_action';
    if (!advice) continue;
    const action = isRandom ? 1 + Math.floor(world.random() * ACTIONS) : Number(advice.action.name);
    if (!asker?.isLiar) {
      sums.asked++;
      sums.effect += world.truth(action, asked);
      sums.best += world.best(asked);
      if (!firstOf(selected, orderOf).isFalse) sums.firstTrue++;
    }
    const packet = held.find(({ id }) => id === advice.evidence[0])!;
    if (isRandom || packet.effect <= 0) continue;
    const came = world.came(action, asked);
    const honest = Math.min(1, Math.max(0, came / packet.effect));
    const share = asker?.isLiar ? (packet.isFalse ? 1 : 0) : honest;
    if (isOwn) {
      const foretold = Object.fromEntries(
        [...FUNCTIONS.keys()].map((name) => [name, foretoldBy(name, held, { asked, action, weigh })]),
      );
      const evidence = [{ id: packet.id, effect: packet.effect }];
      const lost = lossesOf(foretold, { promised: packet.effect, share });
      for (const { name, weight } of election.rivals()) {
        losses[name]! += lost.get(name)!;
        sums.byWeight += weight * lost.get(name)!;
      }
      sums.cut += election.rivals().reduce((sum, { weight, isUsed }) => sum + (isUsed ? 0 : weight), 0);
      sums.used += lost.get(answering)!;
      sums.rounds++;
      if (answering === better) sums.better++;
      election.advised({ evidence, foretold });
      if (step >= changeAt) {
        sinceChange++;
        const [first] = election.rivals().toSorted((a, b) => b.weight - a.weight);
        if (first!.name === better) backAfter ??= sinceChange;
      }
    }
    election.heard({ claim: claimOf(packet), reporter: asker?.name ?? OWN, share }, nowMs);
  }
  return {
    effect: sums.effect / sums.asked,
    effect_best: sums.best / sums.asked,
    losses,
    loss_by_weight: sums.byWeight,
    loss_used: sums.used,
    rounds: sums.rounds,
    cut: sums.cut,
    better_share: sums.better / sums.rounds,
    back_after: backAfter,
    first_true_share: sums.firstTrue / sums.asked,
    held_false_share: held.filter(({ isFalse }) => isFalse).length / held.length,
    election,
  };
}

export const claimOf = ({ id, origin, action, condition }: Packet): Claim => ({ id, origin, action, condition });

interface Selected {
  readonly packet: Packet;
  readonly similarity: number;
  readonly rank: number;
}

/** What advice is pooled from: by similarity and merit, the most first. */
function selectedBy(name: string, held: readonly Packet[], asked: Condition): Selected[] {
  const likeness = FUNCTIONS.get(name)!;
  return held
    .flatMap((packet) => {
      const similarity = likeness(packet.condition, asked);
      const rank = similarity * packet.score * packet.confidence * Math.sqrt(packet.samples);
      return similarity > 0 ? [{ packet, similarity, rank }] : [];
    })
    .sort((a, b) => b.rank - a.rank)
    .slice(0, TOP);
}

/** The packet that a query answers with first. */
function firstOf(selected: readonly Selected[], orderOf: (claim: Claim) => number): Packet {
  const orders = selected.map(({ packet, rank }) => rank * orderOf(claimOf(packet)));
  return selected[orders.indexOf(Math.max(...orders))]!.packet;
}

function resultOf({ packet, similarity }: Selected, weigh: (claim: Claim) => number): ActionResult {
  const { id, origin, effect, standardError, samples, score, confidence, action } = packet;
  const figures = { effect, standardError, samples, score, confidence };
  const reputation = weigh(claimOf(packet));
  return { id, origin, sharedClass: origin, similarity, reputation, action: `${action}`, parameters: {}, ...figures };
}

interface Foretelling {
  readonly asked: Condition;
  readonly action: number;
  readonly weigh: (claim: Claim) => number;
}

/** What the packets that a function selects say of an action; nothing where there is none. */
function foretoldBy(name: string, held: readonly Packet[], { asked, action, weigh }: Foretelling): number {
  const selected = selectedBy(name, held, asked).filter(({ packet }) => packet.action === action);
  const results = selected.map((one) => resultOf(one, weigh));
  const pooled = pool(results.map((one) => ({ ...one, effect: one.effect!, standardError: one.standardError! })));
  return pooled.estimate?.effect ?? 0;
}

/** The oldest of what is worth least. */
function lastInLine(held: readonly Packet[], worthOf: (packet: Packet) => number): number {
  let last = 0;
  for (let i = 1; i < held.length; i++) if (worthOf(held[i]!) < worthOf(held[last]!)) last = i;
  return last;
}
