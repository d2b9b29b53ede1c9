// A signature is checked once in a replay, however many gateways the packet reaches.
//
// Sound only where all of them believe the same keys and belong to no community. What is remembered is the verdict on
// exact bytes; the rest of admission (time, topic, duplicates) is each gateway's own.
import { verifiedPacketsMax } from '../core/limits.ts';
import { open, type SignedPacket } from '../packet/packet.ts';

export function openOnce(): typeof open {
  const opened = new Map<string, SignedPacket | undefined>();
  return (packet, keys, community) => {
    const bytes = packet.bytes.toString('latin1');
    if (opened.has(bytes)) return opened.get(bytes);
    const signed = open(packet, keys, community);
    if (opened.size >= verifiedPacketsMax) opened.delete(opened.keys().next().value ?? '');
    opened.set(bytes, signed);
    return signed;
  };
}
