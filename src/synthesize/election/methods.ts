// Learns what an action is worth near a condition: by what came for those who did it under conditions like that.
//
// Each report counts by how alike its condition is to the one that is asked about, by whose it is and by how old it is. The
// weight is twice the posterior mean under a flat prior, and at most 1: an action loses where less than half of what was
// promised came, whoever promised it. Invariant: others' reports never push out our own, and of the others' those of
// whoever has most give way first.
import type { Condition } from '../../core/condition.ts';
import { methodReportsMax } from '../../core/election-limits.ts';
import type { Report } from './report.ts';
import { STANDING, type Standings } from './standings.ts';

/** Plain JSON. */
export interface MethodReport {
  readonly reporter: string;
  readonly action: number;
  readonly condition: Condition;
  readonly share: number;
  readonly atMs: number;
}

export type Likeness = (a: Condition, b: Condition) => number;

export interface Methods {
  note(report: Report, nowMs: number): void;
  /** Above 0 to 1. */
  weightOf(action: number, at: Condition, how: { readonly likeness: Likeness; readonly nowMs: number }): number;
  state(): MethodReport[];
}

export interface MethodsOptions {
  readonly own: string;
  readonly voiceOf: Standings['voiceOf'];
  readonly saved?: readonly MethodReport[] | undefined;
}

export function createMethods({ own, voiceOf, saved = [] }: MethodsOptions): Methods {
  const ours = saved.filter(({ reporter }) => reporter === own);
  const others = saved.filter(({ reporter }) => reporter !== own);

  return {
    note({ claim: { action, condition }, reporter, share }, nowMs) {
      if (voiceOf(reporter) === 0) return;
      const reports = reporter === own ? ours : others;
      reports.push({ reporter, action, condition, share, atMs: nowMs });
      if (reports.length > methodReportsMax) reports.splice(oldestOfMost(reports), 1);
    },
    weightOf(action, at, { likeness, nowMs }) {
      let [came, all] = [1, 2];
      for (const reports of [ours, others]) {
        for (const one of reports) {
          if (one.action !== action) continue;
          const age = Math.max(0, nowMs - one.atMs) / STANDING.halfLifeMs;
          const weight = likeness(one.condition, at) * voiceOf(one.reporter) * 2 ** -age;
          came += weight * one.share;
          all += weight;
        }
      }
      return Math.min(1, (2 * came) / all);
    },
    state: () => [...ours, ...others],
  };
}

function oldestOfMost(reports: readonly MethodReport[]): number {
  const counts = new Map<string, number>();
  for (const { reporter } of reports) counts.set(reporter, (counts.get(reporter) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return reports.findIndex(({ reporter }) => counts.get(reporter) === most);
}
