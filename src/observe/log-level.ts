// Says how much an event matters: a warning asks for the operator, debug is what a healthy gateway does all day.
//
// A shared broker sends our own packets back, a packet comes on two ways, and a neighbour that restarted speaks under a
// session not known yet, or says that it has what we have not, or answers late; who is not known here knocks, and is named in
// a warning of its own (neighbours.ts): each frame is counted like any drop, and told at debug level.
import type { LinkFrameReason, PacketReason, TimedEvent } from '../core/events.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

const LEVELS: Partial<Record<TimedEvent['type'], LogLevel>> = {
  packet_received: 'debug',
  packet_relayed: 'debug',
  frame_dropped: 'warn',
  reading_dropped: 'warn',
  packet_dropped: 'warn',
  link_frame_dropped: 'warn',
  owed_shed: 'warn',
  events_missed: 'warn',
  equivocation: 'warn',
  peer_known: 'debug',
  no_room: 'debug',
  source_down: 'warn',
  link_down: 'warn',
  client_refused: 'warn',
  client_evicted: 'warn',
  client_throttled: 'warn',
  request_refused: 'warn',
  warning: 'warn',
};

/** What a healthy gateway drops all day. */
export const EXPECTED_PACKETS: ReadonlySet<PacketReason> = new Set(['own_echo', 'duplicate']);
const EXPECTED_FRAMES: ReadonlySet<LinkFrameReason> = new Set([
  'own_frame',
  'unknown_boot',
  'unexpected_ack',
  // Mostly one that came too late.
  'unexpected_result',
  'stranger',
  'not_for_us',
]);

export function levelOf(event: TimedEvent): LogLevel {
  if (event.type === 'packet_dropped' && EXPECTED_PACKETS.has(event.reason)) return 'debug';
  if (event.type === 'link_frame_dropped' && EXPECTED_FRAMES.has(event.reason)) return 'debug';
  // It restarts, or its network went for a moment: where it does not come back, the next attempt is a warning.
  if (event.type === 'link_down' && event.reason === 'the neighbour closed the connection') return 'info';
  if (event.type === 'frame_dropped' && event.early) return 'debug';
  return LEVELS[event.type] ?? 'info';
}

/** Whether it is of a kind that repeats, and is held back when it does: warnings, and drops that were expected. */
export const mayRepeat = ({ type }: TimedEvent): boolean => LEVELS[type] === 'warn';
