// Reads what the demo's gateways say of themselves, as `qis status --json` shows it: bytes on their links, and what the
// word of others counts there.
import { join } from 'node:path';
import { controlPath } from '../observe/control-address.ts';
import { readStatus } from '../observe/control-client.ts';
import type { DemoGateway } from '../sim/demo-setup.ts';
import type { Io } from './command.ts';

/** What is used of it. */
export interface DemoStatus {
  readonly links?: readonly { readonly bytes_in: number; readonly bytes_out: number }[];
  readonly reputation?: readonly {
    readonly origin: string;
    readonly phenomenon: string;
    readonly weight: number;
  }[];
}

/** Of each gateway in turn; an empty one where a gateway is gone. */
export async function statusesOf(gateways: readonly DemoGateway[], io: Io): Promise<DemoStatus[]> {
  const statuses: DemoStatus[] = [];
  for (const { folder } of gateways) statuses.push((await readStatus(controlPath(join(folder, 'data'), io.env))) ?? {});
  return statuses;
}

/** What the gateways count at the sockets of the links they dialled, both ways. */
export function linkBytes(statuses: readonly DemoStatus[]): number {
  return statuses
    .flatMap(({ links }) => links ?? [])
    .reduce((bytes, { bytes_in, bytes_out }) => bytes + bytes_in + bytes_out, 0);
}

/** A key that is written down starts here, before anything is known of it. */
const WEIGHT_AT_FIRST = 1;

/** How many weights, of one gateway in the eyes of another, are not what they were. Both lists in one order. */
export function weightsMoved(atStart: readonly DemoStatus[], atEnd: readonly DemoStatus[]): number {
  const moved = atEnd.map(({ reputation = [] }, index) => {
    const before = new Map(atStart[index]?.reputation?.map((one) => [`${one.origin}/${one.phenomenon}`, one.weight]));
    const isMoved = ({ origin, phenomenon, weight }: (typeof reputation)[number]) =>
      weight !== (before.get(`${origin}/${phenomenon}`) ?? WEIGHT_AT_FIRST);
    return reputation.filter(isMoved).length;
  });
  return moved.reduce((sum, count) => sum + count, 0);
}
