// Tells programs at the own broker what the gateway concluded, as it is told to the operator: in figures and in words.
//
//     event ──verdict, alarm, advisory?──> qis-local/1/verdict/<sensor>
//
// Not retained: a verdict of yesterday must not switch anything today. Invariant: `id` is what `qis explain` takes.
import type { AgentEvent, TimedEvent } from '../core/events.ts';
import { alarmWords } from '../observe/alarm-words.ts';
import { advisoryWords, verdictWords } from '../observe/finding-words.ts';
import { reported } from '../observe/report.ts';
import type { Broker } from '../route/mqtt/broker.ts';
import { verdictTopic } from '../route/mqtt/local-topic.ts';

export interface LocalVerdicts {
  /** Every event of the gateway; what is no conclusion is passed over. */
  hear(event: AgentEvent): void;
  /** Until then, and without a broker, nobody is told. */
  tellOn(broker: Pick<Broker, 'publish'> | undefined): void;
}

export function createLocalVerdicts(now: () => number): LocalVerdicts {
  let broker: Pick<Broker, 'publish'> | undefined;
  return {
    hear(event) {
      if (event.type !== 'verdict' && event.type !== 'alarm' && event.type !== 'advisory') return;
      const timeMs = now();
      const told = { timeMs, ...toldOf({ ...event, timeMs }) };
      broker?.publish(verdictTopic(told.sensor), Buffer.from(JSON.stringify(reported(told))));
    },
    tellOn(opened) {
      broker = opened;
    },
  };
}

type Told = Extract<TimedEvent, { type: 'verdict' | 'alarm' | 'advisory' }>;

/** `verdict`, `alarm` or `warning` says which kind it is. */
function toldOf(event: Told) {
  const { phenomenon } = event;
  switch (event.type) {
    case 'verdict': {
      const { sensor, verdict, probability, about: id, evidence, falls } = event;
      const words = verdictWords({ ...event, heard: evidence.length });
      return { sensor, phenomenon, verdict, probability, words, id, falls };
    }
    case 'alarm': {
      const { sensor, kind: alarm, confidence: probability, id, observed, unit, cause, interval } = event;
      return { sensor, phenomenon, alarm, probability, words: alarmWords(event), id, observed, unit, cause, interval };
    }
    case 'advisory': {
      const { probability, id, inMinutes, distanceKm, falls } = event;
      const words = advisoryWords(event);
      return { sensor: undefined, phenomenon, warning: 'travel', probability, words, id, inMinutes, distanceKm, falls };
    }
  }
}
