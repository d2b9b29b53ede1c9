// Whether a finding that was seen once is still found after a million common ones came: by the rules of the store for who gives
// way, and the index that answers; once where its marker is part of the condition, once where it is not.

import { givingWay } from '../../src/core/turns.ts';
import { FINETUNE } from '../../src/distill/finetune.ts';
import { wordOrdinal } from '../../src/packet/word.ts';
import { seededRandom } from '../../src/sim/random.ts';
import type { Known, Origin } from '../../src/store/known-packets.ts';
import { rarePackets } from '../../src/store/rare-packets.ts';
import { createHeld } from '../../src/synthesize/held/held.ts';

const NOW_S = 1_800_000_000;
const ORIGINS = 500;
/** Common conditions; a few of them are most of all there is. */
const TASKS = Array.from({ length: 20 }, (_, n) => wordOrdinal(`task ${n}`));
const TAGS = Array.from({ length: 20 }, (_, n) => wordOrdinal(`tag ${n}`));

export interface RareOptions {
  readonly seed: number;
  /** Common findings. */
  readonly count: number;
  readonly storedMax: number;
  /** Rare ones of either kind, each seen once, at any time. */
  readonly rare: number;
}

interface Finding {
  readonly known: Known;
  readonly condition: { readonly coarse: readonly number[]; readonly fine: readonly number[] };
}

/** Shares of the rare ones that are still held, and that are among the first 20 answers to who asks under their condition. */
export function rareFindings({ seed, count, storedMax, rare }: RareOptions) {
  const random = seededRandom(seed);
  const origins: Origin[] = Array.from({ length: ORIGINS }, (_, n) => ({
    key: `${n}`,
    ids: 0,
    rows: 0,
    owedRows: 0,
    credit: 1,
  }));
  const held = createHeld(FINETUNE);
  let stored: Known[] = [];
  let made = 0;

  function enter(coarse: readonly number[]): Finding {
    const condition = { coarse, fine: FINETUNE.fine.map(() => 0) };
    const id = Buffer.alloc(16);
    id.writeUInt32BE(made, 0);
    const origin = origins[Math.floor(random() * ORIGINS)]!;
    const state = { isOwn: false, isLater: false, isStored: true, nearerCopies: 0, debts: 0, worth: 1 };
    const figures = { urgency: 2, score: 50, expiresS: NOW_S, hops: 1, condition: coarse.join() };
    const known = { n: made++, id: id.toString('latin1'), origin, ...figures, ...state };
    stored.push(known);
    const key = Buffer.alloc(16, Number(origin.key) % 251);
    const said = {
      score: Math.floor(100 * random()),
      confidence: 80,
      samples: 1 + Math.floor(50 * random()),
      sensor: 0,
    };
    held.add({ id, origin: key, ...condition, ...said, expiresS: NOW_S + 1 });
    if (stored.length > storedMax) makeRoom();
    return { known, condition };
  }

  function makeRoom(): void {
    const kept = rarePackets(stored, storedMax);
    const common = stored.filter((one) => !kept.has(one));
    const gone = givingWay(common, {
      originOf: ({ origin }) => origin,
      count: stored.length - storedMax + storedMax / 100,
    });
    for (const one of gone) {
      one.isStored = false;
      held.remove(Buffer.from(one.id, 'latin1'));
    }
    stored = stored.filter((one) => !gone.has(one));
  }

  const common = () => [TASKS[Math.floor(random() ** 2 * 20)]!, TAGS[Math.floor(random() ** 2 * 20)]!];
  const at = new Map(Array.from({ length: 2 * rare }, (_, n) => [Math.floor(random() * count), n] as const));
  const [marked, unmarked]: [Finding[], Finding[]] = [[], []];
  for (let n = 0; n < count; n++) {
    const seen = at.get(n);
    if (seen === undefined) enter(common());
    else if (seen < rare) marked.push(enter([TASKS[seen % 20]!, wordOrdinal(`marker ${seen}`)]));
    else unmarked.push(enter(common()));
  }
  const shareOf = (some: readonly Finding[], is: (one: Finding) => boolean) => some.filter(is).length / some.length;
  const isFound = ({ known, condition }: Finding) =>
    held
      .find({
        wanted: { domain: FINETUNE.id, ...condition },
        top: 20,
        confidenceMin: 0,
        nowS: NOW_S,
        isNearestFirst: true,
      })
      .some(({ id }) => id.toString('latin1') === known.id);
  const shares = (some: readonly Finding[]) => ({
    seen: some.length,
    held: shareOf(some, ({ known }) => known.isStored),
    found: shareOf(some, isFound),
  });
  return { among: count, stored: storedMax, marker_in_condition: shares(marked), marker_nowhere: shares(unmarked) };
}
