// Lets a replay go wrong on purpose, for measuring what a network withstands: packets that get lost, clocks that were
// never set, and insiders that sign what is false.
//
//     agent of an insider ──own packet──> Insider ──what it says instead──> signed anew ──> network ──> admission of the others
//
// What an insider says is signed with its own key, or that of a newcomer it made up, and numbered anew: it takes the same
// way as any packet. What it relays of others it relays unchanged. Invariant: without a disturbance a replay is as it was.
import type { Clock, ClockQuality } from '../core/clock.ts';
import { topicOf } from '../packet/fingerprint.ts';
import type { Identity } from '../packet/identity.ts';
import type { Outcome } from '../packet/outcome.ts';
import { issue, parse } from '../packet/packet.ts';
import type { Network } from '../route/network.ts';

export interface Saying {
  /** Whose key signs: 0 its own, from 1 on those of its newcomers. */
  readonly key: number;
  /** Its sequence is replaced, and so is the context of a newcomer. */
  readonly outcome: Outcome;
}

export interface Insider {
  /** Keys it announces beside its own, that nobody has pinned. */
  readonly newcomers: number;
  /** @param own the packet its gateway would send; undefined: a moment has passed @returns what is sent instead, and beside */
  says(nowMs: number, own: Outcome | undefined): readonly Saying[];
}

export interface Disturbance {
  /** By the name of the station. */
  readonly insiders?: ReadonlyMap<string, Insider>;
  /** Whether a packet never reaches this station, in however many copies it comes. */
  readonly isLost?: (station: string, bytes: Buffer) => boolean;
  readonly clockQuality?: (station: string) => ClockQuality;
}

export interface InsiderNetwork extends Pick<Network, 'publish' | 'watch'> {
  /** Has the insider say what it says unasked. */
  speak(): void;
}

export interface InsiderOptions {
  readonly insider: Insider;
  /** Its own first. */
  readonly identities: readonly Identity[];
  readonly clock: Clock;
}

export function insiderNetwork(network: Pick<Network, 'publish' | 'watch'>, options: InsiderOptions): InsiderNetwork {
  const { insider, identities, clock } = options;
  const sequences = identities.map(() => 0);

  function say(own: Outcome | undefined): void {
    for (const { key, outcome } of insider.says(clock.now(), own)) {
      const identity = identities[key]!;
      const context = key === 0 ? outcome.context : identity.contextTag('');
      const packet = issue({ ...outcome, context, sequence: sequences[key]!++ }, identity, undefined);
      network.publish(topicOf(packet.outcome, undefined), packet.bytes);
    }
  }

  return {
    publish(topic, bytes) {
      const parsed = parse(bytes);
      const isOwn = parsed.ok && parsed.packet.kid.equals(identities[0]!.publicKey.kid);
      if (!isOwn) return network.publish(topic, bytes);
      say(parsed.packet.outcome);
      return true;
    },
    ...(network.watch && { watch: network.watch }),
    speak: () => say(undefined),
  };
}
