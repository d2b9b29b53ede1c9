// Deposits between live gateways, over real brokers and links: who asks gets what neighbours hold, and what was forged, replayed
// or sent elsewhere never gets into an answer.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { stringify } from 'yaml';
import { checkConfig } from '../../src/config/config.ts';
import { acceleratedClock } from '../../src/core/clock.ts';
import { FINDING } from '../../src/core/condition.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { hopsMax } from '../../src/core/limits.ts';
import { checkedDeposit, distillDeposit } from '../../src/distill/deposit.ts';
import { FINETUNE } from '../../src/distill/finetune.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { openGateway } from '../../src/gateway/gateway.ts';
import { rowOf } from '../../src/outbox.ts';
import { type Identity, temporaryIdentity } from '../../src/packet/identity.ts';
import { issue, type SignedPacket } from '../../src/packet/packet.ts';
import { freePorts } from '../mosquitto.ts';
import { recorder } from '../recorder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const START_MS = Date.UTC(2026, 0, 5);
const FACTOR = 20;
const TASK = { task: 'translation', tags: ['swahili'] };
const run = (score: number, where: object = TASK) => ({
  domain: 'finetune',
  where,
  action: { name: 'lora', rank: 8 },
  score,
});

function signed(identity: Identity, sequence: number, score: number, where?: object): SignedPacket {
  const deposit = checkedDeposit(FINETUNE, run(score, where));
  const moment = { nowMs: START_MS, clock: 2, sequence, surroundings: {} } as const;
  return issue(distillDeposit(FINETUNE, deposit, Buffer.alloc(4), moment), identity);
}

/** Another content under the signature that was given to this one. */
function forged(packet: SignedPacket, identity: Identity): SignedPacket {
  const other = issue({ ...packet.outcome, score: 100, sequence: packet.outcome.sequence + 50 }, identity);
  const bytes = Buffer.concat([other.bytes.subarray(0, -64), packet.bytes.subarray(-64)]);
  return { ...other, bytes };
}

interface Site {
  readonly name: string;
  readonly folder: string;
  readonly key: string;
}

async function site(root: string, name: string): Promise<Site> {
  const folder = join(root, name);
  mkdirSync(folder);
  const { identity, store } = await openDataFolder(join(folder, 'data'));
  await store[Symbol.asyncDispose]();
  return { name, folder, key: identity.publicKey.bytes.toString('hex') };
}

async function live(t: TestContext, own: Site, settings: object, before: readonly SignedPacket[] = []) {
  const written = { name: own.name, data: './data', sensors: [], domains: ['finetune'], ...settings };
  const { config, problems } = checkConfig(stringify(written), join(own.folder, 'qis.yaml'));
  assert.ok(config, JSON.stringify(problems));
  const { identity, store } = await openDataFolder(config.data);
  // As if they had come as far as packets go: nobody is sent them, and they are held.
  const rows = before.map((packet) => ({ ...rowOf(packet, START_MS), own: false, hops: hopsMax, sentMs: undefined }));
  store.commitNow(() => rows.map(store.packets.add));
  const clock = acceleratedClock({ wallMs: Date.now(), shownMs: START_MS, factor: FACTOR });
  const events = recorder<AgentEvent>();
  const emit = (event: AgentEvent) => events.add(event);
  const gateway = await openGateway({ config, identity, store, clock, emit, tickMs: 20 });
  t.after(async () => {
    await gateway[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });
  return { gateway, events, store };
}

test('a question brings what the neighbour holds, verified; what was deposited gets there by itself', {
  timeout: 60_000,
}, async (t) => {
  const root = temporaryFolder(t);
  const [portA, portB] = (await freePorts(2)) as [number, number];
  const [a, b] = [await site(root, 'a'), await site(root, 'b')];
  const [known, stranger] = [temporaryIdentity(Buffer.alloc(32, 3)), temporaryIdentity(Buffer.alloc(32, 4))];
  const good = signed(known, 1, 0.8);
  const elsewhere = signed(known, 2, 0.7, { task: 'summarization' });
  const held = [good, elsewhere, forged(good, known), signed(stranger, 1, 1)];
  const far = { name: 'far', key: known.publicKey.bytes.toString('hex') };
  const foreign = { name: 'foreign', key: stranger.publicKey.bytes.toString('hex') };
  const joined = (own: number, other: Site, port: number, name: string) => ({
    peers: name === 'a' ? [far] : [far, foreign],
    membership: 'allowlist',
    broker: { port: own, accounts: [{ name: other.name, password: 'secret', role: 'gateway' }] },
    neighbours: [
      { name: other.name, url: `mqtt://127.0.0.1:${port}`, key: other.key, username: name, password: 'secret' },
    ],
  });
  const from = await live(t, a, joined(portA, b, portB, 'a'));
  const to = await live(t, b, joined(portB, a, portA, 'b'), held);
  await from.events.until(({ type }) => type === 'peer_known');
  await to.events.until(({ type }) => type === 'peer_known');

  const { packets } = await from.gateway.questions.query({ domain: 'finetune', where: TASK, top: 5 });
  const expected = [good, elsewhere].map(({ id }) => id.toString('hex'));
  assert.deepEqual(
    packets.map(({ id }) => id),
    expected,
  );
  const [near, beyond] = packets.map(({ widened }) => widened);
  assert.ok(near === 0 && beyond! >= 2, `another task lies beyond the tolerance: ${near}, ${beyond}`);
  const drops = await Promise.all(
    ['bad_signature', 'unknown_key'].map((reason) =>
      from.events.until((event) => event.type === 'packet_dropped' && event.reason === reason),
    ),
  );
  assert.equal(drops.length, 2);
  assert(from.store.packets.isHeld(good.id), 'what came is kept');

  // Nothing new is there: the same packets count once.
  const again = await from.gateway.questions.query({ domain: 'finetune', where: TASK, top: 5 });
  assert.deepEqual(
    again.packets.map(({ id }) => id),
    expected,
  );

  const [answer] = to.gateway.deposits.deposit([run(0.9)]);
  assert.equal(answer?.state, 'accepted');
  const isDeposit = (event: AgentEvent) =>
    event.type === 'packet_received' && event.finding === 'outcome' && event.origin === 'b';
  await from.events.until(isDeposit);
  const advice = await from.gateway.questions.advise({ domain: 'finetune', where: TASK });
  assert.deepEqual([advice.evidence.length, advice.origins, advice.action.name], [2, 2, 'lora']);
  assert.equal(advice.best_single.score, 0.9);
  const about = advice.best_single.id;
  assert.equal(from.gateway.deposits.deposit([{ about, worked: true }])[0]?.state, 'accepted');
  await to.events.until((event) => event.type === 'packet_received' && event.finding === 'verdict');
  assert.equal([...from.store.packets.ofFinding(FINDING.verdict)].length, 1);
});
