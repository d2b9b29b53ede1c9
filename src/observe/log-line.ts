// Events -> one line each for people. line-limit.ts holds back what repeats, and what becomes too much.
import type { TimedEvent, VerdictName } from '../core/events.ts';
import { plainLine } from '../core/plain-text.ts';
import { createLineLimit } from './line-limit.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const LEVELS: Partial<Record<TimedEvent['type'], LogLevel>> = {
  packet_received: 'debug',
  packet_relayed: 'debug',
  frame_dropped: 'warn',
  reading_dropped: 'warn',
  packet_dropped: 'warn',
  link_frame_dropped: 'warn',
  owed_shed: 'warn',
  events_missed: 'warn',
  equivocation: 'warn',
  peer_known: 'debug',
  no_room: 'debug',
  source_down: 'warn',
  link_down: 'warn',
  client_refused: 'warn',
  client_evicted: 'warn',
  client_throttled: 'warn',
  warning: 'warn',
};
const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

/** The line without a time. */
export function logLine(event: TimedEvent): string {
  switch (event.type) {
    case 'started':
      return `${event.gateway} started, node ${event.nodeId}, version ${event.version}`;
    case 'stopped':
      return 'stopped';
    case 'source_up':
      return `${event.sensor}: reading ${event.detail}`;
    case 'source_down':
      return `${event.sensor}: ${event.reason}; next attempt in ${Math.ceil(event.retryMs / 1000)} s`;
    case 'source_ended':
      return `${event.sensor}: recording ended after ${count(event.readings, 'reading')}`;
    case 'sensor_online':
      return `${event.sensor} is ${event.online ? 'online' : 'offline'}`;
    case 'frame_dropped':
      return `${event.sensor}: ${event.count} dropped (${event.reason})`;
    case 'reading_dropped':
      return `${event.sensor}: ${count(event.count, 'reading')} dropped (${event.reason})`;
    case 'broker_up':
      return `broker is listening on port ${event.port}`;
    case 'client_refused':
      return `broker refused ${event.client}: ${event.reason}${detailOf(event)}`;
    case 'client_evicted':
      return `broker disconnected ${event.client}: ${event.reason}${detailOf(event)}`;
    case 'client_throttled':
      return `broker reads account ${event.client} more slowly: it sends more than ${event.perS} messages a second, and what it sends arrives late; have its devices send less often, or give them several accounts`;
    case 'link_up':
      return `link to ${event.link} is up`;
    case 'link_down':
      return `link to ${event.link} is down (${event.reason}); next attempt in ${Math.ceil(event.retryMs / 1000)} s`;
    case 'anomaly':
      return `${event.kind} (${event.cause}) on ${event.channel}: ${event.observed.toFixed(1)} ${event.unit}, normal ${event.baseline.toFixed(1)}, confidence ${percent(event.confidence)}`;
    case 'packet_issued':
      return `issued ${event.finding} of ${event.phenomenon}, ${event.bytes} bytes, ${event.id.slice(0, 8)}`;
    case 'packet_received':
      return `received ${event.finding} of ${event.phenomenon} from ${event.origin} over ${event.via}, ${count(event.hops, 'hop')}, ${event.bytes} bytes`;
    case 'packet_relayed':
      return `relayed ${event.id.slice(0, 8)}, ${count(event.hops, 'hop')}`;
    case 'packet_dropped':
      if (event.reason === 'own_key') return `${event.via} brought ${OWN_KEY_WORDS}`;
      return `dropped a packet from ${event.via}: ${event.reason}`;
    case 'verdict':
      return `verdict on ${event.phenomenon}: ${VERDICT_WORDS[event.verdict]} (${percent(event.probability)} that it is real, ${count(event.evidence.length, 'packet')} behind it)`;
    case 'advisory':
      return `${event.phenomenon} is likely to reach you in about ${count(event.inMinutes, 'minute')}: seen ${event.distanceKm} km away by ${count(event.evidence.length, 'gateway')}, ${percent(event.probability)}`;
    case 'alarm':
      return alarmWords(event);
    case 'equivocation':
      return `${event.origin} contradicts itself: its key was copied, or its owner lies (packets ${event.ids.map((id) => id.slice(0, 8)).join(' and ')})`;
    case 'peer_known':
      return `${event.peer} announced itself and watches ${count(event.filters, 'topic')}`;
    case 'link_frame_dropped':
      return `dropped a link frame from ${event.via}: ${event.reason}`;
    case 'no_room':
      return `no room for a ${event.what} of ${event.bytes} bytes on ${event.via}${event.what === 'packet' ? ': it is held' : ''}`;
    case 'owed_shed':
      return event.reason === 'expired'
        ? `${count(event.count, 'delivery', 'deliveries')} expired before the neighbour acknowledged`
        : `gave up on ${count(event.count, 'delivery', 'deliveries')}: too many are waiting for neighbours`;
    case 'events_missed':
      return `${count(event.count, 'event')} missed by a subscriber that was too slow`;
    case 'store_pruned':
      return `${count(event.packets, 'old packet')} removed`;
    case 'warning':
      return event.message;
  }
}

const OWN_KEY_WORDS =
  "a packet signed with this gateway's key that it does not know: another machine uses the key, or its database was lost or restored. Never run one key twice; others take it for stolen";

const VERDICT_WORDS: Record<VerdictName, string> = {
  event: 'event',
  local: 'local, a source nearby or the sensor',
  fault: 'fault',
  uncorroborated: 'uncorroborated',
};

type AlarmEvent = Extract<TimedEvent, { type: 'alarm' }>;

function alarmWords(event: AlarmEvent): string {
  const { phenomenon, sensor, cause, interval } = event;
  const value = `${event.observed.toFixed(1)} ${event.unit}`;
  switch (event.kind) {
    case 'event':
      return `ALARM of ${phenomenon}: ${value} at ${sensor}, ${percent(event.confidence)} that others nearby see it too`;
    case 'confirmed':
      return `alarm of ${phenomenon} confirmed: others nearby see it too, ${percent(event.confidence)}`;
    case 'local':
      return `${phenomenon} is high only here, ${value}: a source nearby, or the sensor`;
    case 'fault':
      return `${sensor} fails: ${ALARM_CAUSES[cause ?? 'stuck'](event.neighbours ?? 0)}, at ${value} of ${phenomenon}`;
    case 'advisory': {
      const hours = interval ? Math.round((interval.untilMs - interval.fromMs) / 3_600_000) : 0;
      return `${phenomenon} is likely to reach its alarm level here within ${count(hours, 'hour')}, ${percent(event.confidence)}: ${value} now, and rising nearby`;
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

const detailOf = ({ detail }: { readonly detail?: string }): string => (detail === undefined ? '' : ` (${detail})`);

/** @returns a sink for events that writes lines at or above a level, limited on the events' own clock */
export function createLog(level: LogLevel, write: (line: string) => void): (event: TimedEvent) => void {
  const limit = createLineLimit();
  const tell = (timeMs: number, text: string) => {
    const line = `${new Date(timeMs).toISOString()} ${text}`;
    // Names and reasons may come from others: what they say must not look like a line of ours.
    write(plainLine(line));
  };
  return (event) => {
    for (const { kind, held } of limit.overdue(event.timeMs))
      tell(event.timeMs, `WARN ${count(held, 'line')} about ${kind} held back: more than this log takes in a minute`);
    const own = LEVELS[event.type] ?? 'info';
    if (RANK[own] < RANK[level]) return;
    const suffix = limit.admit(event, own === 'warn');
    if (suffix === undefined) return;
    tell(event.timeMs, `${own === 'warn' ? 'WARN ' : ''}${logLine(event)}${suffix}`);
  };
}
