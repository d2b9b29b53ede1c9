// Asks one gateway of the demo, over its own socket, why each of its verdicts, alarms and early warnings stands.
import { join } from 'node:path';
import { OperatingError } from '../core/errors.ts';
import type { TimedEvent } from '../core/events.ts';
import { didYouMean } from '../core/nearest.ts';
import type { DemoGateway } from '../sim/demo-setup.ts';
import { demoStations } from '../sim/demo-world.ts';
import type { Io } from './command.ts';
import { askToExplain, type ExplainedAnswer } from './explain.ts';

/** @throws OperatingError usage for a gateway that the demo does not have */
export function checkGateway(name: string): void {
  const names = demoStations().map((station) => station.name);
  if (names.includes(name)) return;
  const advice = didYouMean(name, names) || `; it has ${names.join(', ')}`;
  throw new OperatingError('usage', `the demo has no gateway ${JSON.stringify(name)}${advice}`);
}

export interface Told {
  note(gateway: string, event: TimedEvent): void;
  /** In the order in which they were told first; the gateway must still run. */
  explain(gateways: readonly DemoGateway[], io: Io): Promise<ExplainedAnswer[]>;
}

/** @param name undefined: nobody is asked */
export function createTold(name: string | undefined): Told {
  const ids = new Set<string>();
  return {
    note(gateway, event) {
      if (gateway !== name) return;
      if (event.type === 'verdict') ids.add(event.about);
      if (event.type === 'alarm' || event.type === 'advisory') ids.add(event.id);
    },
    async explain(gateways, io) {
      const asked = gateways.find(({ station }) => station.name === name);
      const answers: ExplainedAnswer[] = [];
      if (asked) for (const id of ids) answers.push(await askToExplain(join(asked.folder, 'data'), id, io.env));
      return answers;
    },
  };
}
