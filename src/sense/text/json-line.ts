// Lines of JSON, one object each: members known by their names, or by the paths of the profile.
//
// Members may be nested, in lists too. Where one message has a quantity twice, the names around it tell the values
// apart (`kitchen`, `bath`); where it has it once, they are only wrapping (`data`, `bme280`), unless they say indoors.
// A line that lost its end runs into the next: whole objects in it are read, and what stands between is malformed.

import type { TextReading } from '../profile.ts';
import type { Sink } from '../sink.ts';
import { isObject, type JsonObject, memberOf, parseJson } from '../value/json.ts';
import { numberOf } from '../value/meaning.ts';
import { type Found, membersOf } from './json-members.ts';
import { roleNamed, sourceOf, stampOf, tellValue, textValue, wantedNamed, wantedReading } from './text-value.ts';

/** Objects looked for in one line that is not an object itself. */
const STARTS_MAX = 16;

/** @param readings paths and what stands there; without it members are known by their names */
export function createJsonLine(readings?: readonly TextReading[]): (text: Buffer, sink: Sink) => void {
  function tell(object: JsonObject, sink: Sink): void {
    sink.frame(whoIn(object));
    const timeMs = timeOf(object);
    for (const { wanted, raw, unit } of readings ? mapped(object, readings) : membersOf(object)) {
      if (raw === null || raw === undefined || raw === '') continue;
      const value = typeof raw === 'string' ? textValue(raw) : { value: numberOf(raw), unit: '' };
      if (!value || Number.isNaN(value.value)) sink.rejected('not_a_number', 1);
      else tellValue(sink, wanted, { ...value, unit: value.unit || unit }, timeMs);
    }
  }

  return (text, sink) => {
    const line = text
      .toString('utf8')
      .replaceAll(/[\0\ufeff]/g, '')
      .trim();
    const { objects, isClean } = objectsIn(line);
    if (!isClean) sink.rejected('malformed', 1);
    for (const object of objects) tell(object, sink);
  };
}

function mapped(object: JsonObject, readings: readonly TextReading[]): Found[] {
  return readings.map((reading) => {
    const path = Array.isArray(reading.key) ? reading.key : [String(reading.key)];
    const step = (at: unknown, name: string): unknown =>
      isObject(at) ? memberOf(at, name) : Array.isArray(at) && /^\d{1,4}$/.test(name) ? at[Number(name)] : undefined;
    return { wanted: wantedReading(reading), raw: path.reduce(step, object as unknown), unit: '' };
  });
}

/** Whole objects, one after the other. What is followed by anything but the next is a member of one that was torn. */
function objectsIn(line: string): { objects: JsonObject[]; isClean: boolean } {
  const objects: JsonObject[] = [];
  let at = line.indexOf('{');
  let isClean = at === 0;
  for (let tries = 0; at >= 0 && tries < STARTS_MAX; tries++) {
    const end = endOf(line, at);
    const next = line.indexOf('{', end < 0 ? at + 1 : end);
    const isAlone = end >= 0 && line.slice(end, next < 0 ? undefined : next).trim() === '';
    const object = isAlone ? parsed(line.slice(at, end)) : undefined;
    if (object) objects.push(object);
    else isClean = false;
    at = object || next < 0 ? next : line.indexOf('{', at + 1);
  }
  return { objects, isClean: isClean && at < 0 };
}

/** Where the brace at `from` is closed, texts left out; -1 when it is not. */
function endOf(line: string, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < line.length; at++) {
    const char = line[at];
    if (quoted && char === '\\') at++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === '{') depth++;
    else if (!quoted && char === '}' && --depth === 0) return at + 1;
  }
  return -1;
}

/** Bare words for what is not a number, as printf writes them, are taken as text. */
const BARE = /([:[,]\s*)([-+]?(?:nan|inf|infinity|ovf))(?=\s*[,}\]])/gi;

function parsed(line: string): JsonObject | undefined {
  const value = parseJson(Buffer.from(line)) ?? parseJson(Buffer.from(line.replaceAll(BARE, '$1"$2"')));
  return isObject(value) ? value : undefined;
}

const ofRole = (object: JsonObject, role: 'time' | 'source'): unknown[] =>
  Object.keys(object).flatMap((name) => (roleNamed(name) === role ? [object[name]] : []));

/** The name of a quantity says what, and not who. */
function whoIn(object: JsonObject): string | undefined {
  const names = ofRole(object, 'source').map(sourceOf);
  return names.find((name) => name !== undefined && !wantedNamed(name));
}

function timeOf(object: JsonObject): number | undefined {
  return ofRole(object, 'time')
    .map(stampOf)
    .find((timeMs) => timeMs !== undefined);
}
