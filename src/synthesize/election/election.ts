// The three elections of one domain: what is kept and passed on first, whose claims count, which similarity function answers.
//
//     report ──> standings, methods (vote) ──> what a claim counts in the pool
//            ──> curation                  ──> its worth: the order of answers, of sending, of giving way
//            ──> open advice ──losses──> competition ──> the function that answers
//
// Reports of our own count whole, and judge whoever reported on the same before. The competition learns from our own alone:
// only of those it is known under which condition they were. Invariant: plain JSON in and out, all of it capped.
import type { Condition } from '../../core/condition.ts';
import { type Competition, createCompetition } from './competition.ts';
import { type Curation, createCuration } from './curation.ts';
import { createMethods, type Likeness, type Methods } from './methods.ts';
import { createOpenAdvices, type OpenAdvices } from './open-advice.ts';
import { type Claim, isCountable, type Report } from './report.ts';
import { createStandings, type Standings, type StandingsOptions } from './standings.ts';

export interface SavedElection {
  readonly standings?: ReturnType<Standings['state']>;
  readonly outcomes?: ReturnType<Curation['state']>;
  readonly methods?: ReturnType<Methods['state']>;
  readonly rivals?: ReturnType<Competition['state']>;
  readonly advice?: ReturnType<OpenAdvices['state']>;
}

export interface ElectionOptions extends Pick<StandingsOptions, 'own' | 'pinned'> {
  /** Names of the similarity functions of the domain, its own first. */
  readonly functions: readonly string[];
  readonly saved?: SavedElection | undefined;
}

export interface Judged {
  /** In a pool: by its origin, its action there and what came of it; 1 is a pinned key that nothing is known of. */
  reputationOf(claim: Claim): number;
  /** By which answers are ordered: the same, and more where improvement followed. */
  orderOf(claim: Claim): number;
}

export interface Election extends Pick<Competition, 'choose' | 'rivals'> {
  heard(report: Report, nowMs: number): void;
  /** What an outcome is worth to be kept and passed on, 0 to 2: by what came of it, and of what its origin said else. */
  worthOf(claim: Pick<Claim, 'id' | 'origin'>): number;
  /** Of that, what came of the outcome itself, 0 to 2, and what its origin said else, 0 to 1. */
  readonly cameOf: Curation['worthOf'];
  readonly creditOf: Standings['creditOf'];
  /** Ids of outcomes with reports. */
  readonly worthy: Curation['ids'];
  gone(id: string): void;
  /** What the word of an origin counts: 1 is a pinned key without a history. */
  weightOf(origin: string): number;
  /** What each claim counts for whoever asks under that condition. */
  judged(asked: Condition, how: { readonly likeness: Likeness; readonly nowMs: number }): Judged;
  /** Advice was given; what comes of it decides which function answers. */
  readonly advised: OpenAdvices['given'];
  state(): Required<SavedElection>;
}

export function createElection({ own, pinned, functions, saved }: ElectionOptions): Election {
  const standings = createStandings({ own, pinned, saved: saved?.standings });
  const { voiceOf, weightOf } = standings;
  const curation = createCuration({ own, voiceOf, saved: saved?.outcomes });
  const methods = createMethods({ own, voiceOf, saved: saved?.methods });
  const competition = createCompetition(functions, saved?.rivals);
  const advice = createOpenAdvices(saved?.advice);

  function seen({ claim: { id }, share }: Report, nowMs: number): void {
    for (const told of curation.untested(id))
      standings.judge(told.reporter, { share: 1 - Math.abs(told.share - share), witness: own }, nowMs);
    const losses = advice.answered(id, share);
    if (losses) competition.learn(losses);
  }

  return {
    heard(report, nowMs) {
      if (!isCountable(report)) return;
      const { claim, reporter, share } = report;
      if (reporter === own) seen(report, nowMs);
      if (!curation.note(report)) return;
      standings.judge(claim.origin, { share, witness: reporter }, nowMs);
      methods.note(report, nowMs);
    },
    worthOf: ({ id, origin }) => curation.worthOf(id) * standings.creditOf(origin),
    cameOf: curation.worthOf,
    creditOf: standings.creditOf,
    worthy: curation.ids,
    gone: curation.gone,
    weightOf,
    judged(asked, how) {
      const ofAction = new Map<number, number>();
      const trustOf = ({ origin, action }: Claim): number => {
        const method = ofAction.get(action) ?? methods.weightOf(action, asked, how);
        ofAction.set(action, method);
        return weightOf(origin) * method;
      };
      return {
        reputationOf: (claim) => trustOf(claim) * Math.min(1, curation.worthOf(claim.id)),
        orderOf: (claim) => trustOf(claim) * curation.worthOf(claim.id),
      };
    },
    advised: advice.given,
    choose: competition.choose,
    rivals: competition.rivals,
    state: () => ({
      standings: standings.state(),
      outcomes: curation.state(),
      methods: methods.state(),
      rivals: competition.state(),
      advice: advice.state(),
    }),
  };
}
