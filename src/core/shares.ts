// Divides a number of places among accounts: each one that is known keeps some, the rest goes to whoever comes first.
//
//     |  kept for a  |  kept for b  |  kept for c  |        free for all        |
//
// Invariant: while every taker asks first, no account ever finds its own kept places taken by another.
import { assert } from './assert.ts';

export interface SharesOptions {
  /** Places there are. */
  readonly max: number;
  /** Kept for each of the accounts, where there is room for that; at most half of all places are kept. */
  readonly keptEach: number;
  readonly accounts: readonly string[];
}

export class Shares {
  readonly #max: number;
  readonly #kept: number;
  readonly #taken: Map<string, number>;

  constructor({ max, keptEach, accounts }: SharesOptions) {
    this.#max = max;
    this.#kept = Math.min(keptEach, Math.floor(max / 2 / Math.max(1, accounts.length)));
    this.#taken = new Map(accounts.map((name) => [name, 0]));
  }

  /** Whether an account may have so many more. One that is not known keeps nothing. */
  hasRoom(account: string, more = 1): boolean {
    let elsewhere = 0;
    for (const [name, taken] of this.#taken) if (name !== account) elsewhere += Math.max(taken, this.#kept);
    return elsewhere + this.of(account) + more <= this.#max;
  }

  take(account: string, more = 1): void {
    this.#taken.set(account, this.of(account) + more);
  }

  give(account: string, back = 1): void {
    assert(back <= this.of(account), 'nobody gives back more than was taken');
    this.take(account, -back);
  }

  /** What an account has now. */
  of(account: string): number {
    return this.#taken.get(account) ?? 0;
  }

  get total(): number {
    return [...this.#taken.values()].reduce((sum, taken) => sum + taken, 0);
  }
}
