// Events -> one line each for people. line-limit.ts holds back what repeats, and what becomes too much.
//
// What was concluded is put in words by finding-words.ts and alarm-words.ts, as in the demo.
import type { TimedEvent } from '../core/events.ts';
import { plainLine } from '../core/plain-text.ts';
import { minuteOf } from './age.ts';
import { alarmWords } from './alarm-words.ts';
import { count } from './amount.ts';
import { advisoryWords, findingWords, issuedWords, verdictWords } from './finding-words.ts';
import { createLineLimit } from './line-limit.ts';
import { type LogLevel, levelOf, mayRepeat, RANK } from './log-level.ts';
import { phenomenonName } from './phenomenon-name.ts';

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
      if (event.silent) return `${event.sensor}: ${event.reason}`;
      return `${event.sensor}: ${event.reason}; next attempt in ${Math.ceil(event.retryMs / 1000)} s`;
    case 'source_ended':
      return `${event.sensor}: recording ended after ${count(event.readings, 'reading')}`;
    case 'sensor_online':
      return `${event.sensor} is ${event.online ? 'online' : 'offline'}`;
    case 'maintenance':
      return maintenanceWords(event);
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
    case 'request_refused':
      return `program ${event.client}: a request was refused, ${REFUSED[event.reason]}`;
    case 'link_up':
      return `link to ${event.link} is up`;
    case 'link_down':
      return `link to ${event.link} is down (${event.reason}); next attempt in ${Math.ceil(event.retryMs / 1000)} s`;
    case 'anomaly':
      return findingWords(event);
    case 'packet_issued':
      return `${issuedWords(event)}, ${event.bytes} bytes, ${event.id.slice(0, 8)}`;
    case 'packet_received':
      return `received ${event.finding} of ${phenomenonName(event.phenomenon)} from ${event.origin} over ${event.via}, ${count(event.hops, 'hop')}, ${event.bytes} bytes`;
    case 'packet_relayed':
      return `relayed ${event.id.slice(0, 8)}, ${count(event.hops, 'hop')}`;
    case 'packet_dropped':
      if (event.reason === 'own_key') return `${event.via} brought ${OWN_KEY_WORDS}`;
      return `dropped a packet from ${event.via}: ${event.reason}`;
    case 'verdict':
      return `${verdictWords({ ...event, heard: event.evidence.length })}${toAskBy(event.about)}`;
    case 'advisory':
      return `${advisoryWords(event)}${toAskBy(event.id)}`;
    case 'alarm':
      return `${alarmWords(event)}${toAskBy(event.id)}`;
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

const maintenanceWords = ({ sensor, untilMs }: Extract<TimedEvent, { type: 'maintenance' }>): string =>
  untilMs === null
    ? `${sensor}: its maintenance is over, and what it shows counts again`
    : `${sensor} is in maintenance until ${minuteOf(untilMs)}: nothing is concluded from what it shows`;

const OWN_KEY_WORDS =
  "a packet signed with this gateway's key that it does not know: another machine uses the key, or its database was lost or restored. Never run one key twice; others take it for stolen";

const REFUSED = {
  busy: 'because it asks more than it may; have it wait for its answers, and ask less often',
  malformed: 'because it is not JSON, or not an object; the answer told it so',
} as const;

/** What `qis explain` takes. */
const toAskBy = (id: string): string => ` (${id.slice(0, 8)})`;

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
    const own = levelOf(event);
    if (RANK[own] < RANK[level]) return;
    const suffix = limit.admit(event, mayRepeat(event));
    if (suffix === undefined) return;
    tell(event.timeMs, `${own === 'warn' ? 'WARN ' : ''}${logLine(event)}${suffix}`);
  };
}
