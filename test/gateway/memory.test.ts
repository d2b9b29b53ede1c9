// What a gateway takes up again after a restart, and what it does not.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { stringify } from 'yaml';
import type { DomainWork } from '../../src/agent.ts';
import { checkConfig } from '../../src/config/config.ts';
import { strangerKeyMsMax } from '../../src/core/share-limits.ts';
import { AIR } from '../../src/distill/air.ts';
import { createDomains } from '../../src/distill/domains.ts';
import { forgetKeys, keyringOf, pinnedNodes, remember, savedChannels, savedJson } from '../../src/gateway/memory.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { createKeyring } from '../../src/packet/keyring.ts';
import { issue } from '../../src/packet/packet.ts';
import { openStore } from '../../src/store/store.ts';
import type { Synthesizer } from '../../src/synthesize/synthesizer.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { smoke } from '../vectors/smoke.ts';

const OWN = temporaryIdentity(Buffer.alloc(32, 1));
const PINNED = temporaryIdentity(Buffer.alloc(32, 2));
const STRANGER = temporaryIdentity(Buffer.alloc(32, 3));
const NOW_MS = (smoke.issued + 60) * 1000;
const DAY_MS = 86_400_000;

function configOf(t: TestContext, settings: object) {
  const file = join(temporaryFolder(t), 'qis.yaml');
  const peers = [{ name: 'hill', key: PINNED.publicKey.bytes.toString('hex') }];
  const { config, problems } = checkConfig(stringify({ name: 'roof', peers, ...settings }), file);
  assert(config, JSON.stringify(problems));
  return config;
}

const memory = () => openStore(':memory:', { now: () => NOW_MS });

suite('keys', () => {
  test('that announced themselves are believed again where strangers may announce themselves, and nowhere else', async (t) => {
    await using store = memory();
    const { bytes: publicKey, kid } = STRANGER.publicKey;
    store.commitNow(() => store.keys.add({ publicKey, kid, name: '', addedMs: 0 }));
    const believed = (membership: string) =>
      keyringOf(configOf(t, { membership }), OWN, store, () => {}).candidates(kid).length;
    assert.deepEqual([believed('open'), believed('allowlist')], [1, 0]);
  });

  test('that the operator wrote down have their names, and start with trust', async (t) => {
    await using store = memory();
    const config = configOf(t, {});
    const { kid, nodeId } = PINNED.publicKey;
    const ring = keyringOf(config, OWN, store, () => {});
    assert.equal(ring.candidates(kid).length, 1);
    assert.deepEqual(
      [PINNED, OWN, STRANGER].map(({ publicKey }) => ring.nameOf(publicKey.nodeId.toString('hex'))),
      ['hill', 'roof', STRANGER.publicKey.nodeId.toString('hex').slice(0, 8)],
    );
    assert.deepEqual([...pinnedNodes(config)], [nodeId.toString('hex')]);
  });
});

test('keys of strangers that were silent for long are forgotten, on disk and in the ring; others stay', async () => {
  await using store = memory();
  const keyring = createKeyring();
  const [silent, heard, pinned] = [STRANGER, OWN, PINNED].map(({ publicKey }) => publicKey);
  for (const key of [silent!, heard!, pinned!]) {
    keyring.add(key);
    store.commitNow(() => store.keys.add({ publicKey: key.bytes, kid: key.kid, name: '', addedMs: NOW_MS }));
  }
  const laterMs = NOW_MS + strangerKeyMsMax + 1;
  const parts = { store, keyring, pinned: new Set([pinned!.nodeId.toString('hex')]) };
  const believed = () => [silent!, heard!, pinned!].map(({ kid }) => keyring.candidates(kid).length);
  store.commitNow(() => store.keys.heard(heard!.bytes, NOW_MS + 2 * DAY_MS));
  forgetKeys({ ...parts, clock: { now: () => laterMs, quality: () => 1 } });
  assert.deepEqual(believed(), [1, 1, 1], 'not by a clock that may be wrong');
  forgetKeys({ ...parts, clock: { now: () => laterMs, quality: () => 2 } });
  assert.deepEqual(believed(), [0, 1, 1]);
  assert.deepEqual(
    store.keys.all().map(({ publicKey }) => publicKey),
    [heard!.bytes],
  );
});

test('what was heard counts again, but not of a key that was taken away, nor what has expired', async () => {
  await using store = memory();
  const packets = [PINNED, STRANGER].map((identity) => issue(smoke, identity));
  const old = issue({ ...smoke, issued: smoke.issued - 7 * 3600, sequence: 1 }, PINNED);
  store.commitNow(() => {
    for (const { id, key, bytes, outcome } of [...packets, old]) {
      const expiresS = outcome.issued + outcome.lifetime * 3600;
      const kept = { score: 0, own: false, hops: 0, receivedMs: NOW_MS, sentMs: undefined };
      store.packets.add({ id, origin: key.bytes, finding: 0, bytes, expiresS, ...kept });
    }
  });
  const keyring = createKeyring();
  keyring.add(PINNED.publicKey);
  const restored: string[] = [];
  const synthesizer: Partial<Synthesizer> = { restore: ({ id }) => void restored.push(id) };
  const work = new Map([[AIR.id, { synthesizer } as DomainWork]]);
  remember(store, { now: () => NOW_MS, quality: () => 2 }, keyring, work, createDomains([AIR]));
  assert.deepEqual(restored, [packets[0]!.id.toString('hex')]);
});

test('of channels those that are still configured come back, of devices behind a subscription those heard within a day', async (t) => {
  await using store = memory();
  const config = configOf(t, {
    sensors: [
      { name: 'roof', device: 'PMS5003', port: '/dev/a' },
      { name: 'zigbee', device: 'zigbee2mqtt', mqtt: {} },
    ],
  });
  const channel = (sensor: string, ageMs: number) => ({ sensor, state: { lastMs: NOW_MS - ageMs } });
  const [roof, balcony] = [channel('roof', 9 * DAY_MS), channel('zigbee/balcony', DAY_MS - 1)];
  const gone = [channel('cellar', 0), channel('zigbee/cellar', DAY_MS + 1)];
  store.commitNow(() => store.state.set('channels', JSON.stringify([roof, balcony, ...gone])));
  assert.deepEqual(savedChannels(store, config, NOW_MS), [roof, balcony]);
});

test('a state that cannot be read is one that was never saved', async () => {
  await using store = memory();
  store.commitNow(() => store.state.set('channels', '{"a":'));
  assert.equal(savedJson(store, 'channels'), undefined);
  assert.equal(savedJson(store, 'reputation'), undefined);
});
