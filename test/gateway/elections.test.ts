// What came of outcomes, from packets on: who is believed, what answers first, what stays, and that a restart changes none of it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { virtualClock } from '../../src/core/clock.ts';
import { checkedDeposit, distillDeposit } from '../../src/distill/deposit.ts';
import { createDomains } from '../../src/distill/domains.ts';
import { FINETUNE } from '../../src/distill/finetune.ts';
import { followUp } from '../../src/distill/follow-up.ts';
import { openCore } from '../../src/gateway/core.ts';
import { topicOf } from '../../src/packet/fingerprint.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { createKeyring } from '../../src/packet/keyring.ts';
import type { Outcome } from '../../src/packet/outcome.ts';
import { issue, type SignedPacket } from '../../src/packet/packet.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { way } from '../route/ways.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const START_MS = 1_800_000_000_000;
const WHERE = { task: 'translation', tags: ['swahili'] };
const identityOf = (n: number) => temporaryIdentity(Buffer.alloc(32, n));
type Identity = ReturnType<typeof identityOf>;
const [OWN, LIAR, HONEST, OTHER, STRANGER] = [1, 2, 3, 4, 5].map(identityOf) as [
  Identity,
  Identity,
  Identity,
  Identity,
  Identity,
];
const nodeId = ({ publicKey }: Identity) => publicKey.nodeId.toString('hex');
let sequence = 10;

function outcomeOf(identity: Identity, action: string, effect: number): SignedPacket {
  const given = {
    domain: 'finetune',
    where: WHERE,
    action,
    score: 0.5 + effect,
    effect,
    standard_error: 0.02,
    samples: 50,
  };
  const deposit = checkedDeposit(FINETUNE, { ...given, confidence: 0.9 });
  const moment = { nowMs: START_MS, clock: 2, sequence: sequence++, surroundings: {} } as const;
  return issue(distillDeposit(FINETUNE, deposit, Buffer.alloc(4), moment), identity);
}

function report(identity: Identity, about: SignedPacket, share: number): SignedPacket {
  const moment = { issued: START_MS / 1000, clock: 2, sequence: sequence++, context: Buffer.alloc(4) } as const;
  return issue({ ...followUp(about, share), ...moment } as Outcome, identity);
}

function opened(store: Store) {
  const clock = virtualClock(START_MS);
  const keyring = createKeyring();
  for (const { publicKey } of [LIAR, HONEST, OTHER, STRANGER]) keyring.add(publicKey);
  const core = openCore({
    setting: { domains: createDomains([FINETUNE]), place: undefined },
    identity: OWN,
    keyring,
    pinned: new Set([LIAR, HONEST, OTHER].map((one) => nodeId(one))),
    community: undefined,
    store,
    clock,
    emit: () => {},
    random: () => 0.5,
    network: { publish: () => true },
  });
  const hear = async (...packets: readonly SignedPacket[]) => {
    for (const { bytes, outcome } of packets)
      await core.agent.arrival({ topic: topicOf(outcome), bytes, via: way('link:x') });
  };
  const answers = async () => {
    const { packets } = await core.questions.query({ domain: 'finetune', where: WHERE });
    return packets.map(({ id }) => id);
  };
  const advised = async () => (await core.questions.advise({ domain: 'finetune', where: WHERE })).action.name;
  const follow = (about: SignedPacket, share: number) => {
    clock.advanceTo(clock.now() + 10_000);
    const item = { about: about.id.toString('hex'), worked: share > 0.5, score: share };
    assert.equal(core.deposits.deposit([item])[0]?.state, 'accepted');
  };
  return { core, hear, answers, advised, follow };
}

const file = (t: TestContext) => join(temporaryFolder(t), 'store');
const idOf = ({ id }: SignedPacket) => id.toString('hex');

test('a false claim answers last once we followed it, its author and action are believed less; a restart forgets nothing', async (t) => {
  const folder = file(t);
  const store = openStore(folder, { now: () => START_MS });
  const { core, hear, answers, advised, follow } = opened(store);
  const lie = outcomeOf(LIAR, 'prompt', 0.4);
  const truth = outcomeOf(HONEST, 'lora', 0.1);
  await hear(lie, truth);
  assert.deepEqual(await answers(), [lie, truth].map(idOf));
  assert.equal(await advised(), 'prompt');
  for (let i = 0; i < 3; i++) follow(lie, 0);
  follow(truth, 1);
  assert.deepEqual(await answers(), [truth, lie].map(idOf));
  assert.equal(await advised(), 'lora');
  const later = outcomeOf(LIAR, 'prompt', 0.4);
  await hear(later);
  assert.equal((await answers())[0], idOf(truth), 'neither does another packet of the same help it');
  core.save();
  await store[Symbol.asyncDispose]();
  await using again = openStore(folder, { now: () => START_MS });
  const restarted = opened(again);
  assert.deepEqual((await restarted.answers())[0], idOf(truth));
  assert.equal(await restarted.advised(), 'lora');
});

test('what others report counts where they are believed; what nobody knows, or is about nothing held, moves nothing', async () => {
  await using store = openStore(':memory:', { now: () => START_MS });
  const { core, hear, answers } = opened(store);
  const [lie, truth] = [outcomeOf(LIAR, 'prompt', 0.4), outcomeOf(HONEST, 'lora', 0.1)];
  await hear(lie, truth);
  const saved = () => {
    core.save();
    return store.state.get('elections');
  };
  const before = saved();
  const missing = outcomeOf(LIAR, 'full', 0.4);
  await hear(
    report(STRANGER, lie, 0),
    report(OTHER, missing, 0),
    report(LIAR, lie, 1),
    report(OTHER, report(OTHER, lie, 0), 0),
  );
  assert.equal(saved(), before);
  await hear(report(OTHER, lie, 0), report(HONEST, lie, 0), report(OTHER, truth, 1));
  assert.notEqual(saved(), before);
  assert.deepEqual(await answers(), [truth, lie].map(idOf));
});
