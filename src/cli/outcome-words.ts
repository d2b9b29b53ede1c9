// Actions and effects as people read them: `lora, rank 16, learning rate 0.0002`; `+0.042 (0.020 to 0.064)`.
import type { DomainProfile } from '../core/domain.ts';
import { plainLine } from '../core/plain-text.ts';

export function actionWords({ name, ...parameters }: Readonly<Record<string, unknown>>): string {
  const said = Object.entries(parameters).map(
    ([key, value]) => `${key.replaceAll('_', ' ')} ${typeof value === 'number' ? fourDigits(value) : String(value)}`,
  );
  return plainLine([String(name).replaceAll('_', ' '), ...said].join(', '));
}

/** With its sign, and the unit where the domain has one. @param effect null: none was stated */
export function effectWords(effect: number | null, { deposits }: Pick<DomainProfile, 'deposits'>): string {
  if (effect === null) return 'not stated';
  const unit = deposits?.effect.unit ?? '1';
  return `${effect > 0 ? '+' : ''}${fourDigits(effect)}${unit === '1' ? '' : ` ${unit}`}`;
}

/** More of a mean is noise to a person; a whole number is shown whole. */
const fourDigits = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(4)));

/** `0 s`, `5 min`, `3 h`, `12 d`: of an age a person needs no more. */
export function ageWords(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** How far a search had to be widened. */
export function widenedWords(steps: number): string {
  if (steps === 0) return 'within the tolerance of the domain';
  return `${steps === 1 ? 'one step' : `${steps} steps`} beyond it`;
}
