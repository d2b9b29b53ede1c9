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
  | { readonly registry: readonly string[] };

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

export interface DomainProfile {
  readonly name: string;
  /** As packets carry it: the registered number, or the name where none is registered. */
  readonly id: Domain;
  /** Ordinal = index + 1. */
  readonly phenomena: readonly Phenomenon[];
  readonly coarse: readonly Dimension[];
  readonly fine: readonly Dimension[];
  /** Advised actions by code; 0 is none. */
  readonly actions: readonly string[];
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

/** Values a condition is made from; absent ones become ordinal 0. */
export type Attributes = Readonly<Record<string, number | undefined>>;

/** The phenomenon a condition of the domain speaks of: its first coarse ordinal. Undefined where there is none such. */
export function phenomenonOf(
  profile: DomainProfile,
  { coarse }: { coarse: readonly number[] },
): Phenomenon | undefined {
  return profile.phenomena[(coarse[0] ?? 0) - 1];
}
