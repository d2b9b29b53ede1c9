// Counts what the demo's gateways did with the packets of each other: confirmations that counted, verdicts that were told,
// packets that a third gateway passed on, lone rises that were told from events.
//
// Joins what one process reports that it issued with what another one reports that it received, whichever report is read
// first. Invariant: a packet that nobody else received counts for nothing.
import type { TimedEvent } from '../core/events.ts';
import { resendMsMin } from '../core/limits.ts';

export interface ExchangeFigures {
  /** Confirm packets that another gateway received and counted in a verdict. */
  readonly confirms: number;
  /** Verdict packets, concluded from packets of another gateway, that a third one or that one received. */
  readonly verdict_deposits: number;
  /** Links that one packet crossed, passed on from gateway to gateway; 1 when none was passed on. */
  readonly hops_max: number;
  /** Rises that a gateway could not judge while it was alone, and told from events by packets of others. */
  readonly lone_rises_told: number;
}

export interface Exchange {
  /** What a gateway reported before the others were there. */
  noteAlone(event: TimedEvent): void;
  note(gateway: string, event: TimedEvent): void;
  /** All links are up: before, packets come late and by any way. @param timeMs of the gateways' clock */
  begin(timeMs: number): void;
  figures(): ExchangeFigures;
}

type Of<Type extends TimedEvent['type']> = Extract<TimedEvent, { type: Type }>;
type By<Type extends TimedEvent['type']> = Of<Type> & { readonly gateway: string };

/** What a rise that only one station sees may be called. */
const LONE: ReadonlySet<string> = new Set(['local', 'fault']);

/** What the processes reported so far. */
interface Reports {
  readonly issued: Map<string, By<'packet_issued'>>;
  readonly received: Map<string, By<'packet_received'>[]>;
  readonly verdicts: By<'verdict'>[];
  /** Ids of rises that a gateway saw while it was alone, and what it called them then. */
  readonly risesAlone: Set<string>;
  readonly verdictsAlone: Of<'verdict'>[];
  beganMs: number;
}

export function createExchange(): Exchange {
  const reports: Reports = {
    issued: new Map(),
    received: new Map(),
    verdicts: [],
    risesAlone: new Set(),
    verdictsAlone: [],
    beganMs: Number.POSITIVE_INFINITY,
  };
  const { issued, received, verdicts, risesAlone, verdictsAlone } = reports;
  return {
    noteAlone(event) {
      if (event.type === 'packet_issued' && event.finding === 'event') risesAlone.add(event.id);
      if (event.type === 'verdict') verdictsAlone.push(event);
    },
    note(gateway, event) {
      if (event.type === 'packet_issued') issued.set(event.id, { ...event, gateway });
      if (event.type === 'verdict') verdicts.push({ ...event, gateway });
      if (event.type === 'packet_received')
        received.set(event.id, [...receivers(reports, event.id), { ...event, gateway }]);
    },
    begin(timeMs) {
      reports.beganMs = timeMs;
    },
    figures: () => ({
      confirms: confirmsCounted(reports).length,
      verdict_deposits: [...issued.values()].filter((packet) => isDeposit(reports, packet)).length,
      hops_max: Math.max(0, ...[...received.values()].flat().map((packet) => links(reports, packet))),
      lone_rises_told: [...risesAlone].filter((rise) => isTold(reports, rise)).length,
    }),
  };
}

const receivers = ({ received }: Reports, id: string) => received.get(id) ?? [];

/** Whether a gateway received the packet, and another one issued it. */
function isFromAnother(reports: Reports, { gateway, id }: { gateway: string; id: string }): boolean {
  const origin = reports.issued.get(id);
  const isReceived = receivers(reports, id).some((by) => by.gateway === gateway);
  return origin !== undefined && origin.gateway !== gateway && isReceived;
}

const isFounded = (reports: Reports, { gateway, evidence }: { gateway: string; evidence: readonly string[] }) =>
  evidence.some((id) => isFromAnother(reports, { gateway, id }));

/** Those in a verdict of another gateway, told to its operator or to the others. */
function confirmsCounted(reports: Reports): By<'packet_issued'>[] {
  const all = [...reports.issued.values()];
  const concluded = [...reports.verdicts, ...all.filter(({ finding }) => finding === 'verdict')];
  return all.filter(
    ({ finding, id }) =>
      finding === 'confirm' &&
      concluded.some(({ gateway, evidence }) => evidence.includes(id) && isFromAnother(reports, { gateway, id })),
  );
}

function isDeposit(reports: Reports, packet: By<'packet_issued'>): boolean {
  return packet.finding === 'verdict' && receivers(reports, packet.id).length > 0 && isFounded(reports, packet);
}

function links({ issued, beganMs }: Reports, { id, hops, timeMs }: By<'packet_received'>): number {
  const origin = issued.get(id);
  if (!origin || origin.timeMs < beganMs) return 0;
  // Custody brings what was not passed on as well, but not before this.
  return hops === 0 || timeMs - origin.timeMs < resendMsMin ? hops + 1 : 0;
}

function isTold(reports: Reports, rise: string): boolean {
  const alone = reports.verdictsAlone.filter(({ about }) => about === rise);
  const together = reports.verdicts.filter(({ about }) => about === rise);
  if ([...alone, ...together].some(({ verdict }) => verdict === 'event')) return false;
  if (alone.some(({ verdict }) => LONE.has(verdict))) return false;
  return together.some((verdict) => LONE.has(verdict.verdict) && isFounded(reports, verdict));
}
