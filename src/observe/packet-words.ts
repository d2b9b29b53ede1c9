// A packet in one line of words, whoever issued it: what `qis packets` says of each.
//
// The sentences of finding-words.ts speak of this station; these speak of another as well. Invariant: whatever the packet
// holds, a line: it is made of names that were checked, and of numbers.
import type { ShownFinding } from '../core/condition.ts';
import type { VerdictName } from '../core/events.ts';
import { amount, amounts, percent } from './amount.ts';
import { phenomenonName } from './phenomenon-name.ts';

export interface SaidByPacket {
  readonly finding: ShownFinding;
  /** As its domain names it; `unknown` where nobody knows. */
  readonly phenomenon: string;
  /** In the unit; absent where the phenomenon is not known. */
  readonly values?: { readonly observed: number; readonly baseline: number; readonly unit: string } | undefined;
  /** Of an event: it falls. */
  readonly falls: boolean;
  /** 0 to 1. Of a level: 1 above, 0 below; of an answer: that what it speaks of is real. */
  readonly score: number;
  /** Of a verdict. */
  readonly verdict?: VerdictName | undefined;
  /** Ids in hex; of an answer, what it speaks of first. */
  readonly evidence: readonly string[];
}

export function packetWords({ finding, phenomenon, values, falls, score, verdict, evidence }: SaidByPacket): string {
  const name = phenomenonName(phenomenon);
  const about = evidence[0]?.slice(0, 8) ?? 'a packet';
  const at = values ? `: ${amount(values.observed, values.unit)}` : '';
  switch (finding) {
    case 'event': {
      const [observed, normally] = values ? amounts([values.observed, values.baseline], values.unit) : [];
      return `${name} is ${falls ? 'falling' : 'high'}${values ? `: ${observed}, normally ${normally}` : ''}`;
    }
    case 'fault':
      return `its sensor of ${name} fails`;
    case 'cleared':
      return `${name} is over, or its sensor works again${at}`;
    case 'confirm':
      return `sees ${name} too, as ${about} says`;
    case 'refute':
      return `sees nothing of the ${name} that ${about} tells of`;
    case 'verdict':
      return `its verdict on ${about}: ${VERDICTS[verdict ?? 'uncorroborated']}, ${percent(score)} that it is real`;
    case 'outcome':
      return `tells what came of an action on ${name}`;
    case 'later':
      return 'is of a later version of qis: it is kept and passed on';
    case 'level':
      return `${name} is ${score >= 0.5 ? 'above' : 'below'} its alarm level${at}`;
  }
}

const VERDICTS: Readonly<Record<VerdictName, string>> = {
  event: 'real',
  local: 'only there',
  fault: 'the sensor is at fault',
  uncorroborated: 'not settled',
};
