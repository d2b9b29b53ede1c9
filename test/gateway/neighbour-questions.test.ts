// What neighbours are asked and bring: what is akin is found at its own address, however much more is behind what is not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkedDeposit, distillDeposit } from '../../src/distill/deposit.ts';
import { createDomains } from '../../src/distill/domains.ts';
import { FINETUNE } from '../../src/distill/finetune.ts';
import { askNeighbours, neighbourAnswers } from '../../src/gateway/neighbour-questions.ts';
import { askedFor, createOutcomes } from '../../src/gateway/outcomes.ts';
import { probedBy } from '../../src/gateway/way-search.ts';
import { rowOf } from '../../src/outbox.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { issue } from '../../src/packet/packet.ts';
import type { Question } from '../../src/route/session/question.ts';
import { openStore } from '../../src/store/store.ts';

const NOW_MS = 1_800_000_000_000;

test('a neighbour answers a swahili question with one yoruba result, and with one in shona among many german ones', async () => {
  await using store = openStore(':memory:', { now: () => NOW_MS });
  const domains = createDomains([FINETUNE]);
  const outcomes = createOutcomes({ domains, packet: store.packets.get });
  const identity = temporaryIdentity();
  const hold = (language: string, sequence: number, samples: number) => {
    const where = { task: 'translation', tags: [language], model_family: 'llama' };
    const deposit = checkedDeposit(FINETUNE, { where, action: 'lora', score: samples > 1 ? 1 : 0.1, samples });
    const moment = { nowMs: NOW_MS, clock: 2, sequence, surroundings: {} } as const;
    const packet = issue(distillDeposit(FINETUNE, deposit, Buffer.alloc(4), moment), identity);
    store.commitNow(() => store.packets.add({ ...rowOf(packet, NOW_MS), own: false, hops: 0, sentMs: undefined }));
    outcomes.note({ id: packet.id, nodeId: identity.publicKey.nodeId, outcome: packet.outcome });
    return packet.id.toString('hex');
  };
  const request = { domain: 'finetune', where: { task: 'translation', tags: ['swahili'], model_family: 'llama' } };
  const asked = askedFor(domains, request, { isWhole: false });
  assert('value' in asked);
  const put: Question[] = [];
  const addresses = await probedBy({ name: 'weighted', profile: FINETUNE }, asked.value);
  await askNeighbours(asked.value, addresses, { ask: async (questions) => void put.push(...questions) });
  assert(put.length > 1 && put.length <= 4);
  assert.deepEqual(put[0]!.coarse, asked.value.wanted.coarse);
  const answersTo = neighbourAnswers({ domains, outcomes, store, nowMs: () => NOW_MS });
  const answers = () =>
    put.map((question) => [...answersTo(question)].slice(0, question.packets).map(({ id }) => id.toString('hex')));
  const yoruba = hold('yoruba', 13, 1);
  assert.deepEqual(answers()[0], [yoruba], 'as far as there is anything');
  for (let n = 1; n <= 12; n++) hold('german', n, 1_000_000);
  const shona = hold('shona', 14, 1);
  const [own, ...others] = answers();
  assert.equal(own!.includes(shona), false, 'crowded out at the own address');
  assert.equal(others.flat().includes(shona), true);
});
