// Packets: how large they are over a realistic seeded corpus, and what signing and checking them costs.
//
// The corpus is what gateways of a country would issue in a year: places, hours and weather drawn at random, values from
// distributions of real air, mostly events, levels and clears, some faults. No evidence (each id adds 17 bytes).
import { verify as bareVerify } from 'node:crypto';
import type { FindingName } from '../../src/core/condition.ts';
import { AIR } from '../../src/distill/air.ts';
import { type Deposited, distillAnomaly, distillLevel, type Station } from '../../src/distill/distiller.ts';
import { sigStructure } from '../../src/packet/cose.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import type { Outcome } from '../../src/packet/outcome.ts';
import { issue, open, parse, type SignedPacket } from '../../src/packet/packet.ts';
import { normal, seededRandom } from '../../src/sim/random.ts';
import { ratesPerS } from './rate.ts';

const CORPUS = 20_000;
const TIMED = 400;

type Kind = Deposited['kind'] | Extract<FindingName, 'level'>;

const KINDS: readonly (readonly [Kind, number])[] = [
  ['event', 0.4],
  ['level', 0.25],
  ['cleared', 0.25],
  ['fault', 0.1],
];

/** @param count packets' outcomes, the same for the same seed */
export function corpus(count: number, seed: number): Outcome[] {
  const random = seededRandom(seed);
  const identity = temporaryIdentity(Buffer.alloc(32, 7));
  const watched = AIR.phenomena.filter((phenomenon) => phenomenon.watched);
  return Array.from({ length: count }, (_, index) => {
    const phenomenon = random() < 0.7 ? watched[0]! : watched[Math.floor(random() * watched.length)]!;
    const typical = phenomenon.levels[0] ?? 10;
    const baseline = typical * Math.exp(0.5 * normal(random));
    const observed = baseline * (1 + 6 * random() ** 2);
    const kind = pick(random());
    const issuedMs = Date.UTC(2026, 0, 1) + Math.floor(random() * 365 * 86_400) * 1000;
    const ageS = Math.floor(60 * Math.exp(1.2 * Math.abs(normal(random))));
    const anomaly: Deposited = {
      kind: kind === 'level' ? 'event' : kind,
      cause: kind === 'fault' ? 'stuck' : 'rise',
      sensor: 'roof',
      quantity: phenomenon.quantity,
      channel: '',
      sensorClass: 1 + Math.floor(random() * 7),
      onsetMs: issuedMs - ageS * 1000,
      timeMs: issuedMs,
      observed,
      baseline,
      spread: Math.max(phenomenon.scale, baseline * 0.12),
      samples: Math.max(3, ageS),
      confidence: 0.5 + 0.5 * random(),
      severity: 1 + phenomenon.levels.filter((level) => observed >= level).length,
      durationS: kind === 'cleared' ? ageS : 0,
    };
    const station: Station = {
      profile: AIR,
      latitude: -35 + 100 * random(),
      longitude: -125 + 250 * random(),
      site: 1 + Math.floor(random() * 6),
      contextTag: identity.contextTag,
    };
    const surroundings = { temperature: 12 + 10 * normal(random), relative_humidity: 20 + 75 * random() };
    // A few outcomes a day for a year: sequences stay in two bytes.
    const moment = { nowMs: issuedMs, clock: 2, sequence: 1 + (index % 3000), surroundings } as const;
    if (kind !== 'level') return distillAnomaly(station, anomaly, moment);
    const { sensor, sensorClass, onsetMs: sinceMs } = anomaly;
    const side = observed >= typical ? 1 : -1;
    return distillLevel(
      station,
      { phenomenon, sensor, sensorClass, side, sinceMs, value: observed, usual: baseline },
      moment,
    );
  });
}

function pick(share: number): Kind {
  let sum = 0;
  for (const [kind, weight] of KINDS) {
    sum += weight;
    if (share < sum) return kind;
  }
  return 'event';
}

export function benchPackets() {
  const identity = temporaryIdentity(Buffer.alloc(32, 1));
  const outcomes = corpus(CORPUS, 1);
  const packets = outcomes.map((outcome) => issue(outcome, identity));
  const timed = packets.slice(0, TIMED);
  const bytes = packets.map((packet) => packet.bytes.length).sort((a, b) => a - b);
  const at = (share: number) => bytes[Math.min(bytes.length - 1, Math.floor(share * bytes.length))]!;
  const rates = ratesPerS(
    {
      encode_sign_per_s: {
        count: TIMED,
        run: () => {
          for (const outcome of outcomes.slice(0, TIMED)) issue(outcome, identity);
        },
      },
      decode_verify_per_s: {
        count: TIMED,
        run: () => {
          for (const packet of timed) check(packet);
        },
      },
      bare_verify_per_s: { count: TIMED, run: bare(timed) },
    },
    5_000,
  );
  return { packet_bytes: { p50: at(0.5), p95: at(0.95), max: at(1) }, ...rates };
}

function check({ bytes, key }: SignedPacket): void {
  const parsed = parse(bytes);
  if (!parsed.ok || !open(parsed.packet, [key])) throw new Error('a good packet did not verify');
}

function bare(packets: readonly SignedPacket[]): () => void {
  const cases = packets.map(({ key, payload, signature }) => ({
    message: sigStructure({ kind: 'packet', key }, payload),
    key: key.keyObject,
    signature,
  }));
  return () => {
    for (const { message, key, signature } of cases) {
      if (!bareVerify(null, message, key, signature)) throw new Error('a good signature did not verify');
    }
  };
}
