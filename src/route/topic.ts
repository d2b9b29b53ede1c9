// Topics of packets and link frames (protocol section 4).
//
//   qis/1/<domain>/<token>...          an original
//   qis/1/<domain>/<token>.../<hops>   a relayed copy: the packet is signed, and MQTT 3.1.1 has no properties
//   q1/<kid>                           link frames for one gateway
//
// A token has 8 hex digits and a hop count 1 or 2, so they cannot be confused. Parsing is strict: formatting what was
// parsed gives the same string, and everything else is undefined.
import { assert } from '../core/assert.ts';
import type { Domain } from '../core/condition.ts';
import {
  coarseOrdinalsMax,
  domainNameLengthMax,
  fineOrdinalsMax,
  hopsMax,
  topicBytesMax,
  uintMax,
} from '../core/limits.ts';

export interface PacketTopic {
  /** The topic of the original, without the hop count. */
  readonly base: string;
  readonly domain: Domain;
  readonly tokens: readonly string[];
  readonly hops: number;
}

const TOKEN = /^[0-9a-f]{8}$/;
const DOMAIN_NUMBER = /^(?:0|[1-9][0-9]{0,9})$/;
const DOMAIN_NAME = /^[a-z][a-z0-9-]*$/;
const HOPS = /^[1-9a-f][0-9a-f]?$/;
const LINK = /^q1\/[0-9a-f]{16}$/;
const tokensMax = coarseOrdinalsMax + fineOrdinalsMax;

/** @param hops how often the packet was relayed; 0 for an original */
export function formatTopic(base: string, hops: number): string {
  assert(Number.isInteger(hops) && hops >= 0 && hops <= hopsMax, `hops: ${hops}`);
  return hops === 0 ? base : `${base}/${hops.toString(16)}`;
}

export function parseTopic(topic: string): PacketTopic | undefined {
  if (topic.length > topicBytesMax || !topic.startsWith('qis/1/')) return undefined;
  const [domainLevel = '', ...tokens] = topic.slice('qis/1/'.length).split('/');
  const domain = parseDomain(domainLevel);
  let hops = 0;
  const last = tokens.at(-1) ?? '';
  if (HOPS.test(last)) {
    tokens.pop();
    hops = Number.parseInt(last, 16);
  }
  if (domain === undefined || hops > hopsMax) return undefined;
  if (tokens.length === 0 || tokens.length > tokensMax || !tokens.every((token) => TOKEN.test(token))) return undefined;
  return { base: `qis/1/${domain}/${tokens.join('/')}`, domain, tokens, hops };
}

function parseDomain(level: string): Domain | undefined {
  if (DOMAIN_NUMBER.test(level) && Number(level) <= uintMax) return Number(level);
  return DOMAIN_NAME.test(level) && level.length <= domainNameLengthMax ? level : undefined;
}

/** Everything under these first tokens, in any further detail and after any number of hops; `+` where a dimension is open. */
export function filterOf(domain: Domain, tokens: readonly string[]): string {
  assert(tokens.length >= 1 && tokens.length <= tokensMax, 'tokens');
  assert(
    tokens.every((token) => token === '+' || TOKEN.test(token)),
    'a token has 8 hex digits',
  );
  return `qis/1/${domain}/${tokens.join('/')}/#`;
}

/** @param kid 16 hex digits */
export function linkTopic(kid: string): string {
  const topic = `q1/${kid}`;
  assert(LINK.test(topic), `kid: ${kid}`);
  return topic;
}

/** The kid that link frames on this topic are for, 8 bytes; undefined when it is another kind of topic. */
export function kidOfLinkTopic(topic: string): Buffer | undefined {
  return isLinkTopic(topic) ? Buffer.from(topic.slice('q1/'.length), 'hex') : undefined;
}

export function isLinkTopic(topic: string): boolean {
  return LINK.test(topic);
}

/** Whether a topic or filter speaks of the gateways' own traffic rather than a sensor's. */
export function isNetworkTopic(topic: string): boolean {
  return topic.startsWith('qis/') || topic.startsWith('q1/') || topic === 'qis' || topic === 'q1';
}
