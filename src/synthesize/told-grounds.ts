// Keeps why alarms and early warnings were told, under ids that an operator can type: no packet has to come of either.
//
// Invariant: at most explanationsMax of each, in memory alone; what is told, and when, changes by nothing.
import type { AlarmKind } from '../core/events.ts';
import { explanationsMax } from '../core/explain-limits.ts';
import { shortId } from '../core/short-id.ts';
import type { Advisory } from './advisor.ts';
import type { AlarmTold } from './alarm/alarm-outcome.ts';
import { createNewest } from './newest.ts';

export interface AlarmExplanation extends Omit<AlarmTold, 'kind'> {
  readonly kind: 'alarm';
  readonly id: string;
  readonly told: AlarmKind;
  readonly phenomenon: string;
  readonly sensor: string;
  /** Of all values. */
  readonly unit: string;
  /** When it was told, Unix ms. */
  readonly timeMs: number;
}

export interface AdvisoryExplanation extends Advisory {
  readonly id: string;
  readonly timeMs: number;
}

export interface ToldGrounds {
  /** @returns the id it has from now on, 8 hex digits */
  alarm(told: AlarmTold, where: Pick<AlarmExplanation, 'phenomenon' | 'sensor' | 'unit' | 'timeMs'>): string;
  advisory(advisory: Advisory, timeMs: number): string;
  /** Those whose id begins like this. */
  explain(prefix: string): (AlarmExplanation | AdvisoryExplanation)[];
}

export function createToldGrounds(): ToldGrounds {
  const alarms = createNewest<AlarmExplanation>(explanationsMax);
  const advisories = createNewest<AdvisoryExplanation>(explanationsMax);
  return {
    alarm({ kind: told, ...rest }, where) {
      const id = shortId(['alarm', told, where.phenomenon, where.sensor, where.timeMs].join('/'));
      alarms.set(id, { kind: 'alarm', id, told, ...where, ...rest });
      return id;
    },
    advisory(advisory, timeMs) {
      const id = shortId(['advisory', advisory.quantity, timeMs, ...advisory.evidence].join('/'));
      advisories.set(id, { ...advisory, id, timeMs });
      return id;
    },
    explain: (prefix) => [...alarms.startingWith(prefix), ...advisories.startingWith(prefix)],
  };
}
