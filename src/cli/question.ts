// What `qis query` and `qis advise` share: a question from arguments, asked of the gateway, or of its database when it is
// not running.
//
//     --where data_scale=5000 --where tags=swahili,medical  ──> {"data_scale":5000,"tags":["swahili","medical"]}
//
// Invariant: a value is a number where the domain divides numbers, and the text that was typed elsewhere.
import { loadConfig } from '../config/config.ts';
import type { DomainProfile } from '../core/domain.ts';
import { OperatingError } from '../core/errors.ts';
import type { Domains } from '../distill/domains.ts';
import { settingOf } from '../gateway/configured.ts';
import { domainNamed } from '../gateway/domain-named.ts';
import type { Questions } from '../gateway/questions.ts';
import { storedQuestions } from '../gateway/stored-questions.ts';
import { controlPath } from '../observe/control-address.ts';
import { askGateway } from '../observe/control-client.ts';
import { type Io, parseArguments } from './command.ts';
import { CONFIG_HELP, configFile } from './config-file.ts';

export const QUESTION_HELP = `${CONFIG_HELP}
  --domain   one of the domains of the gateway; unless named the only one that it has
  --where    key=value, as often as needed: what is known of the case; of several values key=one,two
  --min-confidence  0 to 1: packets whose issuers were less sure are left out`;

export interface Questioned<Name extends keyof Questions> {
  readonly answer: Awaited<ReturnType<Questions[Name]>>;
  readonly profile: DomainProfile;
  readonly json: boolean;
}

/** @throws OperatingError usage, not_found, and whatever keeps configuration, gateway or database from being read */
export async function questioned<Name extends keyof Questions>(
  name: Name,
  args: string[],
  io: Io,
): Promise<Questioned<Name>> {
  const { values } = parseArguments(args, {
    config: { type: 'string' },
    domain: { type: 'string' },
    where: { type: 'string', multiple: true, default: [] },
    'min-confidence': { type: 'string' },
    top: { type: 'string' },
    json: { type: 'boolean', default: false },
  });
  const config = loadConfig(configFile(values.config, io));
  const { domains } = settingOf(config);
  const profile = domainOf(domains, values.domain);
  const request = {
    domain: profile.name,
    where: whereIn(profile, values.where),
    ...(values['min-confidence'] !== undefined && {
      min_confidence: numberIn('min-confidence', values['min-confidence']),
    }),
    ...(values.top !== undefined && { top: numberIn('top', values.top) }),
  };
  const asked = (await askGateway(controlPath(config.data, io.env), { ask: name, ...request })) as
    | Questioned<Name>['answer']
    | undefined;
  const answer =
    asked ?? ((await (await storedQuestions(config, domains))[name](request)) as Questioned<Name>['answer']);
  return { answer, profile, json: values.json };
}

function domainOf(domains: Domains, name: string | undefined): DomainProfile {
  const [only, ...others] = domains.all.filter(({ deposits }) => deposits);
  const found = domainNamed(domains, name ?? (others.length === 0 ? only?.name : undefined));
  if ('problem' in found) throw new OperatingError('usage', found.problem.replace(/^domain/, '--domain'));
  return found.value;
}

/** @param pairs as they were typed */
export function whereIn(profile: DomainProfile, pairs: readonly string[]): Record<string, unknown> {
  const where: Record<string, unknown> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new OperatingError('usage', `--where ${JSON.stringify(pair)} is not key=value`);
    const key = pair.slice(0, at);
    if (Object.hasOwn(where, key))
      throw new OperatingError('usage', `--where ${key} is there twice; write several values as ${key}=one,two`);
    Object.defineProperty(where, key, { value: valueIn(profile, key, pair.slice(at + 1)), enumerable: true });
  }
  return where;
}

function valueIn({ coarse, fine }: DomainProfile, key: string, text: string): unknown {
  const dimension = [...coarse, ...fine].find(({ attribute, refines }) => attribute === key && refines === undefined);
  if (!dimension) return text;
  const { buckets, item } = dimension;
  if (item !== undefined) return text.split(',').map((one) => one.trim());
  if ('registry' in buckets) return text === 'true' ? true : text === 'false' ? false : text;
  if ('words' in buckets) return text;
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number) ? text : number;
}

function numberIn(option: string, text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number))
    throw new OperatingError('usage', `--${option} ${JSON.stringify(text)} is not a number`);
  return number;
}
