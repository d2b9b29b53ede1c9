// The ledger holds who owes an acknowledgement for what: the store in a gateway, memory in a simulation.
//
// Invariant: what is owed is written inside a job, so that what is owed is on disk with the packet or not at all.

export interface Ledger {
  commitNow<T>(job: () => T): T;
  /** Grouped with what else is written; resolves after the commit. */
  commit<T>(job: () => T): Promise<T>;
  readonly custody: {
    /** No-op when the neighbour has it, or owes for it already. */
    owe(id: Buffer, peer: Buffer, dueMs: number): void;
    /** Not lost when it runs outside of a job; written with the next one. @returns false when no such packet is held */
    settle(id: Buffer, peer: Buffer): boolean;
    /** Node ids of those who owe for a packet, and of those who have it. */
    standing(id: Buffer): { readonly owing: readonly Buffer[]; readonly has: readonly Buffer[] };
    /** The neighbour owes nothing any more for the packets of one origin. @param origin public key, 32 bytes */
    forgive(origin: Buffer, peer: Buffer): void;
    /** What one neighbour owes for, due and not expired: our own first, then the origins in turn (core/turns.ts). */
    due(peer: Buffer, nowMs: number, limit: number): Owed[];
    /** It was sent again. Writes nothing. */
    postpone(owed: Owed, dueMs: number): void;
    /** What waits for a later attempt is due now; of a neighbour that was away all it owes. Writes nothing. */
    hurry(peer: Buffer, nowMs: number, wasAway?: boolean): void;
  };
  readonly packets: {
    /** The newest that have not expired, the oldest of them first; of one origin a quarter, where others have as much. */
    recent(nowMs: number, limit: number): { id: Buffer; origin: Buffer; bytes: Buffer; hops: number }[];
  };
}

/** A packet that one neighbour has not acknowledged. */
export interface Owed {
  readonly id: Buffer;
  /** Node id of the neighbour. */
  readonly peer: Buffer;
  /** How often it was sent again. */
  readonly attempts: number;
  readonly bytes: Buffer;
  /** As it is sent: 0 for our own. */
  readonly hops: number;
}
