// Finds the packets of a configuration: what its running gateway holds, or what the database of a stopped one does.
//
// Names are those of the configuration; a running gateway knows those of strangers as well.

import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { OperatingError } from '../core/errors.ts';
import { controlLongWaitMsMax } from '../core/load-limits.ts';
import { settingOf } from '../gateway/configured.ts';
import {
  type FoundPacket,
  findPacket,
  listPackets,
  type PacketShelf,
  type PacketsAsked,
  type ShownPackets,
} from '../gateway/held-packets.ts';
import { publicKey } from '../packet/gate.ts';
import { readIdentity } from '../packet/identity.ts';
import { heldByDigits, heldPackets } from '../store/held.ts';
import { lookAt } from '../store/summary.ts';
import type { Io } from './command.ts';
import { askOrElse } from './running-gateway.ts';

/** @throws OperatingError as askOrElse, not_found, store_unusable */
export async function packetsOf(config: Config, asked: PacketsAsked, env: Io['env']): Promise<ShownPackets> {
  const asking = { config, env, request: { ask: 'packets', ...asked }, waitMs: controlLongWaitMsMax };
  return askOrElse(asking, async () => {
    const found = await look(config, (shelf) => listPackets(shelf, asked));
    return found ?? { packets: [], more: 0 };
  });
}

/** @param id the first digits of one @throws OperatingError as packetsOf, usage */
export async function packetOf(config: Config, id: string, env: Io['env']): Promise<FoundPacket> {
  return askOrElse({ config, env, request: { ask: 'packet', id } }, async () => {
    const found = await look(config, async (shelf) => findPacket(shelf, id));
    if (found) return found;
    throw new OperatingError('not_found', `no packet is held: there is no gateway in ${config.data} yet`);
  });
}

async function look<T>(config: Config, of: (shelf: PacketShelf) => Promise<T>): Promise<T | undefined> {
  const { domains } = settingOf(config);
  const own = await readIdentity(join(config.data, 'identity.pem'));
  const named = [...config.neighbours, ...config.peers, { name: config.name, key: own?.publicKey.bytes }];
  const names = new Map(
    named.flatMap(({ name, key }) => {
      const nodeId = key && publicKey(key)?.nodeId.toString('hex');
      return nodeId ? [[nodeId, name] as const] : [];
    }),
  );
  return lookAt(config.data, (database) =>
    of({
      held: (page) => heldPackets(database, page),
      heldByDigits: (digits, limit) => heldByDigits(database, digits, limit),
      domains,
      nameOf: (nodeId) => names.get(nodeId) ?? nodeId.slice(0, 8),
    }),
  );
}
