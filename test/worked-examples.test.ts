// The worked examples of docs/domains.md: what their files deposit gives the answers that stand there, to the questions there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse as parseYaml } from 'yaml';
import { twelveSites } from '../examples/clinical-12-sites.ts';
import { whereIn } from '../src/cli/question.ts';
import { loadDomain } from '../src/config/domain-profile.ts';
import type { DomainProfile } from '../src/core/domain.ts';
import { checkedDeposit, distillDeposit } from '../src/distill/deposit.ts';
import { BUILT_IN_DOMAINS, createDomains } from '../src/distill/domains.ts';
import { createElections } from '../src/gateway/elections.ts';
import { createOutcomes } from '../src/gateway/outcomes.ts';
import { createQuestions } from '../src/gateway/questions.ts';
import { temporaryIdentity } from '../src/packet/identity.ts';
import { issue, parse } from '../src/packet/packet.ts';

const fileAt = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const NOW_MS = 1_790_000_000_000;
const MOMENT = { nowMs: NOW_MS, clock: 2, sequence: NOW_MS / 1_000, surroundings: {} } as const;
const CROPS = loadDomain(new URL('../examples/crops.yaml', import.meta.url).pathname);

const rulesOf = { domains: createDomains([CROPS]), own: '', pinned: new Set<string>(), isHeeded: () => true };

test('the functions that a domain file names compete in its elections, the first one in use', () => {
  const ways = createElections({ ...rulesOf, packet: () => undefined, random: () => 0 }).ways(CROPS);
  assert.deepEqual(
    ways.map(({ name }) => name),
    ['by-rain', 'by-crop'],
  );
  assert.equal(ways[0]!.profile, CROPS);
  assert.equal(ways[1]!.profile.fine[0]!.weight, 2, 'as it is written, not as the first one has it');
});

/** A gateway that knows the keys of all who deposited: each a gateway of its own, over the wire. */
function asking(deposits: readonly Record<string, unknown>[]) {
  const domains = createDomains([...BUILT_IN_DOMAINS, CROPS]);
  const held = new Map<string, { origin: Buffer; bytes: Buffer }>();
  const packet = (id: Buffer) => held.get(id.toString('hex'));
  const outcomes = createOutcomes({ domains, packet });
  const pinned = new Set<string>();
  for (const given of deposits) {
    const profile = domainOf(given.domain);
    const identity = temporaryIdentity();
    const outcome = distillDeposit(profile, checkedDeposit(profile, given), Buffer.alloc(4), MOMENT);
    const { id, bytes } = issue(outcome, identity, undefined);
    const parsed = parse(bytes);
    assert(parsed.ok);
    pinned.add(identity.publicKey.nodeId.toString('hex'));
    held.set(id.toString('hex'), { origin: identity.publicKey.bytes, bytes });
    outcomes.note({ id, nodeId: identity.publicKey.nodeId, outcome: parsed.packet.outcome });
  }
  const elections = createElections({ domains, own: '', pinned, isHeeded: () => true, packet, random: () => 0 });
  return createQuestions({ domains, outcomes, nowMs: () => NOW_MS, elections });
}

function domainOf(name: unknown): DomainProfile {
  const profile = [...BUILT_IN_DOMAINS, CROPS].find((one) => one.name === name);
  assert(profile);
  return profile;
}

interface Shown {
  readonly name: 'query' | 'advise';
  readonly request: Readonly<Record<string, unknown>>;
  /** What stands there of the answer. */
  readonly answer: unknown;
}

/** The commands under a heading of the page that ask for JSON, with the answers that stand there, in their order. */
function shownUnder(heading: string): Shown[] {
  const section = fileAt('docs/domains.md').split(`### ${heading}\n`)[1]?.split('\n### ')[0] ?? '';
  const answers = [...section.matchAll(/```json\n(.*?)```/gs)].map(([, text]) => JSON.parse(text!));
  const commands = [...section.matchAll(/^ {4}qis (query|advise) --domain (\w+) (.*) --json$/gm)];
  assert.equal(commands.length, answers.length, heading);
  return commands.map(([, name, domain, rest], i) => {
    const pairs = [...rest!.matchAll(/--where (\S+)/g)].map(([, pair]) => pair!);
    const top = /--top (\d+)/.exec(rest!)?.[1];
    const where = whereIn(domainOf(domain), pairs);
    const request = { domain: domain!, where, ...(top !== undefined && { top: Number(top) }) };
    return { name: name as Shown['name'], request, answer: answers[i] };
  });
}

/** Each value that is shown has to come out, numbers to their last digit. */
function assertHolds(shown: unknown, actual: unknown, path: string): void {
  if (typeof shown === 'number') {
    const digits = `${shown}`.split('.')[1]?.length ?? 0;
    assert.equal(Number((actual as number).toFixed(digits)), shown, `${path}: ${actual}`);
  } else if (typeof shown === 'object' && shown !== null) {
    if (Array.isArray(shown)) assert.equal((actual as unknown[]).length, shown.length, path);
    for (const [key, value] of Object.entries(shown))
      assertHolds(value, (actual as Record<string, unknown>)[key], `${path}.${key}`);
  } else assert.deepEqual(actual, shown, path);
}

const EXAMPLES: Record<string, readonly [file: string, questions: number]> = {
  'A fine-tuning lab': ['examples/finetune-labs.yaml', 2],
  'Twelve hospitals': ['examples/clinical-12-sites.yaml', 1],
  'A sensor that repeats one value': ['examples/stuck-pms5003.yaml', 1],
};

for (const [heading, [file, count]] of Object.entries(EXAMPLES)) {
  test(`${heading}: the answers are those of the page`, async () => {
    const questions = asking(parseYaml(fileAt(file)));
    const shown = shownUnder(heading);
    assert.equal(shown.length, count);
    for (const { name, request, answer } of shown) assertHolds(answer, await questions[name](request), name);
  });
}

test('the twelve hospitals are those of the script', () => {
  assert.equal(
    fileAt('examples/clinical-12-sites.yaml'),
    twelveSites(),
    'node examples/clinical-12-sites.ts writes it',
  );
});

test('the domain without sensors takes its deposits, and compares by the first function that it names', async () => {
  const deposit = (where: object, action: object | string) => ({
    ...{ domain: 'crops', where, action, score: 0.7, effect: 0.4, samples: 5 },
  });
  const { query } = asking([
    deposit({ crop: 'sorghum', rain_mm: 400, pests: ['striga'] }, { name: 'mulched', tonnes: 4.5 }),
    deposit({ crop: 'millet', rain_mm: 400, pests: ['birds', 'striga'] }, 'intercropped'),
    deposit({ crop: 'sorghum', rain_mm: 1_200 }, { name: 'fertilised', nitrogen: 40 }),
    deposit({ crop: 'rice', rain_mm: 400 }, 'intercropped'),
  ]);
  const where = { crop: 'sorghum', rain_mm: 300, pests: ['striga'] };
  const { packets } = await query({ domain: 'crops', where, top: 4 });
  assert.deepEqual(packets[0]!.action, { name: 'mulched', tonnes: 4.5 });
  const widened = Object.fromEntries(
    packets.map(({ action, where: at, ...one }) => [`${at.crop} ${action.name}`, one.widened]),
  );
  assert.deepEqual(
    widened,
    { 'sorghum mulched': 0, 'sorghum fertilised': 1, 'millet intercropped': 2, 'rice intercropped': 3 },
    'the first function tolerates one step of rain, not three; millet is akin, rice is not',
  );
});
