// Lets the demo's gateways learn before its story begins: each runs its recording through the real path, on its own.
//
// Two at a time, because the work is all processor. What they report meanwhile is what they conclude without neighbours.
import { OperatingError } from '../core/errors.ts';
import type { TimedEvent } from '../core/events.ts';
import { type GatewayProcess, startGateway } from '../sim/demo-process.ts';
import type { DemoGateway } from '../sim/demo-setup.ts';
import type { Io } from './command.ts';

/** @throws OperatingError demo_failed, when it is interrupted too */
export async function learn(gateways: readonly DemoGateway[], io: Io): Promise<TimedEvent[]> {
  const events: TimedEvent[] = [];
  const waiting = [...gateways];
  const worker = async () => {
    for (let gateway = waiting.shift(); gateway && !io.signal.aborted; gateway = waiting.shift()) {
      const onEvent = (event: TimedEvent) => void events.push(event);
      await using process: GatewayProcess = startGateway(gateway.learnConfig, { onEvent });
      const { code, stderr } = await process.exited;
      if (code !== 0 && !io.signal.aborted)
        throw new OperatingError('demo_failed', `${gateway.station.name} could not learn: ${stderr}`);
    }
  };
  await Promise.all([worker(), worker()]);
  stopIfInterrupted(io);
  return events;
}

export function stopIfInterrupted({ signal }: Io): void {
  if (signal.aborted) throw new OperatingError('demo_failed', 'the demo was interrupted');
}
