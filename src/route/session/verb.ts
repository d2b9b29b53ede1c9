// The table of verbs: what the protocol fixes of each (sections 5 and 6). `dispatch.ts` brings frames to their handlers.
//
// A new verb is a row here and a handler where it belongs; nothing branches on a number. Numbers of verbs that are not
// here yet are given out by the protocol: FIND 4, NODES 5, RECEIPT 7, WATCH 10, NOTIFY 11, SYNC 12, LEAVE 13.
import { acksPerFrameMax } from '../../core/limits.ts';
import type { Item } from '../../packet/canonical.ts';
import { isQuestionBody, isResultBody } from './question.ts';

export interface Verb {
  readonly number: number;
  /** A stranger may say it: its body is an announcement, and says whose key to believe. */
  readonly strangerMay: boolean;
  /** Heard before the sender's boot is known: it is how that gets known. */
  readonly beforeSession: boolean;
  /** It makes work for us whenever it is said: heard only so often from one peer. */
  readonly isPaced: boolean;
  /** The frame names where it is to go; 16 bytes. */
  readonly hasAddress: boolean;
  /** Whether a body has the shape that the verb asks for. */
  readonly isBody: (body: Item) => boolean;
}

/** Only from a gateway we have a session with, and to no address. */
const PLAIN = { strangerMay: false, beforeSession: false, isPaced: false, hasAddress: false };
const isBytes = (body: Item): boolean => Buffer.isBuffer(body);
const isNonce = (body: Item): boolean => Buffer.isBuffer(body) && body.length === 8;
const isKid = (item: Item): boolean => Buffer.isBuffer(item) && item.length === 8;
const isId = (item: Item): boolean => Buffer.isBuffer(item) && item.length === 16;
const isIds = (body: Item): boolean => Array.isArray(body) && body.length <= acksPerFrameMax && body.every(isId);

const isKids = (body: Item): boolean =>
  Array.isArray(body) && body.length > 0 && body.length <= acksPerFrameMax && body.every(isKid);

export const VERBS = {
  ack: { ...PLAIN, number: 0, isBody: isIds },
  ping: { ...PLAIN, number: 1, isBody: isNonce, beforeSession: true },
  pong: { ...PLAIN, number: 2, isBody: isNonce, beforeSession: true },
  announce: { ...PLAIN, number: 3, isBody: isBytes, strangerMay: true, isPaced: true },
  store: { ...PLAIN, number: 6, isBody: isBytes, hasAddress: true },
  query: { ...PLAIN, number: 8, isBody: isQuestionBody, hasAddress: true },
  result: { ...PLAIN, number: 9, isBody: isResultBody },
  refuse: { ...PLAIN, number: 14, isBody: isKids },
} as const satisfies Readonly<Record<string, Verb>>;

export type VerbName = keyof typeof VERBS;

const BY_NUMBER: ReadonlyMap<number, Verb> = new Map(Object.values(VERBS).map((verb) => [verb.number, verb]));

/** @returns undefined for a number that this version does not know */
export function verbAt(number: number): Verb | undefined {
  return BY_NUMBER.get(number);
}
