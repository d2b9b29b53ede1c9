// The sentences in which an operator is told of an alarm: the level was reached, others agree, only here, the device, soon.
// Invariant: only a sign of the device itself is called a failure.
import type { TimedEvent } from '../core/events.ts';
import { amount, count, percent } from './amount.ts';
import { phenomenonName, sourceNextDoor } from './phenomenon-name.ts';

type AlarmEvent = Extract<TimedEvent, { type: 'alarm' }>;

export function alarmWords(event: AlarmEvent): string {
  const { phenomenon, sensor, cause, interval } = event;
  const name = phenomenonName(phenomenon);
  const value = amount(event.observed, event.unit);
  switch (event.kind) {
    case 'event':
      return `ALARM: ${name} is at ${value} at ${sensor}, ${percent(event.confidence)} that others nearby see it too`;
    case 'confirmed':
      return `ALARM confirmed, ${name} is high here and nearby: real, ${percent(event.confidence)}`;
    case 'local':
      return `${name} is high only here, ${value}: ${sourceNextDoor(phenomenon)}, or the sensor`;
    case 'fault':
      return `${sensor} fails: ${ALARM_CAUSES[cause ?? 'stuck'](event.neighbours ?? 0)}, at ${value} of ${name}`;
    case 'advisory': {
      const hours = interval ? Math.round((interval.untilMs - interval.fromMs) / 3_600_000) : 0;
      const within = hours > 1 ? count(hours, 'hour') : 'the hour';
      return `${name} is likely to reach its alarm level here within ${within}, ${percent(event.confidence)}: ${value} now, and rising nearby`;
    }
  }
}

const ALARM_CAUSES = {
  stuck: () => 'it repeats one value',
  dead: () => 'it rests below all it ever showed',
  drift: () => 'it has stood high for days, and nobody nearby has',
  disagreement: () => 'its two channels disagree',
  attenuated: (n) => `its fan may have stopped, its values barely move while those of ${count(n, 'neighbour')} do`,
  reads_low: (n) => `for days it reads less than it did beside ${count(n, 'neighbour')}; clean its inlet and fan`,
  reads_high: (n) =>
    `for days it reads more than it did beside ${count(n, 'neighbour')}; look for dirt, or a source at it`,
} as const satisfies Record<NonNullable<AlarmEvent['cause']>, (neighbours: number) => string>;
