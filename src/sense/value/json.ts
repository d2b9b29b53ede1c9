// JSON that strangers send: size and nesting under a cap, looked up without ever walking into a prototype.
import { jsonDepthMax } from '../../core/limits.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An own member, so that `constructor` is not one. */
export const memberOf = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** @returns undefined for what is not JSON (JSON has no undefined), and for nesting beyond the cap */
export function parseJson(payload: Buffer): unknown {
  try {
    const text = payload.toString('utf8');
    return nestingOf(text) <= jsonDepthMax ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Brackets open at once, texts left out. */
function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth);
    else if (char === '}' || char === ']') depth--;
  }
  return deepest;
}
