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

export function createExchange(): Exchange {
  const issued = new Map<string, By<'packet_issued'>>();
  const received = new Map<string, By<'packet_received'>[]>();
  const verdicts: By<'verdict'>[] = [];
  const risesAlone = new Set<string>();
  const verdictsAlone: Of<'verdict'>[] = [];
  let beganMs = Number.POSITIVE_INFINITY;

  const receivers = (id: string) => received.get(id) ?? [];

  function isFromAnother(gateway: string, id: string): boolean {
    const origin = issued.get(id);
    return origin !== undefined && origin.gateway !== gateway && receivers(id).some((by) => by.gateway === gateway);
  }

  /** Packets of others that a gateway counted in a verdict, told to its operator or to the others; as `gateway/id`. */
  function counted(): Set<string> {
    const concluded = [...verdicts, ...[...issued.values()].filter(({ finding }) => finding === 'verdict')];
    return new Set(
      concluded.flatMap(({ gateway, evidence }) =>
        evidence.filter((id) => isFromAnother(gateway, id)).map((id) => `${gateway}/${id}`),
      ),
    );
  }

  function links({ id, hops, timeMs }: By<'packet_received'>): number {
    const origin = issued.get(id);
    if (!origin || origin.timeMs < beganMs) return 0;
    // Custody brings what was not passed on as well, but not before this.
    return hops === 0 || timeMs - origin.timeMs < resendMsMin ? hops + 1 : 0;
  }

  function isTold(rise: string): boolean {
    const alone = verdictsAlone.filter(({ about }) => about === rise);
    const together = verdicts.filter(({ about }) => about === rise);
    if ([...alone, ...together].some(({ verdict }) => verdict === 'event')) return false;
    if (alone.some(({ verdict }) => LONE.has(verdict))) return false;
    return together.some(
      ({ gateway, verdict, evidence }) => LONE.has(verdict) && evidence.some((id) => isFromAnother(gateway, id)),
    );
  }

  return {
    noteAlone(event) {
      if (event.type === 'packet_issued' && event.finding === 'event') risesAlone.add(event.id);
      if (event.type === 'verdict') verdictsAlone.push(event);
    },
    note(gateway, event) {
      if (event.type === 'packet_issued') issued.set(event.id, { ...event, gateway });
      if (event.type === 'verdict') verdicts.push({ ...event, gateway });
      if (event.type === 'packet_received') received.set(event.id, [...receivers(event.id), { ...event, gateway }]);
    },
    begin(timeMs) {
      beganMs = timeMs;
    },
    figures() {
      const inVerdicts = counted();
      const all = [...issued.values()];
      const isCounted = ({ id }: Of<'packet_issued'>) =>
        receivers(id).some((by) => inVerdicts.has(`${by.gateway}/${id}`));
      const isFounded = ({ gateway, evidence }: By<'packet_issued'>) =>
        evidence.some((id) => isFromAnother(gateway, id));
      return {
        confirms: all.filter((one) => one.finding === 'confirm' && isCounted(one)).length,
        verdict_deposits: all.filter(
          (one) => one.finding === 'verdict' && receivers(one.id).length > 0 && isFounded(one),
        ).length,
        hops_max: Math.max(0, ...[...received.values()].flat().map(links)),
        lone_rises_told: [...risesAlone].filter(isTold).length,
      };
    },
  };
}
