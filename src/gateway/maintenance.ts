// Keeps which sensors are being worked on, and until when: of those readings are shown, and nothing is concluded.
//
//     begin, end ──> state table ──> isOn (each reading, each look at a channel)      tick ──> which sensors are back
//
// What is left of a maintenance passes as the process does, whatever the clock is set to meanwhile; by the clock it is
// reckoned only after a restart, once the time is known. Invariant: written down before it holds, and never longer than it
// was begun for.
import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/events.ts';
import { timeJumpMsMax } from '../core/limits.ts';
import { maintenanceMsMax } from '../core/load-limits.ts';
import { unlessFull } from '../store/failure.ts';
import type { Store } from '../store/store.ts';
import { savedJson } from './memory.ts';

export interface Maintenance {
  /** Also of a device behind a subscription (`zigbee/Balcony`), when the subscription is. */
  readonly isOn: (sensor: string) => boolean;
  /** From now on, for so many ms of the clock's pace. @returns until when, Unix ms. @throws OperatingError store_unusable */
  begin(sensor: string, forMs: number): number;
  /** With the next tick. @returns false when it was not on. @throws OperatingError store_unusable */
  end(sensor: string): boolean;
  /** Those that are on, in the order they were begun. */
  list(): readonly { readonly sensor: string; readonly untilMs: number; readonly leftMs: number }[];
  /** About once a second. @returns which sensors are back since the last call, if any is */
  tick(): ((sensor: string) => boolean) | undefined;
}

export interface MaintenanceOptions {
  readonly clock: Clock;
  /** Of the process, in ms of the clock's pace. Absent: the clock is never set. */
  readonly uptimeMs?: (() => number) | undefined;
  readonly store: Pick<Store, 'state' | 'commitNow'>;
  readonly emit: Emit;
}

interface Saved {
  readonly forMs: number;
  /** By the clock, Unix ms. */
  untilMs: number;
  /** Whether the time was known when that was reckoned. */
  isTimed: boolean;
}

interface Entry extends Saved {
  leftMs: number;
}

export function openMaintenance({ clock, uptimeMs = clock.now, store, emit }: MaintenanceOptions): Maintenance {
  const entries = new Map<string, Entry>();
  let tickedMs = uptimeMs();
  let isTimeKnown = clock.quality() > 0;
  for (const [sensor, saved] of savedIn(store)) {
    const { forMs, untilMs, isTimed } = saved;
    // Until the time is known again, nobody knows how much of it has passed.
    const leftMs = isTimed && !isTimeKnown ? forMs : Math.min(forMs, untilMs - clock.now());
    entries.set(sensor, { ...saved, leftMs });
    if (leftMs > 0) emit({ type: 'maintenance', sensor, untilMs: clock.now() + leftMs });
  }

  function save(): void {
    const rows = [...entries].map(([sensor, { forMs, untilMs, isTimed }]) => [sensor, { forMs, untilMs, isTimed }]);
    store.commitNow(() => store.state.set('maintenance', JSON.stringify(rows)));
  }

  /** @returns what was there, so that a disk that takes nothing changes nothing */
  function change(sensor: string, entry: Entry): void {
    const before = entries.get(sensor);
    entries.set(sensor, entry);
    try {
      save();
    } catch (error) {
      if (before) entries.set(sensor, before);
      else entries.delete(sensor);
      throw error;
    }
  }

  /** @returns whether its end by the clock has moved: the clock was set, or is known only now */
  function follow(entry: Entry, passedMs: number, wasTimeKnown: boolean): boolean {
    entry.leftMs -= passedMs;
    if (!isTimeKnown && entry.isTimed) return false;
    if (!wasTimeKnown && entry.isTimed) entry.leftMs = Math.min(entry.leftMs, entry.untilMs - clock.now());
    const untilMs = clock.now() + entry.leftMs;
    const isSame = Math.abs(untilMs - entry.untilMs) <= timeJumpMsMax && entry.isTimed === isTimeKnown;
    if (!isSame) Object.assign(entry, { untilMs, isTimed: isTimeKnown });
    return !isSame;
  }

  return {
    isOn: (sensor) => entries.size > 0 && [...entries.keys()].some((name) => isOf(name, sensor)),
    begin(sensor, forMs) {
      const untilMs = clock.now() + forMs;
      change(sensor, { forMs, untilMs, isTimed: clock.quality() > 0, leftMs: forMs });
      emit({ type: 'maintenance', sensor, untilMs });
      return untilMs;
    },
    end(sensor) {
      const entry = entries.get(sensor);
      if (!entry) return false;
      change(sensor, { ...entry, untilMs: 0, leftMs: 0 });
      return true;
    },
    list: () =>
      [...entries].flatMap(([sensor, { leftMs }]) =>
        leftMs > 0 ? [{ sensor, untilMs: clock.now() + leftMs, leftMs }] : [],
      ),
    tick() {
      const [passedMs, wasTimeKnown] = [uptimeMs() - tickedMs, isTimeKnown];
      tickedMs = uptimeMs();
      isTimeKnown = clock.quality() > 0;
      if (entries.size === 0) return undefined;
      const moved = [...entries.values()].filter((entry) => follow(entry, passedMs, wasTimeKnown));
      const over = [...entries].flatMap(([sensor, { leftMs }]) => (leftMs > 0 ? [] : [sensor]));
      for (const sensor of over) {
        entries.delete(sensor);
        emit({ type: 'maintenance', sensor, untilMs: null });
      }
      // What a full disk does not take is over by the clock all the same, after a restart.
      if (moved.length + over.length > 0) unlessFull(save);
      return over.length === 0 ? undefined : (sensor) => over.some((name) => isOf(name, sensor));
    },
  };
}

const isOf = (name: string, sensor: string): boolean => sensor === name || sensor.startsWith(`${name}/`);

/** What fits of what was saved. */
function savedIn(store: MaintenanceOptions['store']): [string, Saved][] {
  const rows = savedJson<unknown>(store, 'maintenance');
  return Array.isArray(rows) ? rows.filter(isRow) : [];
}

function isRow(row: unknown): row is [string, Saved] {
  if (!Array.isArray(row) || typeof row[0] !== 'string' || typeof row[1] !== 'object' || row[1] === null) return false;
  const { forMs, untilMs, isTimed } = row[1] as Partial<Record<keyof Saved, unknown>>;
  return (
    typeof forMs === 'number' &&
    forMs > 0 &&
    forMs <= maintenanceMsMax &&
    Number.isFinite(untilMs) &&
    typeof isTimed === 'boolean'
  );
}
