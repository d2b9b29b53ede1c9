// A domain profile: what experts of a field say about which conditions are alike. Pure data.
//
// It names the phenomena, and the ordered dimensions of a condition: coarse ones, which form the address, then fine
// ones. Each dimension says which attribute it is made from, how that falls into buckets, how two buckets compare and
// how much that counts. Routing knows none of this; another domain is another data file.
import type { Domain } from './condition.ts';
import type { Quantity } from './quantities.ts';

/** How an attribute becomes an ordinal (1-based). */
export type Buckets =
  /** Equal cells from `start`; the last one is closed. */
  | { readonly cells: { readonly start: number; readonly width: number; readonly count: number } }
  /** The part of its cell the value lies in: refines the dimension named in `refines`. */
  | { readonly parts: number }
  /** One more than the number of edges that are <= the value; ascending. */
  | { readonly edges: readonly number[] }
  /** A value that is an ordinal already, from a registry of the domain. */
  | { readonly registry: readonly string[] }
  /** An open vocabulary: the ordinal is a hash of the word (protocol section 3). These are the ones with a known spelling. */
  | { readonly words: readonly string[] };

/** How alike two words of an open vocabulary are, 0 to 1; a word is 1 to itself, words that are not named are 0 to others. */
export type Kinship =
  /** Each pair once, in either order. */
  | { readonly table: Readonly<Record<string, Readonly<Record<string, number>>>> }
  /** One vector a word, all of one length: the cosine, not below 0. */
  | { readonly vectors: Readonly<Record<string, readonly number[]>> };

export interface Dimension {
  readonly name: string;
  /** The attribute it is made from, for example `latitude` or `severity`. */
  readonly attribute: string;
  readonly buckets: Buckets;
  /** Name of the coarse dimension whose cell this one divides. */
  readonly refines?: string;
  readonly distance: 'categorical' | 'ordinal' | 'circular';
  /** Share in the similarity; 0 where a refining dimension carries it. */
  readonly weight: number;
  /** Buckets apart up to which two conditions still match; similarity falls to 0 just beyond. Absent: any. */
  readonly tolerance?: number;
  /** Which item of an attribute that is a list, from 0. */
  readonly item?: number;
  /** Of words: which are akin. Absent: none. */
  readonly kin?: Kinship;
  /** Added to a domain later: not stated, it is left out of the end of a condition, so that older ones keep their address and bytes. */
  readonly isLate?: boolean;
}

export interface Phenomenon {
  readonly name: string;
  readonly quantity: Quantity;
  /** Packet values are `value / scale`, rounded: 0.1 keeps one decimal. */
  readonly scale: number;
  /** Rising edges between severity classes 1..n+1, in the unit of the quantity. */
  readonly levels: readonly number[];
  /** A level that is an event by itself, however slowly it is reached. Absent: only a departure from what is usual is one. */
  readonly alarm?: number;
  /** Which way an event goes. */
  readonly direction: 'rise' | 'both';
  /** Watched unless the configuration says otherwise. */
  readonly watched: boolean;
}

/** One parameter of an action. A packet carries numbers as `value / scale`, words as their place in the list or as a hash. */
export interface ActionParameter {
  readonly name: string;
  readonly unit?: string;
  /** Of a number; absent: it is a word. */
  readonly scale?: number;
  /** Known words, by ordinal from 1; any other is carried as a hash. */
  readonly words?: readonly string[];
  /** How several are made one: rates by their geometric mean, other numbers by the arithmetic one, words by the most frequent. */
  readonly combine: 'geometric' | 'arithmetic' | 'mode';
}

/** What is advised, or what somebody did; its code is its place in the list of the domain. */
export interface DomainAction {
  readonly name: string;
  /** At most 8. */
  readonly parameters?: readonly ActionParameter[];
}

/** What a domain of outcomes says of what is deposited in it. */
export interface DepositRules {
  /** Attributes that a deposit may state; the others stay 0. */
  readonly where: readonly string[];
  /** Attributes that it must state. */
  readonly required: readonly string[];
  /** What came of it: packets carry `effect / scale` and the standard error in the same unit. */
  readonly effect: { readonly unit: string; readonly scale: number; readonly better: 'higher' | 'lower' };
  /** What stands for 0 and for 100 percent of the score. */
  readonly score: { readonly min: number; readonly max: number };
  /** With fewer observations nothing is published. */
  readonly samplesMin: number;
  /** What a packet of this domain tells a stranger, in sentences. */
  readonly privacy: readonly string[];
}

/** One way to say which conditions are alike. Weights, tolerances and kinship may differ; names, buckets and addresses do not. */
export interface SimilarityWay {
  readonly name: string;
  readonly coarse: readonly Dimension[];
  readonly fine: readonly Dimension[];
  /** Absolute path of a module that compares instead; the dimensions stand in for it while it cannot. */
  readonly module?: string;
}

export interface DomainProfile {
  readonly name: string;
  /** As packets carry it: the registered number, or the name where none is registered. */
  readonly id: Domain;
  /** Ordinal = index + 1. None where nothing is measured: then packets come from programs alone. */
  readonly phenomena: readonly Phenomenon[];
  readonly coarse: readonly Dimension[];
  readonly fine: readonly Dimension[];
  /** At most 4, the one in use first; its dimensions are those above. Absent: these alone. */
  readonly similarities?: readonly SimilarityWay[];
  /** Actions by code; 0 is none. */
  readonly actions: readonly DomainAction[];
  /** Where any word may be an action: its code is the hash of the word, and these are its parameters. */
  readonly openActions?: readonly ActionParameter[];
  /** Absent: nobody deposits anything here; all packets are made from sensors. */
  readonly deposits?: DepositRules;
  /** Two findings speak of the same thing when their onsets lie within this many seconds of what travel explains. */
  readonly onsetToleranceS: number;
  /** Speed at which a phenomenon is taken to travel until two sightings tell better, in m/s. */
  readonly travelSpeedMps: number;
  /** How far a sighting says anything about another place, in metres. */
  readonly reachM: number;
  /** Within this distance a healthy station must see the same thing sooner or later, in metres. */
  readonly nearM: number;
  /** Hours a packet lives after issue, by finding. */
  readonly lifetimeH: Readonly<Record<string, number>>;
}

/** Whether sensors make packets of the domain: then its first coarse dimension is the phenomenon. */
export const isMeasured = ({ phenomena }: Pick<DomainProfile, 'phenomena'>): boolean => phenomena.length > 0;

/** Values a condition is made from; absent ones become ordinal 0. */
export type Attributes = Readonly<Record<string, number | undefined>>;

/** The phenomenon a condition of the domain speaks of: its first coarse ordinal. Undefined where there is none such. */
export function phenomenonOf(
  profile: DomainProfile,
  { coarse }: { coarse: readonly number[] },
): Phenomenon | undefined {
  return profile.phenomena[(coarse[0] ?? 0) - 1];
}
