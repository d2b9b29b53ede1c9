// Two hundred gateways around the one under load: what they say, signed beforehand, so that sending costs next to nothing.
//
// Half of what they say is first-hand and one in five confirms what another said. Each stays inside the rate of an origin,
// its sequences and times rise, and every packet is of a phenomenon and a cell that the gateway under load watches.
import { FINDING } from '../../src/core/condition.ts';
import { AIR } from '../../src/distill/air.ts';
import { distillAnomaly } from '../../src/distill/distiller.ts';
import { topicOf } from '../../src/packet/fingerprint.ts';
import { type Identity, temporaryIdentity } from '../../src/packet/identity.ts';
import { issue } from '../../src/packet/packet.ts';
import { formatTopic } from '../../src/route/topic.ts';
import { seededRandom } from '../../src/sim/random.ts';

export interface Message {
  readonly topic: string;
  readonly bytes: Buffer;
}

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** Degrees: about 5 km, so that all is near. */
const SPREAD = 0.05;

export function origins(count: number): Identity[] {
  return Array.from({ length: count }, (_, index) => {
    const seed = Buffer.alloc(32, 0x5a);
    seed.writeUInt32BE(index);
    return temporaryIdentity(seed);
  });
}

/** @returns so many packets in the order of their time, of each origin in turn */
export function traffic(speaking: readonly Identity[], plan: { count: number; perS: number; here: Place }): Message[] {
  const { count, perS, here } = plan;
  const random = seededRandom(10);
  const startMs = Date.now();
  const events: Buffer[] = [];
  return Array.from({ length: count }, (_, index) => {
    const identity = speaking[index % speaking.length]!;
    const station = {
      profile: AIR,
      latitude: here.latitude + SPREAD * (random() - 0.5),
      longitude: here.longitude + SPREAD * (random() - 0.5),
      site: 1 + (index % 6),
      contextTag: identity.contextTag,
    };
    const nowMs = startMs + (index * 1000) / perS;
    const about = index % 5 === 4 ? events[Math.floor(random() * events.length)] : undefined;
    const seen = distillAnomaly(station, anomaly(index, nowMs, random), {
      nowMs,
      clock: 2,
      sequence: 1 + Math.floor(index / speaking.length),
      surroundings: { temperature: 12, relative_humidity: 60 },
    });
    const answer = { finding: FINDING.confirm, score: 100, evidence: about ? [about] : [] };
    const { id, bytes, outcome } = issue(about ? { ...seen, ...answer } : seen, identity);
    if (!about) events[index % 4_096] = id;
    // As relayed once: what the neighbours' neighbours say comes over a few links.
    return { topic: formatTopic(topicOf(outcome), 1), bytes };
  });
}

function anomaly(index: number, nowMs: number, random: () => number) {
  const baseline = 10 + 5 * random();
  return {
    kind: index % 4 === 3 ? ('cleared' as const) : ('event' as const),
    cause: 'rise' as const,
    sensor: 'roof',
    quantity: 'pm2_5' as const,
    channel: '',
    sensorClass: 1 + (index % 7),
    onsetMs: nowMs - 60_000 - 240_000 * random(),
    timeMs: nowMs,
    observed: baseline * (2 + 4 * random()),
    baseline,
    spread: 2,
    samples: 60,
    confidence: 0.5 + 0.5 * random(),
    severity: 2,
    durationS: 0,
  };
}
