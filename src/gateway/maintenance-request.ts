// Answers `qis maintenance`: begins one, ends it, or lists those that are on.
//
// Invariant: a maintenance begins only of a sensor that is configured, or was heard behind a subscription.
import { OperatingError } from '../core/errors.ts';
import { maintenanceMsMax } from '../core/load-limits.ts';
import { didYouMean } from '../core/nearest.ts';
import type { Gateway } from './gateway.ts';

/** Plain JSON. */
export interface ShownMaintenance {
  readonly sensor: string;
  /** RFC 3339, by the gateway's clock. */
  readonly until: string;
  readonly leftS: number;
}

/**
 * @param request `sensor` with `forMs` or `isEnd`; without a sensor nothing changes
 * @returns those that are on afterwards
 * @throws OperatingError not_found, usage, store_unusable
 */
export function answerMaintenance(
  { maintenance, sensors }: Pick<Gateway, 'maintenance' | 'sensors'>,
  { sensor, forMs, isEnd }: Readonly<Record<string, unknown>>,
): ShownMaintenance[] {
  if (typeof sensor === 'string') {
    const known = [...new Set([...sensors(), ...maintenance.list().map((one) => one.sensor)])];
    if (!known.includes(sensor)) {
      const which = known.length === 0 ? '; it has none' : didYouMean(sensor, known);
      throw new OperatingError('not_found', `this gateway has no sensor ${JSON.stringify(sensor)}${which}`);
    }
    if (isEnd === true) end(maintenance, sensor);
    else maintenance.begin(sensor, checkedMs(forMs));
  }
  return maintenance.list().map(({ sensor: name, untilMs, leftMs }) => ({
    sensor: name,
    until: new Date(untilMs).toISOString(),
    leftS: Math.round(leftMs / 1000),
  }));
}

function end(maintenance: Gateway['maintenance'], sensor: string): void {
  if (!maintenance.end(sensor)) throw new OperatingError('not_found', `${sensor} is not in maintenance`);
}

function checkedMs(forMs: unknown): number {
  if (typeof forMs === 'number' && forMs >= 1_000 && forMs <= maintenanceMsMax) return forMs;
  const days = maintenanceMsMax / 86_400_000;
  throw new OperatingError('usage', `a maintenance lasts at most ${days} days; begin it again when it takes longer`);
}
