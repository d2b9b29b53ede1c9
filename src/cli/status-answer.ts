// The members of a status that its screen is made of, as `qis status --json` has them.
//
// Whoever answers may be of another version, so each of them may be absent. Invariant: times are RFC 3339, null: not yet.
import type { LinkHealth, SensorHealth, State } from '../observe/health.ts';

type Time = string | null;

export interface ShownConclusion {
  readonly time: Time;
  readonly id: string | null;
  readonly words: string;
}

export interface SensorRow extends SensorHealth {
  readonly trouble?: boolean;
  readonly last_good?: Time;
  /** Of what it learns before it speaks of events. */
  readonly learned_s?: number | null;
  readonly learns_s?: number | null;
}

export interface LinkRow extends LinkHealth {
  readonly trouble?: boolean;
  readonly key?: string | null;
  readonly session?: boolean;
  readonly heard?: Time;
  /** Packets that it has not acknowledged. */
  readonly owed?: number;
}

export interface ReadingRow {
  readonly sensor: string;
  readonly quantity: string;
  readonly unit: string;
  readonly value: number;
  readonly quality: string;
  readonly time: Time;
  readonly good: { readonly value: number; readonly time: Time } | null;
}

export interface StatusAnswer {
  readonly running?: boolean;
  readonly state?: State;
  readonly problems?: readonly string[];
  readonly name?: string;
  /** Of one that does not run. */
  readonly gateway?: string;
  readonly public_key?: string | null;
  readonly version?: string;
  readonly now?: string;
  readonly started?: Time;
  readonly uptime_s?: number;
  readonly time?: { readonly problem?: string | null; readonly source?: string };
  readonly held?: number;
  readonly gauges?: { readonly conclusions_waiting?: number | null; readonly deposits_waiting?: number | null };
  readonly sensors?: readonly SensorRow[];
  readonly channels?: readonly { readonly sensor: string; readonly quantity: string }[];
  readonly readings?: readonly ReadingRow[];
  readonly links?: readonly LinkRow[];
  readonly store?: { readonly problem?: string | null; readonly unsent?: number };
  readonly stored?: { readonly packets: number; readonly unsent: number } | null;
  readonly conclusions?: readonly ShownConclusion[];
  readonly last_day?: Readonly<Record<string, number>>;
}
