// The sentences in which an operator is told what was concluded: findings, verdicts, early warnings, packets of our own.
// The log, the demo's timeline and `qis status` all take them from here, so that one thing has one wording.
//
// Invariant: a sentence says "falling" of what falls, gives units, and never promises something in 0 minutes at 0 km.
import type { AnomalyCause } from '../core/anomaly.ts';
import type { TimedEvent } from '../core/events.ts';
import { amount, amounts, count, duration, percent } from './amount.ts';
import { phenomenonName, sourceNextDoor } from './phenomenon-name.ts';

type Of<Type extends TimedEvent['type']> = Omit<Extract<TimedEvent, { type: Type }>, 'type' | 'timeMs'>;
type Finding = Of<'anomaly'>;

/** An anomaly of one of our sensors. */
export function findingWords(finding: Finding): string {
  const { kind, cause, sensor, quantity, unit, confidence } = finding;
  const name = phenomenonName(quantity);
  const [observed, baseline] = amounts([finding.observed, finding.baseline], unit);
  if (kind === 'fault')
    return `${sensor} fails: ${faultWords(cause)}, last ${observed} of ${name}, ${percent(confidence)} sure`;
  if (cause === 'recovered')
    return `${sensor} works again after ${duration(finding.durationS)}: ${observed} of ${name}`;
  if (kind === 'cleared') return `${name} is back at ${observed} at ${sensor} after ${duration(finding.durationS)}`;
  const trend = { falls: cause === 'drop' };
  return `${name} ${isHigh(trend)} at ${sensor}: ${observed}, normally ${baseline}, ${percent(confidence)} sure`;
}

const FAULTS: Partial<Record<AnomalyCause, string>> = {
  stuck: 'it repeats one value',
  out_of_range: 'it shows what cannot be',
  silent: 'nothing comes from it',
  disagreement: 'its two channels disagree',
};

/** What a sensor does that fails: `it repeats one value`. */
export const faultWords = (cause: AnomalyCause): string => FAULTS[cause] ?? cause;

const isHigh = ({ falls }: { readonly falls?: boolean | undefined }): string => (falls ? 'is falling' : 'is high');

/** A verdict on a finding of ours; also one that was kept by an earlier version, which counted no neighbours. */
export function verdictWords(verdict: Pick<Of<'verdict'>, 'phenomenon' | 'verdict' | 'probability'> & Told): string {
  const { phenomenon, probability, neighbours, heard } = verdict;
  const says = `${phenomenonName(phenomenon)} ${isHigh(verdict)}`;
  const others = neighbours === undefined ? undefined : count(neighbours, 'neighbour');
  switch (verdict.verdict) {
    case 'event':
      return `${says} here and ${others ? `at ${others}` : 'nearby'}: real, ${percent(probability)}`;
    case 'local': {
      const source = verdict.falls ? 'a cause next door' : sourceNextDoor(phenomenon);
      const elsewhere = neighbours ? `, not at ${others}` : '';
      return `${says} only here${elsewhere}: ${source}, or the sensor, ${percent(1 - probability)}`;
    }
    case 'fault':
      return `${phenomenonName(phenomenon)}: the sensor is at fault, ${percent(1 - probability)}`;
    case 'uncorroborated':
      return heard
        ? `${says} here: what ${count(heard, 'neighbour')} ${heard === 1 ? 'says' : 'say'} does not settle it, ${percent(probability)} that it is real`
        : `${says} here: no neighbour has said anything of it yet`;
  }
}

interface Told extends Pick<Of<'verdict'>, 'falls' | 'neighbours'> {
  /** Neighbours that said anything of it: one packet of each counts. */
  readonly heard: number;
}

/** An early warning by distance and speed. */
export function advisoryWords(advisory: Of<'advisory'>): string {
  const { phenomenon, inMinutes, distanceKm, falls, evidence, probability } = advisory;
  const when = inMinutes > 0 ? `in about ${count(inMinutes, 'minute')}` : 'any minute now';
  const where = distanceKm > 0 ? `${amount(distanceKm, 'km')} away` : 'nearby';
  const likely = falls ? 'is likely to fall here' : 'is likely to reach you';
  const seen = `seen ${where} by ${count(evidence.length, 'gateway')}`;
  return `${phenomenonName(phenomenon)} ${likely} ${when}: ${seen}, ${percent(probability)}`;
}

/** A packet of ours, by what it tells the others. */
export function issuedWords({ finding, phenomenon, evidence }: Pick<Of<'packet_issued'>, IssuedMember>): string {
  const name = phenomenonName(phenomenon);
  const about = evidence[0]?.slice(0, 8) ?? 'a packet';
  switch (finding) {
    case 'confirm':
      return `sees ${name} too, as ${about} says`;
    case 'refute':
      return `sees nothing of the ${name} that ${about} tells of`;
    case 'verdict':
      return `tells the others its verdict on ${about}`;
    case 'level':
      return `tells the others on which side of its alarm level ${name} is`;
    default:
      return `tells the others: ${finding} of ${name}`;
  }
}

type IssuedMember = 'finding' | 'phenomenon' | 'evidence';
