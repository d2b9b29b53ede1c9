// A condition: what the world was like when something was concluded, as ordinals. Its hash is an address.
//
// Ordinals start at 1; 0 means "not stated". A domain profile gives them their meaning (domain.ts).

/** Registered number, or a name of 1 to 16 characters for a domain that is not registered. */
export type Domain = number | string;

export interface Condition {
  readonly domain: Domain;
  /** 1 to 4 ordinals that form the address. */
  readonly coarse: readonly number[];
  /** 0 to 8 ordinals of detail. */
  readonly fine: readonly number[];
}

/** Findings by number (protocol section 2). */
export const FINDINGS = ['event', 'fault', 'cleared', 'confirm', 'refute', 'verdict', 'level', 'outcome'] as const;
export type FindingName = (typeof FINDINGS)[number];
/** `later`: that of a packet of a later version. */
export type ShownFinding = FindingName | 'later';

export const FINDING = {
  event: 0,
  fault: 1,
  cleared: 2,
  confirm: 3,
  refute: 4,
  verdict: 5,
  level: 6,
  outcome: 7,
} as const;
