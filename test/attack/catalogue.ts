// All attacks, and which of them are meant.

import { ACCOUNT_ATTACKS } from './account-attacks.ts';
import type { Attack } from './attack.ts';
import { DATABASE_ATTACKS } from './database-attacks.ts';
import { MACHINE_ATTACKS } from './machine-attacks.ts';
import { NETWORK_ATTACKS } from './network-attacks.ts';
import { PACKET_ATTACKS } from './packet-attacks.ts';
import { SOURCE_ATTACKS } from './source-attacks.ts';

export const ATTACKS: readonly Attack[] = [
  ...MACHINE_ATTACKS,
  ...DATABASE_ATTACKS,
  ...ACCOUNT_ATTACKS,
  ...SOURCE_ATTACKS,
  ...PACKET_ATTACKS,
  ...NETWORK_ATTACKS,
];

/** @param only how names begin; absent: all. Named ones are run in the short form, too, whatever they are. */
export function chosen(
  attacks: readonly Attack[],
  { only, isShort }: { only: readonly string[] | undefined; isShort: boolean },
): readonly Attack[] {
  if (only) return attacks.filter(({ name }) => only.some((beginning) => name.startsWith(beginning)));
  return isShort ? attacks.filter(({ isQuick }) => isQuick) : attacks;
}
