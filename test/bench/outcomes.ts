// How large packets are, how long a question takes over 50,000 held outcomes, what the index weighs, and how fast deposits are taken and issued.
import { hash, randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { depositsPerRequestMax } from '../../src/core/deposit-limits.ts';
import type { DomainProfile } from '../../src/core/domain.ts';
import { storedPacketsMax } from '../../src/core/limits.ts';
import { AIR } from '../../src/distill/air.ts';
import { createDomains } from '../../src/distill/domains.ts';
import { FINETUNE } from '../../src/distill/finetune.ts';
import { createSurroundings } from '../../src/distill/surroundings.ts';
import { createDeposits } from '../../src/gateway/deposits.ts';
import { createOutbox } from '../../src/outbox.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { wordOrdinal } from '../../src/packet/word.ts';
import { seededRandom } from '../../src/sim/random.ts';
import { openStore } from '../../src/store/store.ts';
import { createHeld, type Held } from '../../src/synthesize/held/held.ts';
import { electionFigures } from './elections.ts';
import { outcomeBytes } from './outcome-bytes.ts';
import { benchPool } from './pool.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const NOW_S = 1_800_000_000;
const QUESTIONS = 500;
/** The fastest of these counts: other programs take the processor away for longer than a question lasts. */
const RUNS = 3;
const WORDS = Array.from({ length: 2_000 }, (_, n) => wordOrdinal(`word ${n}`));

/** Made-up conditions: a few words are frequent and most are rare, as in any language. */
function conditions(profile: DomainProfile, random: () => number) {
  const ordinalOf = ({ buckets }: DomainProfile['coarse'][number]): number => {
    if (random() < 0.1) return 0;
    if ('words' in buckets) return WORDS[Math.floor(random() ** 3 * WORDS.length)]!;
    const count = 'registry' in buckets ? buckets.registry.length : 'edges' in buckets ? buckets.edges.length + 1 : 1;
    return 1 + Math.floor(random() * count);
  };
  // What states no place, as what is deposited in `air`.
  const isPlace = ({ attribute }: { attribute: string }) => ['latitude', 'longitude', 'phenomenon'].includes(attribute);
  const of = (dimensions: DomainProfile['coarse']) => dimensions.map((one) => (isPlace(one) ? 0 : ordinalOf(one)));
  return () => ({ coarse: of(profile.coarse), fine: of(profile.fine) });
}

function filled(profile: DomainProfile, random: () => number): Held {
  const condition = conditions(profile, random);
  const held = createHeld(profile);
  for (let n = 0; n < storedPacketsMax; n++) {
    const origin = hash('sha256', `origin ${Math.floor(random() * 500)}`, 'buffer').subarray(0, 16);
    const figures = {
      score: Math.floor(100 * random()),
      confidence: Math.floor(100 * random()),
      samples: n,
      sensor: 0,
    };
    held.add({ id: randomBytes(16), origin, ...condition(), ...figures, expiresS: NOW_S + 3_600 });
  }
  return held;
}

/** Not freed while the next one is weighed. */
const kept: Held[] = [];

function questions(profile: DomainProfile) {
  const random = seededRandom(7);
  // What earlier questions left behind is freed by the second one only.
  collect();
  collect();
  const before = process.memoryUsage();
  const held = filled(profile, random);
  kept.push(held);
  collect();
  collect();
  const after = process.memoryUsage();
  const condition = conditions(profile, random);
  const took = Array.from({ length: QUESTIONS }, () => {
    const wanted = { domain: profile.id, ...condition() };
    const runs = Array.from({ length: RUNS }, () => {
      const startMs = performance.now();
      held.find({ wanted, confidenceMin: 20, top: 60, enough: 20, nowS: NOW_S, isNearestFirst: true });
      return performance.now() - startMs;
    });
    return Math.min(...runs);
  }).sort((a, b) => a - b);
  const bytes = after.arrayBuffers - before.arrayBuffers;
  return {
    p50_ms: rounded(took[QUESTIONS / 2]!),
    p99_ms: rounded(took[Math.floor(QUESTIONS * 0.99)]!),
    index_mb: rounded(bytes / 1e6),
  };
}

/** From the item to the packet on disk, in virtual time: the rules let through one a second. */
async function deposits() {
  await using store = openStore(':memory:', { now: () => NOW_S * 1_000 });
  let nowMs = NOW_S * 1_000;
  const clock = { now: () => nowMs, quality: () => 2 as const };
  const identity = temporaryIdentity();
  const domains = createDomains([FINETUNE]);
  const network = { publish: () => true };
  const parts = { domains, identity, community: undefined, store, network, clock, emit: () => {} };
  const outbox = createOutbox({ ...parts, surroundings: createSurroundings([]) });
  const { contextTag, publicKey } = identity;
  const queue = createDeposits({ domains, store, clock, contextTag, own: publicKey.bytes, offer: outbox.offer });
  const item = (n: number) => ({
    domain: 'finetune',
    where: { task: 'translation', tags: ['swahili'], data_scale: n },
    action: { name: 'lora', rank: 1 + (n % 64), learning_rate: 2e-4 },
    score: 0.7,
    effect: 0.04,
    standard_error: 0.01,
    samples: 900,
  });
  const count = 10 * depositsPerRequestMax;
  const startMs = performance.now();
  for (let n = 0; n < count; n += depositsPerRequestMax)
    queue.deposit(Array.from({ length: depositsPerRequestMax }, (_, i) => item(n + i)));
  const takenMs = performance.now();
  while (queue.waiting() > 0) {
    nowMs += 10_000;
    queue.tick();
  }
  const issuedMs = performance.now();
  const perS = (ms: number) => Math.round((count / ms) * 1_000);
  return { taken_per_s: perS(takenMs - startMs), issued_per_s: perS(issuedMs - takenMs) };
}

const rounded = (value: number): number => Number(value.toFixed(3));

export async function benchOutcomes() {
  return {
    bytes: outcomeBytes(),
    held: storedPacketsMax,
    query: { finetune: questions(FINETUNE), air: questions(AIR) },
    deposits: await deposits(),
    pool_of_1000: benchPool(),
    ...(await electionFigures()),
  };
}
