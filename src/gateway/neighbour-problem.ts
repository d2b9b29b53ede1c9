// Puts into words what keeps a neighbour and us from hearing each other: whose key is where, and what to do about it.
//
// Both keys stand whole in each line, as the two programs print them, so that two people can compare them on the telephone.
// Invariant: a function of what is known; the same trouble gives the same words.
import type { PublicKey } from '../packet/gate.ts';
import { keyText } from '../packet/key-text.ts';
import type { Keyring } from '../packet/keyring.ts';

/** What is known of a neighbour, or of somebody who knocks. */
export interface Acquaintance {
  readonly name: string;
  /** Ours. */
  readonly own: PublicKey;
  /** Written down for it. */
  readonly key: PublicKey | undefined;
  /** Another key that speaks where it should. */
  readonly came?: PublicKey | undefined;
  /** Whom it takes us for: a kid. */
  readonly taken?: Buffer | undefined;
  /** The way to it has been open for a while, and not a word came. */
  readonly isSilent?: boolean;
  /** The link to it is closed soon after it came up, again and again. */
  readonly isCut?: boolean;
  /** It was to dial us, and has not. */
  readonly isAbsent?: boolean;
  readonly keyring: Pick<Keyring, 'candidates' | 'nameOf'>;
}

/** @returns undefined when nothing is wrong */
export function problemOf(it: Acquaintance): string | undefined {
  const { name, own, key, came, taken, isSilent, isAbsent, isCut } = it;
  const ours = keyText(own.bytes);
  if (came && !key)
    return `${name} knocks with the key ${keyText(came.bytes)}, which is not written down here, so nothing it says is believed: enter it under neighbours or peers if you know whose it is${takenWords(it)}`;
  if (came && key)
    return `${name}: the key written down for it is ${keyText(key.bytes)}, and ${keyText(came.bytes)} came${otherName(it, came)}: compare with qis status there, and enter the right one under neighbours${takenWords(it)}`;
  if (taken && key)
    return `${name} (key ${keyText(key.bytes)}) takes this gateway for another one: it speaks to ${whom(it, taken)}, and the key here is ${ours}: they enter this one under neighbours`;
  if (isCut)
    return `${name}: the link comes up and is closed again and again: most likely a second machine runs with the key of this gateway, ${ours} (a copied card or data folder): stop one of the two, and qis init another key for it. Else that gateway keeps restarting, or the network breaks`;
  if (isSilent && key)
    return `${name} does not answer: most likely it does not have our key, ${ours}: they enter it there under neighbours or peers, and restart. If they have it, see whether it runs, and compare the key written down for it, ${keyText(key.bytes)}, with qis status there`;
  if (isSilent)
    return `${name}: no key is written down for it, nor any under peers, so nothing it says is believed: enter the one that qis status shows there as its key under neighbours`;
  if (isAbsent)
    return `${name} has not connected: no url is written down for it here, so it has to dial us, with an account at our broker. If it cannot, enter its url, and have an account there`;
  return undefined;
}

function takenWords(it: Acquaintance): string {
  if (!it.taken) return '';
  return `. It takes this gateway for another one, too (it speaks to ${whom(it, it.taken)}): the key here is ${keyText(it.own.bytes)}, which they enter there`;
}

function otherName({ keyring }: Acquaintance, { kid, nodeId }: PublicKey): string {
  const isKnown = keyring.candidates(kid).some((key) => key.nodeId.equals(nodeId));
  const name = keyring.nameOf(nodeId.toString('hex'));
  return isKnown && name !== nodeId.toString('hex').slice(0, 8) ? `, which is written down for ${name}` : '';
}

/** All that a frame says of whom it is for is a kid, the beginning of the node id; the whole key, where it is one we know. */
function whom({ keyring }: Acquaintance, kid: Buffer): string {
  const [known] = keyring.candidates(kid);
  if (!known) return `the node id that begins with ${kid.toString('hex')}`;
  return `the key of ${keyring.nameOf(known.nodeId.toString('hex'))}, ${keyText(known.bytes)}`;
}
