// Joins two ways of learning what a word is worth: where a phenomenon has an alarm, it is what proved true of the classes.
//
// Elsewhere, and for keys that contradicted themselves, it is what the reputation says. Invariant: nothing of its own.
import type { DomainProfile } from '../../core/domain.ts';
import type { Reputation, ShownStanding } from '../reputation.ts';
import type { AlarmWatch } from './alarm-watch.ts';
import type { Alarms } from './alarms.ts';

/** The reputation of a domain, with the weights that its alarm watches learned. */
export function alarmTrust(profile: DomainProfile, reputation: Reputation, alarms: Pick<Alarms, 'of'>): Reputation {
  const watches = new Map<number, AlarmWatch>();
  for (const [index, { quantity }] of profile.phenomena.entries()) {
    const watch = alarms.of(quantity);
    if (watch) watches.set(index + 1, watch);
  }
  const weightOf = (origin: string, phenomenon: number) =>
    watches.get(phenomenon)?.weightOf(origin) ?? reputation.weightOf(origin, phenomenon);
  return {
    ...reputation,
    weightOf,
    shown() {
      const shown = reputation.shown();
      const told = new Set(shown.map(({ origin, phenomenon }) => `${origin}/${phenomenon}`));
      const learned = [...watches].flatMap(([phenomenon, watch]) =>
        [...watch.standings()].flatMap(([origin, standing]): ShownStanding[] => {
          if (told.has(`${origin}/${phenomenon}`)) return [];
          const right = standing.aboveRight + standing.belowRight;
          const wrong = standing.above + standing.below - right;
          const reasons = { came: 0, absent: 0, confirmed: 0, refuted: 0 };
          return [{ origin, phenomenon, weight: 0, right, wrong, reasons, equivocated: false }];
        }),
      );
      return [...shown, ...learned].map((one) => ({ ...one, weight: weightOf(one.origin, one.phenomenon) }));
    },
  };
}
