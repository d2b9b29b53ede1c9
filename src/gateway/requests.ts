// What a running gateway answers to commands on this machine (observe/control-socket.ts): one row for each thing asked.
//
// Commands go through here and never open the database of a gateway that runs. Invariant: an answer is plain JSON with
// snake_case keys; what cannot be answered is thrown as an OperatingError that says what to do.
import type { Clock } from '../core/clock.ts';
import type { ControlHandlers } from '../observe/control-socket.ts';
import { reported } from '../observe/report.ts';
import type { Telemetry } from '../observe/telemetry.ts';
import type { Gateway } from './gateway.ts';
import type { TimeKeeper } from './time-keeper.ts';

export interface RequestParts {
  readonly gateway: Gateway;
  readonly clock: Clock;
  readonly time: TimeKeeper;
  readonly telemetry: Telemetry;
  readonly version: string;
}

/** The gateway counts as started now. */
export function requestsOf(parts: RequestParts): ControlHandlers {
  return { status: statusOf(parts), explain: ({ id }) => parts.gateway.explain(id) };
}

function statusOf({ gateway, clock, time, telemetry, version }: RequestParts): () => unknown {
  const startedMs = clock.now();
  return () => {
    const snapshot = gateway.snapshot();
    return reported({
      running: true,
      pid: process.pid,
      version,
      uptimeS: Math.round((clock.now() - startedMs) / 1000),
      clockQuality: clock.quality(),
      time: time.shown(snapshot.held),
      ...snapshot,
      gauges: telemetry.gauges.snapshot(),
      counters: telemetry.counters.snapshot(),
    });
  };
}
