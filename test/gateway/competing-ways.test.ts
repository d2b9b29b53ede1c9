// Two similarity functions of one domain: the one whose packets foretell what comes answers, and the other no longer.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DomainProfile } from '../../src/core/domain.ts';
import { checkedDeposit, distillDeposit } from '../../src/distill/deposit.ts';
import { createDomains } from '../../src/distill/domains.ts';
import { FINETUNE } from '../../src/distill/finetune.ts';
import { followUp } from '../../src/distill/follow-up.ts';
import { createElections, type ElectionsOptions, type SavedElections } from '../../src/gateway/elections.ts';
import { createOutcomes } from '../../src/gateway/outcomes.ts';
import { createQuestions } from '../../src/gateway/questions.ts';
import { openOwnSimilarities } from '../../src/gateway/similarity-module.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import type { Outcome } from '../../src/packet/outcome.ts';
import { issue, type SignedPacket } from '../../src/packet/packet.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const NOW_MS = 1_800_000_000_000;
const OWN = temporaryIdentity(Buffer.alloc(32, 1)).publicKey.nodeId;
const DEPOSITORS = [2, 3, 4, 5, 6, 7].map((n) => temporaryIdentity(Buffer.alloc(32, n)));
const ASKED = { task: 'translation', tags: ['swahili'], model_family: 'llama', data_scale: 5_000 };

/** The domain with one dimension of detail that counts far more than the others. */
const by = (name: string): DomainProfile => ({
  ...FINETUNE,
  fine: FINETUNE.fine.map((dimension) => (dimension.name === name ? { ...dimension, weight: 60 } : dimension)),
});
const WAYS = [
  { name: 'by_model', profile: by('model_family') },
  { name: 'by_data', profile: by('data_scale') },
];

/** What helps depends on how much data there is; three did it with as much as we have, three with our model. */
const packets = DEPOSITORS.map((identity, n): SignedPacket => {
  const [effect, where] = n < 3 ? [0.05, { model_family: 'bert' }] : [0.4, { data_scale: 50_000_000 }];
  const given = { where: { ...ASKED, ...where }, action: 'lora', effect: effect + n / 1_000, standard_error: 0.01 };
  const deposit = checkedDeposit(FINETUNE, { ...given, domain: 'finetune', score: 0.5, samples: 90, confidence: 0.9 });
  const moment = { nowMs: NOW_MS, clock: 2, sequence: 1, surroundings: {} } as const;
  return issue(distillDeposit(FINETUNE, deposit, Buffer.alloc(4), moment), identity);
});

function opened(
  saved?: SavedElections,
  rules: Partial<ElectionsOptions> = { waysOf: () => WAYS },
  profile: DomainProfile = FINETUNE,
) {
  const domains = createDomains([profile]);
  const rows = new Map(packets.map(({ id, key, bytes }) => [id.toString('hex'), { origin: key.bytes, bytes }]));
  const packet = (id: Buffer) => rows.get(id.toString('hex'));
  const outcomes = createOutcomes({ domains, packet });
  for (const { id, key, outcome } of packets) outcomes.note({ id, nodeId: key.nodeId, outcome });
  const pinned = new Set(DEPOSITORS.map(({ publicKey }) => publicKey.nodeId.toString('hex')));
  const elections = createElections({
    domains,
    own: OWN.toString('hex'),
    pinned,
    isHeeded: () => true,
    packet,
    random: () => 0.25,
    ...rules,
    saved,
  });
  const questions = createQuestions({ domains, outcomes, nowMs: () => NOW_MS, elections });
  const follow = async () => {
    const { evidence } = await questions.advise({ domain: 'finetune', where: ASKED });
    const about = packets.find(({ id }) => id.toString('hex') === evidence[0])!;
    const share = Math.min(1, 0.05 / (about.outcome.observed * FINETUNE.deposits.effect.scale));
    elections.heard({ nodeId: OWN, outcome: followUp(about, share) as Outcome }, NOW_MS);
  };
  return { elections, follow, chosen: () => elections.choose(profile).name };
}

test('the function that selects what foretells answers, and a restart does not forget it', async () => {
  const { elections, follow, chosen } = opened();
  assert.equal(chosen(), 'by_model');
  for (let i = 0; i < 20; i++) await follow();
  assert.equal(chosen(), 'by_data');
  const { rivals } = elections.state().finetune!;
  assert.ok(rivals!.find(({ name }) => name === 'by_data')!.weight > 0.75, JSON.stringify(rivals));
  const saved = JSON.parse(JSON.stringify(elections.state()));
  assert.equal(opened(saved).chosen(), 'by_data');
});

test('a module beside the function in use takes part, and answers once it foretells better', async (t) => {
  const module = join(temporaryFolder(t), 'mine.mjs');
  writeFileSync(module, `export const similarity = (a, b) => (a.data_scale?.from === b.data_scale?.from ? 0.9 : 0);`);
  const { coarse, fine } = FINETUNE;
  const similarities = [
    { name: 'by_model', coarse, fine: by('model_family').fine },
    { name: 'mine', coarse, fine, module },
  ];
  const profile = { ...by('model_family'), similarities };
  const told: string[] = [];
  await using own = openOwnSimilarities([profile], (event) => void told.push(JSON.stringify(event)));
  const { follow, chosen, elections } = opened(undefined, { moduleOf: own.moduleOf }, profile);
  assert.deepEqual([elections.ways(profile).map(({ name }) => name), chosen()], [['by_model', 'mine'], 'by_model']);
  for (let i = 0; i < 20; i++) await follow();
  assert.deepEqual([chosen(), told], ['mine', []]);
});
