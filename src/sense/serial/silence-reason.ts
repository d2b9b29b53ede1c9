// Says why a serial device is not heard, by what came from it since its last good frame: no byte at all, answers that
// refuse, or bytes of which none is a frame of its model. Each reason names what to check.
//
// Invariant: a count stands first, and nothing else in a reason changes from one silence to the next.

/** What came since the last good frame, or since the device was started anew. */
export interface Unheard {
  readonly bytes: number;
  /** Answers in which it says no. */
  readonly refusals: number;
  /** Devices whose frames the bytes hold; none when its own are among them. */
  readonly lookLike: readonly string[];
}

export interface SilentDevice {
  /** The model, as its case has it, or what else it is called. */
  readonly name: string;
  readonly baud: number;
  /** It speaks when it is asked. */
  readonly isAsked: boolean;
  /** It has an address on its line. */
  readonly hasAddress: boolean;
  /** A serial server's line is set at the server. */
  readonly isRemote: boolean;
  /** What else decides whether its frames are understood, in the words of the configuration. */
  readonly alsoCheck: string;
}

export function silenceReason(
  { bytes, refusals, lookLike }: Unheard,
  { name, baud, isAsked, hasAddress, isRemote, alsoCheck }: SilentDevice,
  seconds: number,
): string {
  const within = `in ${Number(seconds.toPrecision(3))} s`;
  const line = isRemote ? 'the baud rate at the serial server' : `\`baud\` (${baud} now)`;
  const address = hasAddress ? ', `address`' : '';
  if (refusals > 0) {
    return `${refusals} answers came ${within}, and refuse what it is asked: check ${alsoCheck}${address}`;
  }
  const others = lookLike.slice(0, NAMES_MAX).join('; or of ');
  if (others !== '') {
    return `${bytes} bytes came ${within}, none is a ${name}, but they look like frames of ${others}: check \`device\`, \`model\` and \`port\``;
  }
  if (bytes > 0) return `${bytes} bytes came ${within}, none is a ${name}: check ${line}${address} and ${alsoCheck}`;
  if (!isAsked) {
    return `no byte came ${within}: check its power, and whether TX and RX are swapped (its TX goes to RX here)`;
  }
  const wires = hasAddress ? 'TX and RX, or A and B,' : 'TX and RX';
  return `no byte came ${within}, though it was asked: check its power, whether ${wires} are swapped, and ${line}${address}`;
}

/** Models of one maker share a frame: what tells them apart is read from the case. */
const NAMES_MAX = 3;
