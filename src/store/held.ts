// Lists the packets that a database holds, newest first, for whoever wants to look at them: page by page, or by their ids.
//
// Reads alone, of an open store as of the file of a gateway that is stopped. Invariant: a page is as long as it was asked
// for at most, and a number is given once, so that pages follow each other while packets come and go.
import { OperatingError } from '../core/errors.ts';
import type { OpenDatabase } from './database.ts';
import { NUMBER_BYTES } from './neighbours.ts';
import type { StoredPacket } from './packets.ts';
import { MIGRATIONS } from './schema.ts';

export interface HeldPacket extends StoredPacket {
  /** Rises with each one that comes. */
  readonly n: number;
  /** Neighbours that have not acknowledged it, as far as it is written down. */
  readonly owing: number;
}

export interface Page {
  /** Only numbers below it. */
  readonly before: number;
  readonly limit: number;
}

type Row = Omit<HeldPacket, 'own' | 'sentMs'> & { readonly own: number; readonly sentMs: number | null };

const SELECT = `
  SELECT n, id, origin, finding, score, bytes, own, hops, received_ms AS receivedMs, expires_s AS expiresS,
    sent_ms AS sentMs, coalesce(length(owing), 0) / ${NUMBER_BYTES} AS owing
  FROM packets LEFT JOIN custody USING (n)`;

/** Newest first. @throws OperatingError store_unusable for a file of an earlier version */
export function heldPackets(database: OpenDatabase, { before, limit }: Page): HeldPacket[] {
  assertCurrent(database);
  return database
    .prepare<[number, number], Row>(`${SELECT} WHERE n < ? ORDER BY n DESC LIMIT ?`)
    .all(before, limit)
    .map(packetOf);
}

/** @param digits of the id in lower-case hex, from the first on @throws as heldPackets */
export function heldByDigits(database: OpenDatabase, digits: string, limit: number): HeldPacket[] {
  assertCurrent(database);
  return database
    .prepare<[string, number], Row>(`${SELECT} WHERE lower(hex(id)) GLOB ? || '*' LIMIT ?`)
    .all(digits, limit)
    .map(packetOf);
}

const packetOf = (row: Row): HeldPacket => ({ ...row, own: row.own === 1, sentMs: row.sentMs ?? undefined });

/** The tables of before were others; a start brings them up. */
function assertCurrent(database: OpenDatabase): void {
  if (Number(database.pragma('user_version', { simple: true })) === MIGRATIONS.length) return;
  const message = `${database.name} was written by another version of qis; start the gateway once, then ask again`;
  throw new OperatingError('store_unusable', message);
}
