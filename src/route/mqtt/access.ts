// Decides who may do what at the embedded broker.
//
// Three roles. A gateway speaks packets and link frames and nothing else; a program asks, and hears its answers and
// verdicts (local-topic.ts); a sensor (and whatever looks at sensors) speaks everything but those. Wildcards let a sensor
// subscribe to `#`, so delivery is checked as well as subscription.
// Topics that begin with `$` belong to the broker; that includes shared subscriptions, which Aedes grants and never serves.
import { createHash, timingSafeEqual } from 'node:crypto';
import { OperatingError } from '../../core/errors.ts';
import { isLinkTopic, isNetworkTopic } from '../topic.ts';
import { isLocalTopic, isSeenBy, requestTopic } from './local-topic.ts';

export interface Account {
  readonly name: string;
  readonly password: string;
  readonly role: 'gateway' | 'sensor' | 'program';
  /** Of a sensor account: topics under which it publishes and sees messages, whole levels; absent: all but those of gateways. */
  readonly topics?: readonly string[] | undefined;
}

/** `anyone`: a broker without accounts, which listens on loopback only. */
export type Role = Account['role'] | 'anyone';

export interface Identity {
  readonly name: string;
  readonly role: Role;
  readonly topics?: readonly string[] | undefined;
}

export const ANYONE: Identity = { name: 'anonymous', role: 'anyone' };

/** Whether an account sees messages on a topic at all. */
export function maySee(who: Identity, topic: string): boolean {
  return isOfRole(who, topic) && (who.topics?.some((prefix) => isUnder(prefix, topic)) ?? true);
}

export function mayPublish(who: Identity, topic: string): boolean {
  const { role, name } = who;
  if (role === 'program' || isLocalTopic(topic)) {
    const asked = requestTopic(topic);
    return asked !== undefined && (role === 'anyone' || (role === 'program' && asked.client === name));
  }
  return maySee(who, topic) && isSpoken(topic);
}

/** A sensor's `#` is granted; maySee keeps packets, answers, and what is not under its topics, out of it. */
export function maySubscribe({ role, name }: Identity, filter: string): boolean {
  return isOfRole({ role, name }, filter) && isSpoken(filter);
}

/** Whether anybody says anything there: of what belongs to gateways packets and link frames alone. */
const isSpoken = (topic: string): boolean => !isNetworkTopic(topic) || topic.startsWith('qis/1/') || isLinkTopic(topic);

function isOfRole({ role, name }: Identity, topic: string): boolean {
  if (topic.startsWith('$')) return false;
  if (role === 'anyone') return true;
  if (role === 'program') return isSeenBy(name, topic);
  return !isLocalTopic(topic) && isNetworkTopic(topic) === (role === 'gateway');
}

const isUnder = (prefix: string, topic: string): boolean => topic === prefix || topic.startsWith(`${prefix}/`);

/** The name stands before a `/` in a client id (broker.ts). */
const NAME = /^[^/]{1,64}$/;

/** @param clientId as the broker knows it: `account/id` */
export function accountOf(clientId: string): string {
  return clientId.slice(0, Math.max(0, clientId.indexOf('/')));
}

/** Why no client could log in under it; undefined when one can. */
export function accountNameProblem({ name, role }: Pick<Identity, 'name' | 'role'>): string | undefined {
  if (!NAME.test(name)) return 'is not a valid account name; use 1 to 64 characters, without "/"';
  return role === 'program' && /[+#]/.test(name) ? 'stands in topics; use a name without "+" and "#"' : undefined;
}

const digest = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest();

/**
 * A check that takes as long for a name nobody has as for a wrong password. With no accounts at all, everyone is ANYONE.
 * @throws OperatingError config_invalid for a name or password that cannot be used
 */
export function credentialsOf(
  accounts: readonly Account[],
): (name: string | undefined, password: Buffer | undefined) => Identity | undefined {
  const known = new Map<string, { identity: Identity; secret: Buffer }>();
  for (const { name, password, role, topics } of accounts) {
    const problem =
      accountNameProblem({ name, role }) ??
      (password === '' ? 'has no password' : known.has(name) ? 'is there twice; give each its own name' : undefined);
    if (problem) throw new OperatingError('config_invalid', `broker account ${JSON.stringify(name)} ${problem}`);
    known.set(name, { identity: { name, role, ...(topics && { topics }) }, secret: digest(password) });
  }
  const nobody = digest('');
  return (name, password) => {
    if (known.size === 0) return ANYONE;
    const entry = known.get(name ?? '');
    const equal = timingSafeEqual(digest(password ?? ''), entry?.secret ?? nobody);
    return equal ? entry?.identity : undefined;
  };
}
