// A made world of outcomes whose truth is known: conditions in four dimensions of which two matter, six actions of which one
// does nothing, 200 depositors, and liars who agree on the one that does nothing.
//
//     condition (4 x 6 levels), action ──truth──> effect ──noise, sample size──> what is deposited, what comes
//
// An action helps most near a point of its own in the two dimensions that matter, and less with distance. Which two matter may
// change. Same seed, same world.
import type { Condition } from '../../src/core/condition.ts';
import { normal, seededRandom } from '../../src/sim/random.ts';

export const LEVELS = 6;
export const ACTIONS = 6;
/** What liars praise: it does a little harm everywhere. */
export const FALSE_ACTION = 6;
const HARM = -0.05;
const NOISE = 0.5;

export interface Packet {
  readonly id: string;
  readonly origin: string;
  readonly condition: Condition;
  readonly action: number;
  readonly effect: number;
  readonly standardError: number;
  readonly samples: number;
  readonly score: number;
  readonly confidence: number;
  readonly bornAt: number;
  readonly isFalse: boolean;
}

export interface WorldOptions {
  readonly seed: number;
  readonly depositors: number;
  /** Share of the depositors, pinned or not. */
  readonly liars: number;
  readonly pinnedShare: number;
}

export interface Member {
  readonly name: string;
  readonly isLiar: boolean;
  /** The operator wrote its key down. */
  readonly isPinned: boolean;
}

export function createWorld({ seed, depositors, liars, pinnedShare }: WorldOptions) {
  const random = seededRandom(seed);
  const members: readonly Member[] = Array.from({ length: depositors }, (_, i) => ({
    name: `depositor-${i}`,
    // Of each twenty so many, and the same share of those that are pinned.
    isLiar: (i * 7) % 20 < Math.round(20 * liars),
    isPinned: Math.floor(i / 20) % 4 < Math.round(4 * pinnedShare),
  }));
  const centres = Array.from({ length: ACTIONS - 1 }, (_, i) => [1 + ((i * 2) % LEVELS), 1 + ((i * 3 + 1) % LEVELS)]);
  const whole = (count: number) => Math.floor(random() * count);
  let relevant: readonly [number, number] = [0, 1];
  let made = 0;

  function truth(action: number, { fine }: Condition): number {
    if (action === FALSE_ACTION) return HARM;
    const [x, y] = centres[action - 1]!;
    const apart = (fine[relevant[0]]! - x!) ** 2 + (fine[relevant[1]]! - y!) ** 2;
    return HARM + 0.5 * Math.exp(-apart / 4.5);
  }

  const condition = (): Condition => ({
    domain: 'made',
    coarse: [1],
    fine: Array.from({ length: 4 }, () => 1 + whole(LEVELS)),
  });

  return {
    random,
    members,
    truth,
    condition,
    member: () => members[whole(members.length)]!,
    /** From now on the other two dimensions matter. */
    change: () => {
      relevant = [2, 3];
    },
    /** What comes for one who does it. */
    came: (action: number, at: Condition) => truth(action, at) + 0.1 * normal(random),
    best: (at: Condition) => Math.max(...Array.from({ length: ACTIONS }, (_, i) => truth(i + 1, at))),
    deposit({ name, isLiar }: Member, bornAt: number): Packet {
      const at = condition();
      const samples = Math.round(5 * 40 ** random());
      const action = isLiar ? FALSE_ACTION : 1 + whole(ACTIONS);
      const error = NOISE / Math.sqrt(samples);
      // Liars claim what an honest site near the best point might.
      const effect = (isLiar ? 0.5 : truth(action, at)) + error * normal(random);
      const score = Math.round(100 * Math.min(1, Math.max(0, (effect + 0.1) / 0.7)));
      const figures = {
        effect,
        standardError: error,
        samples,
        score: isLiar ? 100 : score,
        confidence: isLiar ? 95 : 80,
      };
      return { id: `packet-${made++}`, origin: name, condition: at, action, bornAt, isFalse: isLiar, ...figures };
    },
  };
}

export type World = ReturnType<typeof createWorld>;

/** Two similarity functions: one weighs the first two dimensions, the other the last two; 0 beyond one level. */
export const FUNCTIONS: ReadonlyMap<string, (a: Condition, b: Condition) => number> = new Map([
  ['first_two', likenessBy([0, 1])],
  ['last_two', likenessBy([2, 3])],
]);

function likenessBy(dimensions: readonly number[]) {
  return (a: Condition, b: Condition): number => {
    let sum = 0;
    for (const at of dimensions) {
      const share = 1 - Math.abs(a.fine[at]! - b.fine[at]!) / 2;
      if (share <= 0) return 0;
      sum += share;
    }
    return sum / dimensions.length;
  };
}
