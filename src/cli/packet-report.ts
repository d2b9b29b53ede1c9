// A parsed packet as a report: one JSON object with stable keys, or text with units for people.
//
// Fixed-point values turn into physical ones where the profile of the domain is known; the raw integers always stand
// beside them. Invariant: reads only what the scanner passed, so every string is hex, a pattern-checked name or ours.
import { FINDING, FINDINGS } from '../core/condition.ts';
import { type DepositRules, type DomainProfile, phenomenonOf } from '../core/domain.ts';
import { plainLine } from '../core/plain-text.ts';
import { QUANTITIES } from '../core/quantities.ts';
import { sensorClassName } from '../core/sensor-class.ts';
import { actionOf as namedAction } from '../distill/action.ts';
import { shownDeposit } from '../distill/deposit.ts';
import { BUILT_IN_DOMAINS, createDomains } from '../distill/domains.ts';
import type { FoundPacket } from '../gateway/held-packets.ts';
import type { Community } from '../packet/community.ts';
import { address, fingerprint, tokens, topicOf } from '../packet/fingerprint.ts';
import type { PublicKey } from '../packet/gate.ts';
import { expiresS, FIELDS, FROZEN, isLater, type Outcome, REGISTERED_DOMAINS } from '../packet/outcome.ts';
import type { Packet } from '../packet/packet.ts';
import { wordOrdinal } from '../packet/word.ts';
import { actionWords } from './outcome-words.ts';

export interface SignatureState {
  readonly signature: 'valid' | 'invalid' | 'unknown_key';
  /** The key it was held against. */
  readonly key: PublicKey | undefined;
  /** Only of a valid packet. */
  readonly id: Buffer | undefined;
}

export interface Shown {
  readonly packet: Packet;
  readonly state: SignatureState;
  readonly community: Community | undefined;
}

const DOMAINS = createDomains(BUILT_IN_DOMAINS);
const CLOCKS = ['not synchronised', 'holding over', 'synchronised'];

const hex = (bytes: Buffer | undefined): string | null => bytes?.toString('hex') ?? null;

/** Keys as documented; times are Unix seconds, bytes are hex. */
export function jsonReport({ packet, state, community }: Shown): object {
  const { outcome } = packet;
  return {
    bytes: packet.bytes.length,
    kid: hex(packet.kid),
    packet_id: hex(state.id),
    signature: state.signature,
    key: hex(state.key?.bytes),
    node_id: hex(state.key?.nodeId),
    fingerprint: hex(fingerprint(outcome, community)),
    address: hex(address(outcome, community)),
    tokens: tokens(outcome, community),
    topic: topicOf(outcome, community),
    outcome: jsonOutcome(outcome),
    expires: expiresS(outcome),
  };
}

function jsonOutcome(outcome: Outcome): object {
  const { version, domain, coarse, fine, issued, lifetime } = outcome;
  // Nothing else is known of it.
  if (isLater(outcome)) return { version, domain, coarse, fine, issued, lifetime };
  const profile = DOMAINS.of(outcome.domain);
  const meant = meaningOf(outcome, profile);
  const [code, values] = actionOf(outcome);
  return {
    ...outcome,
    finding: { code: outcome.finding, name: FINDINGS[outcome.finding] },
    action: { code, name: profile?.actions[code]?.name ?? null, values },
    observed: physical(outcome.observed, meant),
    baseline: physical(outcome.baseline, meant),
    spread: physical(outcome.spread, meant),
    ...(isDeposited(outcome, profile) && { deposit: shownDeposit(profile, outcome) }),
    context: hex(outcome.context),
    clock: { code: outcome.clock, name: CLOCKS[outcome.clock] },
    sensor: { code: outcome.sensor, name: sensorClassName(outcome.sensor) },
    evidence: outcome.evidence.map(hex),
  };
}

function actionOf({ action }: Outcome): [code: number, values: readonly number[]] {
  return typeof action === 'number' ? [action, []] : [action[0], action.slice(1)];
}

interface Meaning {
  readonly scale: number;
  readonly unit: string;
}

/** Whether it is one that somebody deposited, of a domain that is known here. */
function isDeposited(
  { finding }: Outcome,
  profile: DomainProfile | undefined,
): profile is DomainProfile & { readonly deposits: DepositRules } {
  return finding === FINDING.outcome && profile?.deposits !== undefined;
}

/** Of the effect of a deposit, or of the phenomenon. */
function meaningOf(outcome: Outcome, profile: DomainProfile | undefined): Meaning | undefined {
  if (isDeposited(outcome, profile)) return profile.deposits.effect;
  const phenomenon = profile && phenomenonOf(profile, outcome);
  return phenomenon && { scale: phenomenon.scale, unit: QUANTITIES[phenomenon.quantity].unit };
}

function physical(raw: number, meant: Meaning | undefined): { raw: number; value: number | null; unit: string | null } {
  if (!meant) return { raw, value: null, unit: null };
  // 235 * 0.1 is 23.500000000000004 without the rounding.
  const value = Number((raw * meant.scale).toPrecision(12));
  return { raw, value, unit: meant.unit };
}

/** What the gateway that holds it knows of it, in rows like those of the text. */
export function heldReport({ origin, says, own, hops, sent, owed }: FoundPacket): string {
  const rows: [string, string][] = [
    ['from', own ? `${origin}, this gateway` : origin],
    ['says', says],
    ['came over', own ? 'its own' : `${hops} ${hops === 1 ? 'hop' : 'hops'}`],
    ['sent', own ? (sent ?? 'not yet') : 'as received'],
    ['owed by', owed === 1 ? '1 neighbour' : `${owed} neighbours`],
  ];
  return rows.map(([name, text]) => `${name.padEnd(14)}${plainLine(text)}\n`).join('');
}

export function textReport({ packet, state, community }: Shown): string {
  const { outcome } = packet;
  const unknown = 'unknown until the key is: pass --key';
  const rows: [string, string][] = [
    ['packet', `${packet.bytes.length} bytes, well-formed`],
    ['signature', state.signature === 'unknown_key' ? 'key not known: pass --key' : state.signature],
    ['key', hex(state.key?.bytes) ?? 'not known'],
    ['node id', hex(state.key?.nodeId) ?? unknown],
    ['packet id', hex(state.id) ?? (state.key ? 'none, the signature does not hold' : unknown)],
    ['kid', packet.kid.toString('hex')],
    ['fingerprint', fingerprint(outcome, community).toString('hex')],
    ['address', address(outcome, community).toString('hex')],
    ['tokens', tokens(outcome, community).join(' ')],
    ['topic', topicOf(outcome, community)],
    ['expires', utc(expiresS(outcome))],
    ...FIELDS.filter(({ name }) => !isLater(outcome) || FROZEN.has(name)).map(({ name, unit }): [string, string] => [
      `  ${name}`,
      described(outcome, name, unit),
    ]),
    isLater(outcome)
      ? ['', 'of a later version: kept and passed on, not weighed']
      : ['  evidence', outcome.evidence.length === 0 ? 'none' : outcome.evidence.map(hex).join(' ')],
  ];
  return rows.map(([name, text]) => `${name.padEnd(14)}${text}\n`).join('');
}

const utc = (timeS: number): string => new Date(timeS * 1000).toISOString().replace('.000Z', 'Z');

function described(outcome: Outcome, name: (typeof FIELDS)[number]['name'], unit: string): string {
  const profile = DOMAINS.of(outcome.domain);
  switch (name) {
    case 'domain':
      return typeof outcome.domain === 'string'
        ? outcome.domain
        : named(outcome.domain, REGISTERED_DOMAINS[outcome.domain]);
    case 'coarse':
    case 'fine':
      return ordinals(outcome, name, profile);
    case 'finding':
      return named(outcome.finding, FINDINGS[outcome.finding]);
    case 'action': {
      if (isDeposited(outcome, profile)) return actionWords(namedAction(profile, outcome.action));
      const [code, values] = actionOf(outcome);
      return [named(code, profile?.actions[code]?.name), ...values].join(' ');
    }
    case 'observed':
    case 'baseline':
    case 'spread': {
      const { raw, value, unit } = physical(outcome[name], meaningOf(outcome, profile));
      return value === null ? `${raw} (unit not known)` : `${value} ${unit} (${raw})`;
    }
    case 'issued':
      return `${utc(outcome.issued)} (${outcome.issued})`;
    case 'context':
      return outcome.context.toString('hex');
    case 'clock':
      return named(outcome.clock, CLOCKS[outcome.clock]);
    case 'sensor':
      return named(outcome.sensor, sensorClassName(outcome.sensor));
    default:
      return unit === '' ? `${outcome[name]}` : `${outcome[name]} ${unit}`;
  }
}

const named = (code: number, name: string | undefined): string =>
  name === undefined ? `${code}` : `${code} (${name})`;

/** "latitude_cell 275" where the profile names the dimension; 0 is "not stated". */
function ordinals(outcome: Outcome, part: 'coarse' | 'fine', profile: DomainProfile | undefined): string {
  const phenomenon = profile && phenomenonOf(profile, outcome);
  const texts = outcome[part].map((ordinal, i) => {
    const dimension = profile?.[part][i];
    if (!dimension) return `${ordinal}`;
    const { buckets } = dimension;
    const name =
      dimension.attribute === 'phenomenon'
        ? phenomenon?.name
        : 'registry' in buckets
          ? buckets.registry[ordinal - 1]
          : 'words' in buckets
            ? buckets.words.find((word) => wordOrdinal(word) === ordinal)
            : undefined;
    return `${dimension.name} ${ordinal === 0 ? 'not stated' : named(ordinal, name)}`;
  });
  return texts.length === 0 ? 'none' : texts.join(', ');
}
