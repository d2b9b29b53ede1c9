// The JSON that programs and the gateway exchange, key by key as it stands on the wire (docs/programs.md).
//
// Types alone, and nothing from elsewhere: they are shipped as they stand. What a domain asks for in `where` and `action` is
// its own affair (docs/domains.md), so both are open. Invariant: a key is spelled as in `qis query --json`.

/** At most one of them; none: the gateway of ./qis.yaml, else the one that runs as a service. */
export interface ConnectOptions {
  /** Path of its socket. */
  readonly socket?: string | undefined;
  /** Its configuration file. */
  readonly config?: string | undefined;
  /** Its data folder. */
  readonly data?: string | undefined;
}

/** What is known of a case, by dimension of the domain: a number, a word, yes or no, or several words. */
export type Where = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** What was done, with its parameters. */
export type Action = { readonly name: string } & Readonly<Record<string, string | number>>;

export interface Deposit {
  readonly domain: string;
  readonly where: Where;
  readonly action: Action | string;
  /** On the scale of the domain; 0 to 1 in those that come with qis. */
  readonly score: number;
  readonly effect?: number;
  /** Of the effect; left out where it is not known. */
  readonly standard_error?: number;
  /** Observations behind it, from 1. */
  readonly samples?: number;
  /** 0 to 1. */
  readonly confidence?: number;
}

/** Issued, or kept until its turn comes: then so many go first, and so many seconds that takes (null: the time is not known yet). */
export type Deposited =
  | { readonly state: 'accepted'; readonly id: string }
  | { readonly state: 'waiting'; readonly position: number; readonly wait_s: number | null };

export type DepositResult = Deposited | { readonly state: 'refused'; readonly reason: string };

export interface Question {
  readonly domain: string;
  readonly where?: Where;
  /** 0 to 1. */
  readonly min_confidence?: number;
  /** At most so many packets, 20 unless stated. */
  readonly top?: number;
}

export interface FoundPacket {
  readonly id: string;
  /** Node id of whoever deposited it. */
  readonly origin: string;
  /** 0 to 1. */
  readonly similarity: number;
  /** How many steps the search had to widen before it was found. */
  readonly widened: number;
  readonly score: number;
  readonly confidence: number;
  readonly samples: number;
  /** null: not stated. */
  readonly effect: number | null;
  readonly standard_error: number | null;
  readonly action: Action;
  readonly where: Readonly<Record<string, unknown>>;
  readonly age_s: number;
}

export interface QueryAnswer {
  readonly packets: readonly FoundPacket[];
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Advice {
  readonly action: Action;
  /** null: no effect was stated with its standard error. */
  readonly expected: ({ readonly effect: number } & Interval) | null;
  /** Where the next site will likely be; null with fewer than three. */
  readonly prediction: Interval | null;
  /** Ids of the packets behind it, heaviest first. */
  readonly evidence: readonly string[];
  readonly origins: number;
  /** How much the sites differ, in percent, and the variance between them. */
  readonly i2: number | null;
  readonly tau2: number | null;
  readonly significant: { readonly alone: readonly string[]; readonly together: boolean };
  /** The sites differ so much that not even the direction is known for the next. */
  readonly too_heterogeneous: boolean;
  /** The one packet with most behind it. */
  readonly best_single: FoundPacket;
  readonly left_out: readonly { readonly id: string; readonly reason: string }[];
  readonly widened: number;
}

/** What came of following a packet. */
export interface Report {
  readonly worked: boolean;
  /** The share of the promised effect that came, 0 to 1; 1 or 0 unless stated. */
  readonly share?: number;
}

/** What `qis status --json` shows; the keys named here are always there. */
export type Status = {
  readonly running: true;
  readonly pid: number;
  readonly version: string;
  readonly uptime_s: number;
  readonly name: string;
  readonly node_id: string;
} & Readonly<Record<string, unknown>>;
