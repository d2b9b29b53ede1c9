// Loads a device profile of the operator's own: a JSON or YAML file, checked in full.
//
// Its shape is device-schema.ts for a serial device and convention-schema.ts for an MQTT convention, published as
// docs/device-profile.schema.json (npm run schema) so that an editor can help. What a schema cannot say (fields inside
// their frames, units that fit) is checked here, once, before the engines assert it.
import { OperatingError } from '../core/errors.ts';
import type { Quantity } from '../core/quantities.ts';
import { converter, unitsOf } from '../core/units.ts';
import { CHECKS } from '../sense/checksum/check-kinds.ts';
import type { ConventionProfile } from '../sense/convention/convention-profile.ts';
import type { FlatJsonMeaning } from '../sense/convention/flat-json.ts';
import type { DeviceProfile, Frame } from '../sense/profile.ts';
import { numberBytes } from '../sense/serial/number-reader.ts';
import { checkYaml } from './checked-yaml.ts';
import { problemLine, readConfig } from './config.ts';
import { conventionSchema } from './convention-schema.ts';
import { serialSchema } from './device-schema.ts';

export type OwnProfile = { readonly serial: DeviceProfile } | { readonly mqtt: ConventionProfile };

/** @throws OperatingError config_missing; config_invalid, one line for each problem */
export function loadDevice(file: string): OwnProfile {
  const written = readConfig(file, 'see docs/devices.md for how to write one');
  const isConvention = /^\s*["']?convention["']?\s*:/m.test(written);
  const schema = isConvention ? conventionSchema() : serialSchema();
  const { data, problems } = checkYaml(written, schema, 'see docs/devices.md for what stands in it');
  if (!data) throw invalid(problems.map((problem) => problemLine(file, problem)));
  // The same members; zod adds "or undefined" to those that may be absent.
  const own = isConvention
    ? { mqtt: data as unknown as ConventionProfile }
    : { serial: data as unknown as DeviceProfile };
  const says = 'mqtt' in own ? wordProblems(own.mqtt) : relations(own.serial);
  if (says.length > 0) throw invalid(says.map((line) => `${file}: ${line}`));
  return own;
}

const invalid = (lines: readonly string[]) => new OperatingError('config_invalid', lines.join('\n'));

/** What a profile must also be, one line for each that is not so. Every built-in one is (test/devices.test.ts). */
export function relations(profile: DeviceProfile): string[] {
  const says: string[] = [];
  if (!Object.hasOwn(profile.models, profile.modelDefault)) {
    says.push(`modelDefault: no model is named ${JSON.stringify(profile.modelDefault)}`);
  }
  for (const [name, { frames, text }] of Object.entries(profile.models)) {
    const at = `models.${name}`;
    if (!frames === !text) says.push(`${at} needs either frames or text`);
    if (text && profile.framing !== 'line') says.push(`${at}.text needs framing: line`);
    if (frames && profile.framing === 'line') says.push(`${at}.frames needs framing: fixed or shdlc`);
    for (const [i, frame] of (frames ?? []).entries()) {
      says.push(...frameProblems(frame, profile.framing).map((line) => `${at}.frames[${i}] ${line}`));
    }
    for (const [i, reading] of (text?.readings ?? []).entries()) {
      const problem = unitProblem(reading.quantity, reading.unit);
      if (problem) says.push(`${at}.text.readings[${i}] ${problem}`);
    }
  }
  return says;
}

function frameProblems(frame: Frame, framing: DeviceProfile['framing']): string[] {
  const { header, bytes, check, fields = [], status = [], zeroWhileWarming, source } = frame;
  const says: string[] = [];
  const within = (what: string, from: number, length: number) => {
    if (from + length > bytes) says.push(`${what} ends after the frame of ${bytes} bytes`);
  };
  within('header', 0, header.length / 2);
  if (header.startsWith('..') && !/^\.\.[0-9a-f]/i.test(header))
    says.push('header begins with two bytes that may be anything; name at least one of them');
  if (check) {
    within('check', check.at, CHECKS[check.kind].bytes);
    within('check', check.from, Math.max(0, check.to - check.from));
    if (framing === 'shdlc') says.push('check is part of SHDLC already; leave it out');
  }
  for (const { at, type, quantity, unit, unitAt, decimalsAt } of fields) {
    within(`field ${quantity}`, at, numberBytes(type));
    if (unitAt) within('unitAt', unitAt.at, 1);
    if (decimalsAt !== undefined) within('decimalsAt', decimalsAt, 1);
    for (const one of unitAt ? Object.values(unitAt.units) : [unit]) {
      const problem = unitProblem(quantity, one);
      if (problem) says.push(problem);
    }
  }
  for (const { at, type } of status) within('status', at, numberBytes(type));
  for (const [from, to] of [zeroWhileWarming, source].filter((span) => span !== undefined)) {
    if (to <= from) says.push(`[${from}, ${to}] is empty; the second number is the end, exclusive`);
    within(`[${from}, ${to}]`, to, 0);
  }
  return says;
}

/** The words of a convention; its engine would refuse every value of a unit that does not fit. */
function wordProblems(profile: ConventionProfile): string[] {
  const members: Readonly<Record<string, FlatJsonMeaning>> = 'members' in profile ? profile.members : {};
  return Object.entries(members).flatMap(([word, { quantity, unit, large }]) => {
    const [own, ofLarge] = [unitProblem(quantity, unit), unitProblem(quantity, large?.unit)];
    return [
      ...(own === undefined ? [] : [`members.${word}: ${own}`]),
      ...(ofLarge === undefined ? [] : [`members.${word}.large: ${ofLarge}`]),
    ];
  });
}

function unitProblem(quantity: Quantity, unit: string | undefined): string | undefined {
  if (unit === undefined || converter(unit, quantity)) return undefined;
  return `unit ${JSON.stringify(unit)} does not fit ${quantity}; use ${unitsOf(quantity).join(', ')}`;
}
