// Holds what a neighbour said it watches against a packet.
//
// A filter of an announcement matches as the MQTT filter it stands for: its tokens are the first of the packet's, coarse and
// then fine, an empty one matches any, and further detail is not looked at (protocol sections 4 and 6).
import type { Clock } from '../../core/clock.ts';
import type { Domain } from '../../core/condition.ts';
import { type Announcement, isValidAt, type WatchedTopics } from '../../packet/announcement.ts';
import type { Community } from '../../packet/community.ts';
import { tokens } from '../../packet/fingerprint.ts';
import type { Outcome } from '../../packet/outcome.ts';
import type { Peer } from '../session/peer-table.ts';
import { isNarrow } from '../way.ts';

/** Whether it said what it watches, and that holds still. */
export function isAnnounced(peer: { readonly announcement: Announcement | undefined }, clock: Clock): boolean {
  return peer.announcement !== undefined && isValidAt(peer.announcement, clock);
}

/**
 * What a neighbour watches, as far as we know: what it announced; or, on a way that may be too small for its announcement,
 * what we watch ourselves, because it is near; or nothing.
 */
export function watchedBy(
  peer: Pick<Peer, 'announcement' | 'session' | 'ways'>,
  { clock, watched }: { readonly clock: Clock; readonly watched: readonly WatchedTopics[] },
): readonly WatchedTopics[] {
  if (peer.announcement && isAnnounced(peer, clock)) return peer.announcement.filters;
  return peer.session && isNarrow(peer.ways[0]) ? watched : [];
}

export function watches(
  filters: readonly WatchedTopics[],
  outcome: Pick<Outcome, 'domain' | 'coarse' | 'fine'>,
  community: Community | undefined,
): boolean {
  // Most peers of a large neighbourhood said nothing, and tokens are hashes.
  if (filters.length === 0) return false;
  const { domain, coarse, fine } = outcome;
  return matches(filters, { domain, tokens: tokens({ domain, coarse, fine }, community) });
}

/** The same, of what stands in a topic. */
export function matches(
  filters: readonly WatchedTopics[],
  topic: { readonly domain: Domain; readonly tokens: readonly string[] },
): boolean {
  return filters.some(
    (filter) =>
      filter.domain === topic.domain &&
      filter.tokens.every((token, index) => token.length === 0 || token.toString('hex') === topic.tokens[index]),
  );
}

export function sameFilters(before: Announcement | undefined, after: Announcement): boolean {
  return before !== undefined && textOf(before) === textOf(after);
}

function textOf({ filters }: Announcement): string {
  return filters
    .map(({ domain, tokens: t }) => `${domain}/${t.map((token) => token.toString('hex')).join('/')}`)
    .join();
}
