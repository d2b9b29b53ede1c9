// How many reports it takes until a false claim counts half of what it did: claims of fresh keys, put into an election that has
// run in the made world, and followed by members chosen by lot.
import type { Condition } from '../../src/core/condition.ts';
import { createElection, type SavedElection } from '../../src/synthesize/election/election.ts';
import type { Claim } from '../../src/synthesize/election/report.ts';
import { OWN, OWN_SHARE } from './outcome-run.ts';
import { createWorld, FUNCTIONS, type Member } from './outcome-world.ts';

export interface FalseClaims {
  readonly seed: number;
  readonly liars: number;
  readonly saved: SavedElection;
  /** Whether the operator wrote the key of who claims it down. */
  readonly isPinned: boolean;
  /** Whether only our own reports come in. */
  readonly isOwnOnly?: boolean;
  /** Absent: the claim loses nothing by what is reported. */
  readonly hasVote?: boolean;
}

const PROBES = 20;
/** More reports than one claim ever gets. */
const REPORTS_MAX = 200;
/** Beyond everything that happened before. */
const NOW_MS = 5_000 * 3_600_000;
const CLAIMED = 0.5;

/** Reports until half, one figure a probe; at most 200. Liars say that it came. */
export function halfLives({ seed, liars, saved, isPinned, isOwnOnly = false, hasVote = true }: FalseClaims): number[] {
  const world = createWorld({ seed: seed + 1_000, depositors: 200, liars, pinnedShare: 0.25 });
  const pinned = new Set(world.members.filter((one) => one.isPinned).map(({ name }) => name));
  const [likeness] = FUNCTIONS.values();
  const weightOf = ({ judged }: ReturnType<typeof createElection>, claim: Claim) =>
    judged(claim.condition, { likeness: likeness!, nowMs: NOW_MS }).reputationOf(claim);
  return Array.from({ length: PROBES }, (_, probe) => {
    const origin = `probe-${probe}`;
    const known = isPinned ? new Set([...pinned, origin]) : pinned;
    // As after a restart.
    const text = JSON.stringify(saved);
    const election = createElection({
      own: OWN,
      pinned: known,
      functions: [...FUNCTIONS.keys()],
      saved: JSON.parse(text),
    });
    const condition = uselessPlace(world);
    const claim = { id: `probe-${probe}`, origin, action: 1, condition };
    const before = weightOf(election, claim);
    for (let reports = 1; reports < REPORTS_MAX; reports++) {
      const teller = isOwnOnly || world.random() < OWN_SHARE ? undefined : world.member();
      const share = Math.min(1, Math.max(0, world.came(1, condition) / CLAIMED));
      if (hasVote) election.heard({ claim, reporter: teller?.name ?? OWN, share: told(teller, share) }, NOW_MS);
      if (weightOf(election, claim) <= before / 2) return reports;
    }
    return REPORTS_MAX;
  });
}

const told = (teller: Member | undefined, share: number): number => (teller?.isLiar ? 1 : share);

/** Where the first action does nothing. */
function uselessPlace(world: ReturnType<typeof createWorld>): Condition {
  for (;;) {
    const condition = world.condition();
    if (world.truth(1, condition) < 0) return condition;
  }
}
