// What a running gateway answers to commands on this machine (observe/control-socket.ts): one row for each thing asked.
//
// Commands go through here and never open the database of a gateway that runs. Invariant: an answer is plain JSON with
// snake_case keys; what cannot be answered is thrown as an OperatingError that says what to do.
import type { Config } from '../config/config.ts';
import { OperatingError } from '../core/errors.ts';
import type { ControlHandlers } from '../observe/control-socket.ts';
import { reported } from '../observe/report.ts';
import type { Store } from '../store/store.ts';
import type { BackupCopies } from './backup-copy.ts';
import { settingOf } from './configured.ts';
import type { Gateway } from './gateway.ts';
import { findPacket, listPackets, packetsAsked } from './held-packets.ts';
import { answerMaintenance } from './maintenance-request.ts';
import type { StatusSource } from './status.ts';
import type { TimeKeeper } from './time-keeper.ts';

export interface RequestParts {
  readonly config: Config;
  readonly gateway: Gateway;
  readonly status: Pick<StatusSource, 'now'>;
  readonly store: Store;
  readonly time: TimeKeeper;
  readonly backups: BackupCopies;
}

export function requestsOf(parts: RequestParts): ControlHandlers {
  const { config, gateway, status, store, time, backups } = parts;
  const { domains } = settingOf(config);
  const shelf = { held: store.held, heldByDigits: store.heldByDigits, domains, nameOf: gateway.nameOf };
  const { deposits, questions } = gateway;
  return {
    status: () => reported(status.now()),
    explain: ({ id }) => gateway.explain(id),
    packets: (request) => listPackets(shelf, packetsAsked(request)),
    packet: ({ id }) => findPacket(shelf, id),
    maintenance: (request) => reported(answerMaintenance(gateway, request)),
    time_reset: () => ({ floor_ms: time.reset() }),
    backup: async () => reported(await backups.make()),
    query: questions.query,
    advise: questions.advise,
    deposit: ({ items }) => ({ results: deposits.deposit(listed(items)) }),
  };
}

/** @throws OperatingError usage */
function listed(items: unknown): readonly unknown[] {
  if (Array.isArray(items)) return items;
  throw new OperatingError('usage', 'items: is not a list of deposits');
}
