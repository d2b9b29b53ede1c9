// Puts into words what the demo is about, before its timeline, and what came of it, after.
import type { TimedEvent } from '../core/events.ts';
import { DEMO } from '../sim/demo-world.ts';
import type { DemoFigures } from './demo-tally.ts';
import type { Style } from './demo-timeline.ts';

export function openingLines(line: 'pty' | 'tcp'): string[] {
  const wire =
    line === 'pty' ? 'serial lines (socat)' : 'serial servers over TCP (install socat for real serial lines)';
  return [
    '',
    '  Five gateways on a line, 3.5 km apart. Each has its own key, broker and database; each talks to two neighbours.',
    '  No coordinator, no shared model; no reading leaves a station.',
    '',
    '     gateway-1 ── gateway-2 ── gateway-3 ── gateway-4 ── gateway-5',
    '         └───────────────────────────────────────────────────┘',
    '',
    `  Gateways 1 to 4 read a PMS5003 over ${wire}, gateway 5 over MQTT.`,
    `  While gateway ${DEMO.loneGateway} is still on its own, somebody lights a fire beside it. Then smoke comes in at gateway 1 and moves to`,
    `  gateway 5. The sensor of gateway ${DEMO.stuckGateway} sticks. A client with valid credentials of gateway ${DEMO.hostileAt}'s broker forges a packet and`,
    '  replays another. One second here is one minute there.',
    '',
  ];
}

/** @param alone what the gateways reported while they learned, each on its own */
export function learnedLine(wallS: number, alone: readonly TimedEvent[]): string {
  const hours = DEMO.learnMs / 3_600_000;
  const learned = `  learned ${hours} hours of air in ${wallS.toFixed(0)} s`;
  const verdicts = alone.flatMap((event) => (event.type === 'verdict' ? [event.verdict] : []));
  const fire = `; on its own gateway-${DEMO.loneGateway} calls the fire ${verdicts.join(', then ')}`;
  return `${learned}${verdicts.length === 0 ? '' : fire}; the story begins\n`;
}

export function summaryLines(
  figures: DemoFigures,
  wallS: number,
  paint: (text: string, style: Style) => string,
): string[] {
  const { lead_time_s: lead, packet_bytes: bytes } = figures;
  const minutes = lead.median === null ? 'none' : `${(lead.median / 60).toFixed(0)} min`;
  const saved =
    figures.link_bytes === 0 ? '' : ` (${(figures.raw_bytes / figures.link_bytes).toFixed(0)} times as much)`;
  const rows: [string, string][] = [
    ['gateways that ran', `${figures.gateways}`],
    ['events confirmed by neighbours', `${figures.events_confirmed}`],
    [
      'confirmations that counted',
      `${figures.confirms}, each issued by one gateway and weighed in a verdict of another`,
    ],
    ['verdicts told to the others', `${figures.verdict_deposits}, each with the packets it was concluded from`],
    ['links one packet crossed', `${figures.hops_max}, passed on by the gateways between`],
    ['lone rises told from events', `${figures.lone_rises_told}, by neighbours; the gateway alone could not tell`],
    ['weights that moved', `${figures.weights_moved}: how much a gateway gives on the word of another`],
    ['sensor faults named', `${figures.faults_named}`],
    ['forged packets rejected', `${figures.forgeries_rejected}`],
    ['replayed packets rejected', `${figures.replays_rejected}`],
    ['early warnings', `${figures.advisories}, median ${minutes} ahead of the own detection`],
    ['bytes of a packet', `${bytes.p50} typical, ${bytes.p95} at the 95th percentile, ${bytes.max} at most`],
    ['bytes on all links', `${kilobytes(figures.link_bytes)}, handshakes and acknowledgements included`],
    ['sending every reading', `${kilobytes(figures.raw_bytes)}${saved}`],
  ];
  const body = rows.map(([what, value]) => `  ${what.padEnd(32)}${paint(value, 'plain')}`);
  return ['', paint(`  What happened (${wallS.toFixed(0)} s)`, 'notice'), '', ...body, ''];
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
