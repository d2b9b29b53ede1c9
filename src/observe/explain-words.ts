// Puts an explanation into lines that a person reads: verdicts, alarms, early warnings.
//
// The figures are those that decided; the words add nothing to them. Names come from others: whoever prints a line makes
// it plain first (core/plain-text.ts).
import type { Explained } from '../synthesize/explained.ts';
import type { AdvisoryExplanation } from '../synthesize/told-grounds.ts';
import { count, percent } from './amount.ts';
import { explainedAlarm } from './explain-alarm-words.ts';
import { explainedVerdict } from './explain-verdict-words.ts';
import { advisoryWords } from './finding-words.ts';
import { ago, type Origins, who, wordCounts } from './origin-words.ts';

/** @param nowMs of the gateway's clock, to say how long ago things were */
export function explainWords({ explanation, origins }: Explained, nowMs: number): string[] {
  switch (explanation.kind) {
    case 'verdict':
      return explainedVerdict(explanation, origins, nowMs);
    case 'alarm':
      return explainedAlarm(explanation, origins, nowMs);
    case 'advisory':
      return explainedAdvisory(explanation, origins, nowMs);
  }
}

function explainedAdvisory(advisory: AdvisoryExplanation, origins: Origins, nowMs: number): string[] {
  const { id, timeMs, atMs, grounds } = advisory;
  const { sightings, others, nearness, toldAgainAt } = grounds;
  const inMinutes = Math.max(0, Math.round((atMs - timeMs) / 60_000));
  const distanceKm = Math.round(advisory.distanceM / 100) / 10;
  const says = advisoryWords({ ...advisory, phenomenon: advisory.quantity, inMinutes, distanceKm });
  return [
    `${id}  ${says}`,
    `  told ${ago(timeMs, nowMs)}; a gateway takes half of the doubt away, less as it is far (${percent(nearness)} left), unsure or little trusted`,
    ...sightings.flatMap(({ origin, distanceM, onsetMs, confidence, trust, doubt }) => [
      `  x ${doubt.toFixed(2)}  ${who(origins, origin, distanceM)} saw it begin ${ago(onsetMs, nowMs)}`,
      `          ${percent(confidence)} sure; ${wordCounts(origins, origin, trust)}`,
    ]),
    ...(others.sightings === 0 ? [] : [`  x ${others.doubt.toFixed(2)}  ${count(others.sightings, 'gateway')} more`]),
    `  together ${percent(1 - advisory.probability)} doubt is left; told again once ${count(toldAgainAt, 'gateway')} saw it`,
  ];
}
