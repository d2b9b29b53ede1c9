// How large packets of outcomes are, signed and with every field stated, beside the same as JSON without a signature.
//
// Seeded corpora: fine-tuning runs and treatments as a program deposits them, findings in air as sensors make them
// (packets.ts). The JSON is what a program would send instead: names and words spelled, who says it, when and how long it counts.
import type { DomainProfile } from '../../src/core/domain.ts';
import { CLINICAL } from '../../src/distill/clinical.ts';
import { checkedDeposit, distillDeposit } from '../../src/distill/deposit.ts';
import type { Issue } from '../../src/distill/distiller.ts';
import { FINETUNE } from '../../src/distill/finetune.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import type { Outcome } from '../../src/packet/outcome.ts';
import { issue } from '../../src/packet/packet.ts';
import { normal, seededRandom } from '../../src/sim/random.ts';
import { corpus } from './packets.ts';

const PACKETS = 5_000;
const ISSUED_S = 1_800_000_000;
const YEAR_S = 365 * 86_400;

type Random = () => number;

const pick = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
const digits = (value: number, count: number): number => Number(value.toPrecision(count));
/** Around a typical one, by factors. */
const around = (random: Random, typical: number, spread: number): number => typical * Math.exp(spread * normal(random));

function wordsOf(profile: DomainProfile, attribute: string): readonly string[] {
  const dimension = [...profile.coarse, ...profile.fine].find((one) => one.attribute === attribute)!;
  return 'words' in dimension.buckets ? dimension.buckets.words : [];
}

function finetune(random: Random): Record<string, unknown> {
  const word = (attribute: string) => pick(random, wordsOf(FINETUNE, attribute));
  const tags = new Set<string>();
  while (tags.size < 3) tags.add(word('tags'));
  const rank = pick(random, [4, 8, 16, 32, 64, 128]);
  const samples = Math.ceil(around(random, 2_000, 1));
  return {
    domain: 'finetune',
    where: {
      task: word('task'),
      tags: [...tags],
      model_family: word('model_family'),
      data_scale: Math.ceil(around(random, 30_000, 2)),
      benchmark: word('benchmark'),
      held_out: pick(random, ['no', 'yes']),
    },
    action: {
      name: pick(random, ['lora', 'qlora', 'dora']),
      rank,
      alpha: 2 * rank,
      dropout: pick(random, [0, 0.05, 0.1]),
      learning_rate: digits(around(random, 2e-4, 1), 1),
      epochs: 1 + Math.floor(5 * random()),
      batch_size: pick(random, [8, 16, 32, 64]),
      weight_decay: pick(random, [0, 0.01, 0.1]),
      bits: pick(random, [4, 8, 16]),
    },
    score: digits(0.3 + 0.65 * random(), 2),
    effect: digits(0.04 + 0.05 * normal(random), 3),
    standard_error: digits(Math.max(1e-4, 0.45 / Math.sqrt(samples)), 2),
    samples,
    confidence: digits(0.5 + 0.49 * random(), 2),
  };
}

const CONDITIONS = ['castleman_disease', 'erdheim_chester', 'takayasu_arteritis', 'type_2_diabetes', 'hypertension'];
const TREATMENTS = ['siltuximab', 'vemurafenib', 'tocilizumab', 'metformin', 'ramipril', 'interferon_alfa'];

function clinical(random: Random): Record<string, unknown> {
  const samples = 5 + Math.floor(around(random, 20, 1));
  return {
    domain: 'clinical',
    where: {
      condition: pick(random, CONDITIONS),
      age: Math.floor(90 * random()),
      severity: pick(random, ['mild', 'moderate', 'severe', 'critical']),
      comorbidity: pick(random, ['none', 'one', 'two', 'three_or_more']),
      line: pick(random, ['first', 'second', 'third', 'later']),
    },
    action: {
      name: pick(random, TREATMENTS),
      dose: digits(around(random, 200, 1), 2),
      weeks: pick(random, [4, 12, 24]),
    },
    score: digits(0.2 + 0.75 * random(), 2),
    effect: digits(0.4 + 0.6 * normal(random), 3),
    standard_error: digits(2 / Math.sqrt(samples), 3),
    samples,
    confidence: digits(0.5 + 0.49 * random(), 2),
  };
}

interface Weighed {
  readonly outcome: Outcome;
  /** What it says, spelled. */
  readonly said: Readonly<Record<string, unknown>>;
}

function deposited(profile: DomainProfile, make: (random: Random) => Record<string, unknown>): Weighed[] {
  const random = seededRandom(profile.id as number);
  const tag = temporaryIdentity(Buffer.alloc(32, 7)).contextTag('');
  return Array.from({ length: PACKETS }, (_, n) => {
    const said = make(random);
    const moment: Issue = {
      nowMs: 1_000 * (ISSUED_S + Math.floor(random() * YEAR_S)),
      clock: 2,
      sequence: 1 + (n % 3_000),
      surroundings: {},
    };
    return { outcome: distillDeposit(profile, checkedDeposit(profile, said), tag, moment), said };
  });
}

/** What sensors found, by the names of the fields. */
function sensed(): Weighed[] {
  return corpus(PACKETS, 1).map((outcome) => {
    const { context, evidence: _, issued: _issued, sequence: _sequence, lifetime: _lifetime, ...rest } = outcome;
    return { outcome, said: { ...rest, domain: 'air', context: context.toString('hex') } };
  });
}

function bytesOf(weighed: readonly Weighed[]) {
  const identity = temporaryIdentity(Buffer.alloc(32, 1));
  const origin = identity.publicKey.nodeId.toString('hex');
  const ascending = (lengths: number[]) => lengths.sort((a, b) => a - b);
  const packets = ascending(weighed.map(({ outcome }) => issue(outcome, identity).bytes.length));
  const texts = ascending(
    weighed.map(({ said, outcome: { issued, sequence, lifetime } }) =>
      Buffer.byteLength(JSON.stringify({ ...said, origin, issued, sequence, lifetime })),
    ),
  );
  const at = (sorted: readonly number[], share: number) => sorted[Math.floor(share * sorted.length)]!;
  return { p50: at(packets, 0.5), p95: at(packets, 0.95), max: packets.at(-1)!, json_p95: at(texts, 0.95) };
}

export function outcomeBytes() {
  return {
    finetune: bytesOf(deposited(FINETUNE, finetune)),
    clinical: bytesOf(deposited(CLINICAL, clinical)),
    air: bytesOf(sensed()),
  };
}
