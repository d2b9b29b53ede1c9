// The worked examples of docs/domains.md: what their files deposit gives the answers that stand there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse as parseYaml } from 'yaml';
import { twelveSites } from '../examples/clinical-12-sites.ts';
import { loadDomain } from '../src/config/domain-profile.ts';
import type { DomainProfile } from '../src/core/domain.ts';
import { parametersOf } from '../src/distill/action.ts';
import { checkedDeposit, distillDeposit, shownDeposit } from '../src/distill/deposit.ts';
import { BUILT_IN_DOMAINS } from '../src/distill/domains.ts';
import { conditionAt, type Where } from '../src/distill/where.ts';
import { temporaryIdentity } from '../src/packet/identity.ts';
import { issue, parse } from '../src/packet/packet.ts';
import type { ParameterValue } from '../src/synthesize/pooling/parameter-mean.ts';
import { type ActionResult, recommend } from '../src/synthesize/recommendation.ts';
import { similarityFunctions } from '../src/synthesize/similarity-function.ts';

const fileAt = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const MOMENT = { nowMs: 1_790_000_000_000, clock: 2, sequence: 1_790_000_000, surroundings: {} } as const;

/** Each is deposited by a gateway of its own, goes over the wire, and is held by one that knows their keys. */
function held(profile: DomainProfile, deposits: readonly Record<string, unknown>[]) {
  return deposits.map((given) => {
    const identity = temporaryIdentity();
    const outcome = distillDeposit(profile, checkedDeposit(profile, given), Buffer.alloc(4), MOMENT);
    const { id, bytes } = issue(outcome, identity, undefined);
    const parsed = parse(bytes);
    assert(parsed.ok);
    const origin = identity.publicKey.nodeId.toString('hex');
    return { id: id.toString('hex'), origin, outcome: parsed.packet.outcome };
  });
}

type HeldPacket = ReturnType<typeof held>[number];

/** What is alike, most first. */
function found(profile: DomainProfile, packets: readonly HeldPacket[], where: Where) {
  const checked = conditionAt(profile, where);
  assert('value' in checked);
  const [inUse] = similarityFunctions(profile);
  return packets
    .map((packet) => ({ ...packet, similarity: inUse!.similarity(checked.value, packet.outcome) }))
    .filter(({ similarity }) => similarity > 0)
    .sort((a, b) => b.similarity - a.similarity);
}

const KINDS = { geometric: 'rate', arithmetic: 'number', mode: 'name' } as const;

function advised(profile: DomainProfile, packets: ReturnType<typeof found>) {
  const results = packets.map(({ id, origin, similarity, outcome }): ActionResult => {
    const { action, effect, standardError } = shownDeposit(profile, outcome);
    const { name, ...parameters } = action;
    const source = { id, origin, sharedClass: origin, similarity, reputation: 1 };
    const { score, confidence, samples } = outcome;
    const said = { action: name, parameters: parameters as Record<string, ParameterValue>, score, confidence, samples };
    return { ...source, ...said, ...(standardError !== null && { effect, standardError }) };
  });
  const parameters = profile.actions.keys().flatMap((code) => parametersOf(profile, code));
  return recommend(results, Object.fromEntries(parameters.map(({ name, combine }) => [name, KINDS[combine]])));
}

/** The JSON that the page shows under a heading: each value that stands there has to come out, to its last digit. */
function assertShown(heading: string, actual: unknown): void {
  const section = fileAt('docs/domains.md').split(`### ${heading}`)[1];
  const text = /```json\n(.*?)```/s.exec(section ?? '')?.[1];
  assert(text, heading);
  assertHolds(JSON.parse(text), actual, heading);
}

function assertHolds(shown: unknown, actual: unknown, path: string): void {
  if (typeof shown === 'number') {
    const digits = `${shown}`.split('.')[1]?.length ?? 0;
    assert.equal(Number((actual as number).toFixed(digits)), shown, `${path}: ${actual}`);
  } else if (typeof shown === 'object' && shown !== null) {
    for (const [key, value] of Object.entries(shown))
      assertHolds(value, (actual as Record<string, unknown>)[key], `${path}.${key}`);
  } else assert.deepEqual(actual, shown, path);
}

const depositsOf = (file: string): Record<string, unknown>[] => parseYaml(fileAt(file));
const domain = (name: string): DomainProfile => BUILT_IN_DOMAINS.find((one) => one.name === name)!;

test('a lab that translates into Swahili is told what helped with languages like it', () => {
  const profile = domain('finetune');
  const packets = held(profile, depositsOf('examples/finetune-labs.yaml'));
  const where = { task: 'translation', tags: ['swahili'], model_family: 'llama', data_scale: 5_000 };
  const like = found(profile, packets, where);
  assert.deepEqual(
    like.map(({ id }) => id),
    [packets[0]!.id, packets[1]!.id],
    'Zulu is nearer than Yoruba, and German no neighbour',
  );
  assertShown('A fine-tuning lab', { ...advised(profile, like), similarity: like.map(({ similarity }) => similarity) });
});

test('12 hospitals show together what none of them shows alone', () => {
  const text = fileAt('examples/clinical-12-sites.yaml');
  assert.equal(text, twelveSites(), 'node examples/clinical-12-sites.ts writes it');
  const profile = domain('clinical');
  const packets = held(profile, depositsOf('examples/clinical-12-sites.yaml'));
  const like = found(profile, packets, {
    condition: 'rare-histiocytosis',
    age: 50,
    severity: 'severe',
    line: 'second',
  });
  assert.equal(like.length, 12);
  const advice = advised(profile, like)!;
  assertShown('Twelve hospitals', advice);
  assert.equal(advice.evidence.length, 12);
  assert.deepEqual(advice.significant, { alone: [], together: true });
});

test('who has a sensor that repeats one value is told what worked for others', () => {
  const profile = domain('air');
  const packets = held(profile, depositsOf('examples/stuck-pms5003.yaml'));
  const like = found(profile, packets, { fault: 'stuck' });
  assert.equal(like.length, 3, 'another fault is no neighbour');
  const advice = advised(profile, like)!;
  assertShown('A sensor that repeats one value', advice);
});

test('the domain without sensors takes its deposits, and compares by the first function that it names', () => {
  const crops = loadDomain(new URL('../examples/crops.yaml', import.meta.url).pathname);
  const deposit = (where: object, action: object | string) => ({
    ...{ domain: 'crops', where, action, score: 0.7, effect: 0.4, samples: 5 },
  });
  const packets = held(crops, [
    deposit({ crop: 'sorghum', rain_mm: 400, pests: ['striga'] }, { name: 'mulched', tonnes: 4.5 }),
    deposit({ crop: 'millet', rain_mm: 400, pests: ['birds', 'striga'] }, 'intercropped'),
    deposit({ crop: 'sorghum', rain_mm: 1_200 }, 'intercropped'),
    deposit({ crop: 'rice', rain_mm: 400 }, 'intercropped'),
  ]);
  const like = found(crops, packets, { crop: 'sorghum', rain_mm: 300, pests: ['striga'] });
  assert.deepEqual(
    like.map(({ id }) => id),
    [packets[0]!.id, packets[1]!.id],
    'the first function tolerates one step of rain, not three',
  );
  assert.deepEqual(shownDeposit(crops, packets[0]!.outcome).action, { name: 'mulched', tonnes: 4.5 });
  assert.deepEqual(
    similarityFunctions(crops).map(({ name }) => name),
    ['by-rain', 'by-crop'],
  );
});
