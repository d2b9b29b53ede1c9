// What a neighbour said it watches, held against a packet.
//
// A filter of an announcement matches as the MQTT filter it stands for: its tokens are the first of the packet's, an empty
// one matches any, and detail is not looked at (protocol section 4).
import type { Clock } from '../../core/clock.ts';
import { type Announcement, isValidAt } from '../../packet/announcement.ts';
import type { Community } from '../../packet/community.ts';
import { tokens } from '../../packet/fingerprint.ts';
import type { Outcome } from '../../packet/outcome.ts';

/** Whether it said what it watches, and that holds still. */
export function isAnnounced(peer: { readonly announcement: Announcement | undefined }, clock: Clock): boolean {
  return peer.announcement !== undefined && isValidAt(peer.announcement, clock);
}

export function watches(
  { filters }: Pick<Announcement, 'filters'>,
  outcome: Pick<Outcome, 'domain' | 'coarse'>,
  community: Community | undefined,
): boolean {
  const levels = tokens({ domain: outcome.domain, coarse: outcome.coarse }, community);
  return filters.some(
    (filter) =>
      filter.domain === outcome.domain &&
      filter.tokens.every((token, index) => token.length === 0 || token.toString('hex') === levels[index]),
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
