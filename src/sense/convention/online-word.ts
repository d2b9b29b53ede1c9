// Recognises how devices and brokers say that a device is there: `online`, `Offline`, `true`, `{"state":"online"}`.
import { isObject, memberOf, parseJson } from '../value/json.ts';

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['online', true],
  ['offline', false],
  ['true', true],
  ['false', false],
]);

/** Longer ones are something else. */
const BYTES_MAX = 256;

/** @returns undefined for what does not speak of availability */
export function onlineOf(payload: Buffer): boolean | undefined {
  if (payload.length > BYTES_MAX) return undefined;
  const word = WORDS.get(payload.toString('utf8').trim().toLowerCase());
  if (word !== undefined) return word;
  const document = parseJson(payload);
  const state = isObject(document) ? memberOf(document, 'state') : document;
  return typeof state === 'string' ? WORDS.get(state.toLowerCase()) : undefined;
}
