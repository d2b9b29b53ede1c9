// What each neighbour owes and what it has, in memory: when to ask again, whose turn it is, and what goes when there is too much.
//
// A debt that stands for no row on disk (its job was rolled back) costs an attempt, and custody.ts drops it when it counts
// them. Invariant: a packet is counted as owed once for each neighbour that owes for it.
import { givingWay, type Waiting } from '../core/turns.ts';
import { type Known, type KnownPackets, worthOf } from './known-packets.ts';

export interface Debt extends Waiting {
  readonly packet: Known;
  readonly peer: Buffer;
  dueMs: number;
  attempts: number;
}

interface Account {
  readonly node: Buffer;
  readonly open: Map<Known, Debt>;
  readonly settled: Set<Known>;
  /** When each origin had its last turn. */
  readonly served: Map<string, number>;
  /** When it came back; what was sent before may be lost. */
  backMs: number;
}

/** Origins whose turns are kept; more begin anew. */
const SERVED_MAX = 1_024;

export interface Debts {
  readonly size: number;
  of(peer: Buffer): Readonly<Account>;
  all(): IteratorObject<Debt>;
  /** @returns false when it owes for it or has it already */
  open(packet: Known, peer: Buffer, dueMs: number): boolean;
  /** @returns false when it was known to have it */
  settle(packet: Known, peer: Buffer): boolean;
  /** Node ids of those who owe for it, and of those who have it. */
  about(packet: Known): { readonly open: readonly Buffer[]; readonly has: readonly Buffer[] };
  drop(packet: Known, peer: Buffer): void;
  postpone(packet: Known, peer: Buffer, dueMs: number): void;
  /** @param at `laterThanMs`: what is due no later than this stays as it is */
  hurry(peer: Buffer, at: { readonly nowMs: number; readonly laterThanMs: number }): void;
  /** What is over the cap, and a hundredth more: the least urgent, of greedy origins first; ours when nothing else is left. */
  excess(): Debt[];
  /** Node ids of those who owe or have anything. */
  peers(): Buffer[];
  /** Forgets who has what came before. */
  forgetBefore(n: number): void;
}

export function createDebts(known: Pick<KnownPackets, 'charge'>, rowsMax: number): Debts {
  const accounts = new Map<string, Account>();
  let size = 0;
  let turn = 0;

  function of(peer: Buffer): Account {
    const key = peer.toString('latin1');
    const fresh = { node: Buffer.from(peer), open: new Map(), settled: new Set<Known>(), served: new Map(), backMs: 0 };
    const account = accounts.get(key) ?? fresh;
    accounts.set(key, account);
    return account;
  }

  function drop(packet: Known, peer: Buffer): void {
    if (!of(peer).open.delete(packet)) return;
    known.charge(packet, -1);
    size--;
  }

  function* all(): Generator<Debt> {
    for (const { open } of accounts.values()) yield* open.values();
  }

  return {
    get size() {
      return size;
    },
    of,
    all,
    open(packet, peer, dueMs) {
      const account = of(peer);
      if (account.open.has(packet) || account.settled.has(packet)) return false;
      const { isOwn, urgency, n } = packet;
      const score = packet.score * worthOf(packet);
      const debt = { packet, peer, dueMs, attempts: 0, isOwn, urgency, score, n, origin: packet.origin.key };
      account.open.set(packet, debt);
      known.charge(packet, 1);
      size++;
      return true;
    },
    settle(packet, peer) {
      const { settled } = of(peer);
      drop(packet, peer);
      if (settled.has(packet)) return false;
      settled.add(packet);
      return true;
    },
    about(packet) {
      const all = [...accounts.values()];
      const nodes = (chosen: readonly Account[]) => chosen.map(({ node }) => node);
      return {
        open: nodes(all.filter(({ open }) => open.has(packet))),
        has: nodes(all.filter(({ settled }) => settled.has(packet))),
      };
    },
    drop,
    postpone(packet, peer, dueMs) {
      const { open, served } = of(peer);
      const debt = open.get(packet);
      if (!debt) return;
      debt.dueMs = dueMs;
      debt.attempts++;
      if (served.size >= SERVED_MAX) served.clear();
      served.set(debt.origin, ++turn);
    },
    hurry(peer, { nowMs, laterThanMs }) {
      const account = of(peer);
      if (laterThanMs === nowMs) account.backMs = nowMs;
      for (const debt of account.open.values()) {
        if (debt.dueMs <= laterThanMs) continue;
        debt.dueMs = nowMs;
        debt.attempts = 0;
      }
    },
    excess() {
      if (size <= rowsMax) return [];
      const wanted = size - rowsMax + Math.floor(rowsMax / 100);
      const ofOthers = [...all().filter(({ isOwn }) => !isOwn)].sort(leastFirst);
      const chosen = [...givingWay(ofOthers, { originOf, count: wanted })];
      const ours = [...all().filter(({ isOwn }) => isOwn)].sort(leastFirst);
      return [...chosen, ...ours.slice(0, Math.max(0, size - rowsMax - chosen.length))];
    },
    peers: () => [...accounts.values()].map(({ node }) => node),
    forgetBefore(n) {
      for (const [key, { open, settled }] of accounts) {
        for (const packet of settled) if (packet.n < n) settled.delete(packet);
        if (open.size === 0 && settled.size === 0) accounts.delete(key);
      }
    },
  };
}

const originOf = ({ origin }: Debt): string => origin;
const leastFirst = (a: Debt, b: Debt): number => a.urgency - b.urgency || a.n - b.n;
