// The outcomes of one domain that this gateway holds, found by condition: bounded, some 100 bytes each, in typed arrays.
//
//     address (coarse ordinals) ──> conditions ──> packets: id, origin, score, confidence, samples, end
//
// A question goes through the addresses in the order in which the search is widened, and stops when enough was found.
// Packets stay in the database; this is the way to them. Invariant: an id is held once, and what has expired is not found.
import { assert } from '../../core/assert.ts';
import type { Condition } from '../../core/condition.ts';
import type { DomainProfile } from '../../core/domain.ts';
import { storedPacketsMax } from '../../core/limits.ts';
import { NOT_STATED } from '../similarity-scale.ts';
import { Chains } from './chains.ts';
import { flat, type NearnessTo, nearnessTo } from './nearness.ts';
import { type Ranked, Selection, type SelectionLimits } from './selection.ts';
import { TupleTable } from './tuple-table.ts';

export interface HeldOutcome extends Pick<Condition, 'coarse' | 'fine'> {
  /** 16 bytes. */
  readonly id: Buffer;
  /** Node id, 16 bytes. */
  readonly origin: Buffer;
  /** Percent. */
  readonly score: number;
  readonly confidence: number;
  readonly samples: number;
  /** Unix seconds. */
  readonly expiresS: number;
  /** Class of the instrument; 0 is not stated. */
  readonly sensor: number;
}

export interface Question extends SelectionLimits {
  readonly wanted: Condition;
  /** Class of the instrument; any other one is the first step of widening. Absent: any. */
  readonly sensor?: number | undefined;
  /** Percent. */
  readonly confidenceMin: number;
  /** The search is widened until so many were found; absent: `top`. */
  readonly enough?: number | undefined;
  /** No further than this. */
  readonly widenedMax?: number | undefined;
  /** What matches as it is goes first, however little it claims: better claims from further away would push out what is rare. */
  readonly isNearestFirst?: boolean;
  /** The domain as another similarity function of it compares. Absent: the one of the index. */
  readonly by?: DomainProfile | undefined;
  readonly nowS: number;
}

export interface Found {
  readonly id: Buffer;
  readonly similarity: number;
  /** Steps that the search was widened by to find it. */
  readonly widened: number;
}

export interface Held {
  add(outcome: HeldOutcome): void;
  remove(id: Buffer): void;
  /** Gives up what has expired. */
  forget(nowS: number): void;
  /** By similarity x score x confidence x sqrt(samples), the most first. */
  find(question: Question): Found[];
  readonly size: number;
}

export function createHeld(profile: DomainProfile, nearness: NearnessTo = nearnessTo): Held {
  const coarseCount = profile.coarse.length;
  const ids = new TupleTable(4);
  const conditions = new TupleTable(coarseCount + profile.fine.length);
  const addresses = new TupleTable(coarseCount);
  const ofAddress = new Chains();
  const ofCondition = new Chains();
  const columns = new Columns();
  const before = (a: number, b: number): boolean => {
    for (let i = 0; i < 4; i++) {
      const difference = ids.values[4 * a + i]! - ids.values[4 * b + i]!;
      if (difference !== 0) return difference < 0;
    }
    return false;
  };

  function drop(row: number): void {
    const condition = columns.condition[row]!;
    ids.forget(row);
    columns.expiresS[row] = 0;
    if (!ofCondition.leave(condition, row)) return;
    const start = condition * conditions.width;
    const address = addresses.find(conditions.values.subarray(start, start + coarseCount));
    conditions.forget(condition);
    if (ofAddress.leave(address, condition)) addresses.forget(address);
  }

  /** Of each address the steps that it needs at least. */
  function levelsOf(widenedOf: (ordinals: Uint32Array, from: number) => number): Uint8Array {
    const levels = new Uint8Array(addresses.limit);
    for (let address = 0; address < levels.length; address++)
      levels[address] = ofAddress.first(address) < 0 ? NONE : widenedOf(addresses.values, address * coarseCount);
    return levels;
  }

  return {
    get size() {
      return ids.size;
    },
    add(outcome) {
      const words = wordsOf(outcome.id);
      if (ids.find(words) >= 0) return;
      assert(ids.size < storedPacketsMax, 'no more is held than is stored');
      const row = ids.enter(words);
      const ordinals = flat(profile, outcome);
      const isNew = conditions.find(ordinals) < 0;
      const condition = conditions.enter(ordinals);
      if (isNew) ofAddress.join(addresses.enter(ordinals.subarray(0, coarseCount)), condition);
      ofCondition.join(condition, row);
      columns.set(row, condition, outcome);
    },
    remove(id) {
      const row = ids.find(wordsOf(id));
      if (row >= 0) drop(row);
    },
    forget(nowS) {
      for (let row = 0; row < ids.limit; row++) {
        const endS = columns.expiresS[row]!;
        if (endS !== 0 && endS <= nowS) drop(row);
      }
    },
    find(question) {
      const { wanted, confidenceMin, nowS, top, perOrigin, enough = top, sensor = 0, by = profile } = question;
      const near = nearness(by, wanted);
      const shift = sensor === 0 ? 0 : 1;
      // Whoever wants none but what is near has enough at once.
      const widenedMax = question.isNearestFirst && enough < 1 ? 0 : question.widenedMax;
      const steps = Math.min(near.steps + shift, widenedMax ?? Number.POSITIVE_INFINITY);
      const levels = levelsOf(near.widenedOf);
      const best = new Selection({ top, perOrigin }, before);
      /** Found on the way to what matches already, by the steps that it takes; and how many those are. */
      const later = Array.from({ length: steps + 1 }, () => ({
        found: 0,
        best: new Selection({ top, perOrigin }, before),
      }));
      let found = 0;
      let step = 0;
      let nearest: readonly Ranked[] = [];
      const visit = (condition: number) => {
        let isHeldAgainst = false;
        for (let row = ofCondition.first(condition); row >= 0; row = ofCondition.after(row)) {
          if (columns.expiresS[row]! <= nowS || columns.confidence[row]! < confidenceMin) continue;
          const merit = columns.meritOf(row);
          // However alike it were: enough was found, and what was found is better.
          if (found >= enough && merit < best.floor) continue;
          if (!isHeldAgainst) near.hold(conditions.values, condition * conditions.width);
          isHeldAgainst = true;
          const share = sensor === 0 ? 1 : instrumentShare(sensor, columns.sensor[row]!);
          const widened = near.widened > 0 ? near.widened + shift : share < NOT_STATED ? 1 : 0;
          if (widened > steps) continue;
          const similarity = near.similarity * share;
          const rank = similarity * merit;
          if (found >= enough && rank < best.floor) continue;
          const to = widened <= step ? best : later[widened]!.best;
          if (widened <= step) found++;
          else later[widened]!.found++;
          if (rank >= to.floor) to.offer({ row, origin: columns.origin[row]!, rank, similarity, widened });
        }
      };
      for (; step <= steps && (step === 0 || found < Math.max(1, enough)); step++) {
        found += later[step]!.found;
        for (const one of later[step]!.best.list()) best.offer(one);
        // Another class of instruments is a step of its own, behind which those of the domain come.
        const level = step === 0 ? 0 : step > shift ? step - shift : NONE;
        for (
          let address = levels.indexOf(level);
          level !== NONE && address >= 0;
          address = levels.indexOf(level, address + 1)
        )
          for (let at = ofAddress.first(address); at >= 0; at = ofAddress.after(at)) visit(at);
        if (step === 0 && question.isNearestFirst) nearest = [...best.list()];
      }
      const further = best.list().filter(({ widened }) => widened > 0 || nearest.length === 0);
      const all = [...nearest, ...further].slice(0, top);
      return all.map(({ row, similarity, widened }) => ({ id: idOf(ids.values, row), similarity, widened }));
    },
  };
}

/** Of an address that nothing is held under; no domain has so many steps. */
const NONE = 255;

/** Another class of instruments errs in other ways. */
const OTHER_INSTRUMENT = 0.5;

function instrumentShare(wanted: number, sensor: number): number {
  return sensor === wanted ? 1 : sensor === 0 ? NOT_STATED : OTHER_INSTRUMENT;
}

/** What is known of a packet beside its id. */
class Columns {
  condition = new Int32Array(64);
  expiresS = new Uint32Array(64);
  samples = new Uint32Array(64);
  sensor = new Uint32Array(64);
  /** The first 48 bits of the node id: nobody makes a key that shares them with another one. */
  origin = new Float64Array(64);
  score = new Uint8Array(64);
  confidence = new Uint8Array(64);

  set(row: number, condition: number, { expiresS, samples, sensor, origin, score, confidence }: HeldOutcome): void {
    if (row >= this.condition.length) this.#grow(2 * this.condition.length);
    this.condition[row] = condition;
    this.expiresS[row] = expiresS;
    this.samples[row] = samples;
    this.sensor[row] = sensor;
    this.origin[row] = origin.readUIntBE(0, 6);
    this.score[row] = score;
    this.confidence[row] = confidence;
  }

  meritOf(row: number): number {
    return (this.score[row]! / 100) * (this.confidence[row]! / 100) * Math.sqrt(this.samples[row]!);
  }

  #grow(length: number): void {
    this.condition = enlarged(this.condition, new Int32Array(length));
    this.expiresS = enlarged(this.expiresS, new Uint32Array(length));
    this.samples = enlarged(this.samples, new Uint32Array(length));
    this.sensor = enlarged(this.sensor, new Uint32Array(length));
    this.origin = enlarged(this.origin, new Float64Array(length));
    this.score = enlarged(this.score, new Uint8Array(length));
    this.confidence = enlarged(this.confidence, new Uint8Array(length));
  }
}

function enlarged<T extends { set(from: ArrayLike<number>): void }>(column: T & ArrayLike<number>, larger: T): T {
  larger.set(column);
  return larger;
}

function wordsOf(id: Buffer): Uint32Array {
  return Uint32Array.of(id.readUInt32BE(0), id.readUInt32BE(4), id.readUInt32BE(8), id.readUInt32BE(12));
}

function idOf(values: Uint32Array, row: number): Buffer {
  const id = Buffer.alloc(16);
  for (let i = 0; i < 4; i++) id.writeUInt32BE(values[4 * row + i]!, 4 * i);
  return id;
}
