// Actions as programs write them: {name: lora, rank: 16, learning_rate: 2e-4} <-> a code with its values in a packet.
//
// Numbers are value / scale, rounded; a word is its place in the list, or a hash. A value of 0 is "not stated": numbers
// from 0 up are sent one higher. Invariant: what is read back gives the same action, within the rounding of its scale.
import type { ActionParameter, DomainProfile } from '../core/domain.ts';
import { actionValuesMax, uintMax, valueMax } from '../core/limits.ts';
import { didYouMean } from '../core/nearest.ts';
import type { Outcome } from '../packet/outcome.ts';
import { plainWord, wordLengthMax, wordOrdinal } from '../packet/word.ts';
import { type Checked, hashed, hashText, shown, type ToldWord } from './where.ts';

/** `name`, and what its parameters are. */
export type NamedAction = { readonly name: string } & Readonly<Record<string, unknown>>;

type Code = Outcome['action'];

/** @returns code and values, or what is wrong with key and value */
export function actionCode(profile: DomainProfile, action: unknown): Checked<Code> {
  if (typeof action === 'string') return actionCode(profile, { name: action });
  if (typeof action !== 'object' || action === null || Array.isArray(action))
    return { problem: `action: ${shown(action)} is not an action; write {"name": ...}` };
  const { name, ...given } = action as Record<string, unknown>;
  if (name === undefined) return { problem: 'action.name: is missing' };
  if (typeof name !== 'string' || plainWord(name) === '' || name.length > wordLengthMax)
    return { problem: `action.name: ${shown(name)} is not a word of 1 to ${wordLengthMax} characters` };
  const code = codeOf(profile, name);
  if (code === undefined) {
    const names = profile.actions.map((one) => one.name);
    const advice = didYouMean(name, names) || `; it has ${names.join(', ')}`;
    return { problem: `action.name: ${shown(name)} is not an action of ${profile.name}${advice}` };
  }
  const parameters = parametersOf(profile, code);
  for (const key of Object.keys(given)) {
    if (parameters.some((one) => one.name === key)) continue;
    const names = parameters.map((one) => one.name);
    const has = names.length > 0 ? `; it has ${names.join(', ')}` : '; it has none';
    return { problem: `action.${key}: is not a parameter of ${name}${didYouMean(key, names) || has}` };
  }
  const values: number[] = [];
  for (const parameter of parameters) {
    const checked =
      given[parameter.name] === undefined ? { value: 0 } : parameterValue(parameter, given[parameter.name]);
    if ('problem' in checked) return { problem: `action.${parameter.name}: ${checked.problem}` };
    values.push(checked.value);
  }
  while (values.at(-1) === 0) values.pop();
  return { value: values.length === 0 ? code : [code, ...values] };
}

/** The parameters of an action, in the order of their values; at most 8. */
export function parametersOf({ actions, openActions }: DomainProfile, code: number): readonly ActionParameter[] {
  const own = actions[code];
  return (own ? own.parameters : openActions)?.slice(0, actionValuesMax) ?? [];
}

function codeOf({ actions, openActions }: DomainProfile, name: string): number | undefined {
  const at = actions.findIndex((one) => one.name === plainWord(name));
  if (at >= 0) return at;
  return openActions ? hashedCode(name) : undefined;
}

const SMALL = 256;

/** Codes of a list are small, hashes are not: one that is falls behind the list. */
function hashedCode(name: string): number {
  const hash = hashed(name) ?? wordOrdinal(name);
  return hash < SMALL ? hash + SMALL : hash;
}

function parameterValue({ scale, words, combine }: ActionParameter, value: unknown): Checked<number> {
  if (scale === undefined) {
    if (typeof value !== 'string' || plainWord(value) === '' || value.length > wordLengthMax)
      return { problem: `${shown(value)} is not a word of 1 to ${wordLengthMax} characters` };
    const at = words?.indexOf(plainWord(value)) ?? -1;
    // Hashes are below 0, so that no place in a list is one.
    return { value: at >= 0 ? at + 1 : -1 - (hashed(value) ?? wordOrdinal(value) % valueMax) };
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return { problem: `${shown(value)} is not a number` };
  if (value < 0 && combine === 'geometric') return { problem: `${shown(value)} is less than 0, and it is a rate` };
  const fixed = Math.round(value / scale);
  if (Math.abs(fixed) >= valueMax) return { problem: `${shown(value)} is more than ${(valueMax - 1) * scale}` };
  return { value: fixed >= 0 ? fixed + 1 : fixed };
}

/**
 * Reads a packet's action back; values without a parameter of this domain are left out.
 * @param told of words that are in no list
 */
export function actionOf(profile: DomainProfile, action: Code, told?: ToldWord): NamedAction {
  const [code, ...values] = typeof action === 'number' ? [action] : action;
  const parameters = parametersOf(profile, code);
  const named = values.flatMap((value, at) => {
    const parameter = parameters[at];
    return parameter && value !== 0 ? [[parameter.name, readValue(parameter, value, told)] as const] : [];
  });
  return { name: nameOf(profile, code, told), ...Object.fromEntries(named) };
}

function nameOf({ actions, openActions }: DomainProfile, code: number, told: ToldWord = () => undefined): string {
  const own = actions[code]?.name;
  if (own !== undefined) return own;
  if (!openActions || code > uintMax) return `${code}`;
  return told(code) ?? (code < 2 * SMALL ? told(code - SMALL) : undefined) ?? hashText(code);
}

function readValue({ scale, words = [] }: ActionParameter, value: number, told?: ToldWord): number | string {
  if (scale !== undefined) return Number(((value > 0 ? value - 1 : value) * scale).toPrecision(12));
  if (value > 0) return words[value - 1] ?? `${value}`;
  const hash = -1 - value;
  const word = words.find((one) => wordOrdinal(one) % valueMax === hash);
  return word ?? told?.(hash) ?? told?.(hash + valueMax) ?? hashText(hash);
}
