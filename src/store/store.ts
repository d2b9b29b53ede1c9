// Keeps what must survive a power cut: packets, the outbox, ids seen, states, keys, verdicts, and the sequence.
//
// One file, one owner, one committer: everything is written inside a job (commit.ts), and what the job stands for is
// acknowledged or sent only after its COMMIT. Methods that write assert that they run inside a job.

import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { assert } from '../core/assert.ts';
import { type Backup, backUp } from './backup.ts';
import { type Committer, createCommitter } from './commit.ts';
import { type Custody, createCustody } from './custody.ts';
import { openDatabase, storePath } from './database.ts';
import { createDepositQueue, type DepositQueue } from './deposit-queue.ts';
import { type HeldPacket, heldByDigits, heldPackets, type Page } from './held.ts';
import { createKeys, type Keys } from './keys.ts';
import { createKnownPackets } from './known-packets.ts';
import { createMeta, readMeta } from './meta.ts';
import { createPackets, type Packets, type StoredPacket } from './packets.ts';
import { createProofs, type Proofs } from './proofs.ts';
import { createSeen, type Seen } from './seen.ts';
import { createSequences, type Sequences } from './sequences.ts';
import { createState, type State } from './state.ts';
import { type StoreSummary, summarise } from './summary.ts';
import { createVerdicts, type Verdicts } from './verdicts.ts';

export interface Store extends Committer, AsyncDisposable {
  readonly path: string;
  /** A sentence for the log when a damaged file was replaced. */
  readonly recovered: string | undefined;
  readonly packets: Packets;
  readonly custody: Custody;
  readonly seen: Seen;
  readonly state: State;
  readonly keys: Keys;
  readonly verdicts: Verdicts;
  readonly proofs: Proofs;
  /** What was deposited here and waits its turn. */
  readonly deposits: DepositQueue;
  readonly sequences: Pick<Sequences, 'begin' | 'peek'>;
  /**
   * Takes the next sequence, has the packet built with it and puts it in the outbox; inside a job. Send the packet only
   * after the COMMIT: a sequence whose job is rolled back is given out again.
   */
  issue(build: (sequence: number) => OwnPacket): StoredPacket;
  /** What the newest of our packets says of its time, Unix seconds. */
  issuedS(): number;
  /** Inside the job that issues it. */
  noteIssued(issuedS: number): void;
  /** The latest time known to have passed, Unix ms: a clock that shows less is wrong. */
  timeFloorMs(): number;
  raiseTimeFloor(nowMs: number): void;
  /** To a lower time, or to 0: what it stood at came of a wrong clock. */
  resetTimeFloor(nowMs: number): void;
  /** Removes what has expired or is over a cap, a bounded amount at a time. @returns packets removed since the last call */
  prune(nowMs: number): number;
  summary(): StoreSummary;
  /** Packets that are held, newest first, with who still owes for them. */
  held(page: Page): HeldPacket[];
  /** Those whose ids begin with these digits, in lower-case hex. */
  heldByDigits(digits: string, limit: number): HeldPacket[];
  /** A copy of the database with the key, as a new file; what is committed meanwhile is in it. @throws OperatingError store_unusable */
  backUp(target: string, backup: Backup): Promise<void>;
}

export type OwnPacket = Pick<
  StoredPacket,
  'id' | 'origin' | 'finding' | 'score' | 'bytes' | 'receivedMs' | 'expiresS' | 'condition'
>;

/** Pages given back to the file system at a time. */
const FREED_PAGES = 1_000;

export interface StoreOptions {
  readonly now: () => number;
  /** False for a key that may have been used with a database that is gone. */
  readonly keyIsNew?: boolean;
}

/**
 * @param folder made when it is missing; ':memory:' for simulations and replays
 * @throws OperatingError store_unusable, already_running
 */
export function openStore(folder: string, { now, keyIsNew = true }: StoreOptions): Store {
  const path = storePath(folder);
  const isLost = !keyIsNew && !existsSync(path);
  const { database, recovered, setAsideAs } = openDatabase(path);
  const committer = createCommitter(database);
  const meta = createMeta(database);
  const known = createKnownPackets(database);
  const packets = createPackets(database, known);
  const custody = createCustody(database, known);
  const sequences = createSequences(database, meta);
  // Acknowledgements are written down later.
  const owedNow = (packet: HeldPacket) => ({ ...packet, owing: custody.standing(packet.id).owing.length });
  if (recovered || isLost) committer.commitNow(() => meta.raise('sequence', safeSequence(setAsideAs, now())));
  return {
    ...committer,
    path,
    recovered,
    packets,
    custody,
    seen: createSeen(known),
    state: createState(database),
    keys: createKeys(database),
    verdicts: createVerdicts(database),
    proofs: createProofs(database),
    deposits: createDepositQueue(database),
    sequences,
    issue: (build) => issue({ sequences, packets }, build),
    issuedS: () => meta.get('issued_s'),
    noteIssued: (issuedS) => meta.set('issued_s', issuedS),
    timeFloorMs: () => meta.get('time_floor_ms'),
    raiseTimeFloor: (nowMs) => meta.raise('time_floor_ms', Math.floor(nowMs)),
    resetTimeFloor: (nowMs) => meta.set('time_floor_ms', Math.floor(nowMs)),
    prune(nowMs) {
      const removed = committer.commitNow(() => packets.prune(nowMs));
      committer.outside(() => database.pragma(`incremental_vacuum(${FREED_PAGES})`));
      return removed;
    },
    summary: () => summarise(database),
    held: (page) => committer.outside(() => heldPackets(database, page)).map(owedNow),
    heldByDigits: (digits, limit) => committer.outside(() => heldByDigits(database, digits, limit)).map(owedNow),
    backUp: (target, backup) => backUp(database, target, backup),
    async [Symbol.asyncDispose]() {
      if (!database.open) return;
      committer.flush();
      // What a full disk keeps from being written costs one more STORE.
      try {
        committer.commitNow(custody.save);
      } finally {
        database.close();
      }
    },
  };
}

function issue(
  tables: { sequences: Sequences; packets: Packets },
  build: (sequence: number) => OwnPacket,
): StoredPacket {
  const packet = { ...build(tables.sequences.next()), own: true, hops: 0, sentMs: undefined };
  assert(tables.packets.add(packet), 'a new packet must have a new id');
  return packet;
}

/**
 * Where to go on after a file was lost: two packets with one sequence would count as proof of a cloned key (protocol
 * section 7). No gateway issues one packet a second, so the time in seconds is past any sequence it used before.
 */
function safeSequence(damagedPath: string | undefined, nowMs: number): number {
  const seconds = Math.floor(nowMs / 1000);
  if (!damagedPath) return seconds;
  try {
    const damaged = new Database(damagedPath, { readonly: true });
    try {
      return Math.max(seconds, readMeta(damaged, 'sequence'));
    } finally {
      damaged.close();
    }
  } catch {
    // Too damaged to tell; the time has to do.
    return seconds;
  }
}
