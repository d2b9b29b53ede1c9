import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { storePath } from '../../src/store/database.ts';
import { openStore } from '../../src/store/store.ts';
import { summariseFile } from '../../src/store/summary.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { somePacket } from './some-packet.ts';

const NOW = { now: () => 1_800_000_000_000 };

function rootPage(path: string, name: string): number {
  const database = new Database(path);
  const page = database
    .prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?')
    .pluck()
    .get(name);
  database.close();
  return page ?? assert.fail();
}

test('sequences rise from 1 and go on after a restart', async (t) => {
  const folder = temporaryFolder(t);
  const given: number[] = [];
  for (let run = 0; run < 2; run++) {
    await using store = openStore(folder, NOW);
    for (let i = 0; i < 3; i++) {
      await store.commit(() =>
        store.issue((sequence) => {
          given.push(sequence);
          return somePacket();
        }),
      );
    }
  }
  assert.deepEqual(given, [1, 2, 3, 4, 5, 6]);
});

test('a packet that cannot be built takes no sequence', async (t) => {
  await using store = openStore(temporaryFolder(t), NOW);
  await assert.rejects(
    store.commit(() =>
      store.issue(() => {
        throw new Error('no key');
      }),
    ),
    /no key/,
  );
  store.commitNow(() =>
    store.issue((sequence) => {
      assert.equal(sequence, 1);
      return somePacket();
    }),
  );
  assert.equal(store.packets.unsent(10).length, 1);
});

test('the outbox empties by markSent, and packets stay', async () => {
  await using store = openStore(':memory:', NOW);
  const first = store.commitNow(() => store.issue(() => somePacket()));
  const second = store.commitNow(() => store.issue(() => somePacket()));
  assert.deepEqual(
    store.packets.unsent(10).map(({ id }) => id),
    [first.id, second.id],
  );
  assert.equal(store.packets.unsent(1).length, 1);
  store.commitNow(() => store.packets.markSent([first.id], 5));
  assert.deepEqual(
    store.packets.unsent(10).map(({ id }) => id),
    [second.id],
  );
  assert.equal(store.packets.get(first.id)?.sentMs, 5);
});

test('writing outside a job is a mistake', async () => {
  await using store = openStore(':memory:', NOW);
  for (const write of [
    () => store.packets.add(somePacket()),
    () => store.packets.markSent([], 0),
    () => store.issue(() => somePacket()),
    () => store.state.set('channels', 'b'),
    () => store.raiseTimeFloor(1),
  ]) {
    assert.throws(write, { name: 'AssertionError' });
  }
});

test('after damage the sequence goes on beyond any that was used', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(storePath(folder), 'no database'.repeat(1000));
  await using store = openStore(folder, NOW);
  assert.match(store.recovered ?? '', /set aside/);
  store.commitNow(() =>
    store.issue((sequence) => {
      assert.equal(sequence, 1_800_000_001);
      return somePacket();
    }),
  );
});

test('a key that lost its database goes on beyond any sequence that it used', async (t) => {
  const folder = temporaryFolder(t);
  {
    await using lost = openStore(folder, { ...NOW, keyIsNew: false });
    assert.equal(lost.summary().sequence, 1_800_000_000);
    lost.commitNow(() => lost.issue(() => somePacket()));
  }
  await using found = openStore(folder, { now: () => 2_000_000_000_000, keyIsNew: false });
  assert.equal(found.summary().sequence, 1_800_000_001, 'a database that is there goes on where it was');
  await using fresh = openStore(temporaryFolder(t), NOW);
  assert.equal(fresh.summary().sequence, 0, 'a new key has used none');
});

test('a sequence that can still be read from the damaged file counts', async (t) => {
  const folder = temporaryFolder(t);
  const path = storePath(folder);
  {
    await using store = openStore(folder, { now: () => 0 });
    store.commitNow(() => {
      for (let i = 0; i < 3; i++) store.issue(() => somePacket());
    });
  }
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(512, 0xff), 0, 512, rootPage(path, 'outbox') * 512 - 512);
  closeSync(file);
  await using store = openStore(folder, { now: () => 0 });
  assert.match(store.recovered ?? '', /set aside/);
  assert.equal(store.summary().sequence, 3);
});

test('the time floor never falls', async (t) => {
  const folder = temporaryFolder(t);
  {
    await using store = openStore(folder, NOW);
    assert.equal(store.timeFloorMs(), 0);
    store.commitNow(() => store.raiseTimeFloor(500.7));
    store.commitNow(() => store.raiseTimeFloor(100));
  }
  await using store = openStore(folder, NOW);
  assert.equal(store.timeFloorMs(), 500);
});

test('prune gives space back to the disk', async (t) => {
  const folder = temporaryFolder(t);
  {
    await using store = openStore(folder, NOW);
    store.commitNow(() => {
      for (let i = 0; i < 1_000; i++) store.packets.add(somePacket({ expiresS: 10 }));
    });
  }
  const fullBytes = statSync(storePath(folder)).size;
  {
    await using store = openStore(folder, NOW);
    assert.equal(store.prune(10_000), 1_000);
    assert.equal(store.prune(10_000), 0);
  }
  assert.ok(statSync(storePath(folder)).size < fullBytes / 2);
});

test('disposing commits what is queued, closes the file, and can be repeated', async (t) => {
  const folder = temporaryFolder(t);
  const store = openStore(folder, NOW);
  const queued = store.commit(() => store.state.set('channels', '{}'));
  await store[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await queued;
  assert.deepEqual(readdirSync(folder), ['qis.db']);
  await using again = openStore(folder, NOW);
  assert.equal(again.state.get('channels'), '{}');
});

test('a stopped agent can be looked at, a running one says so, and nothing is changed', async (t) => {
  const folder = temporaryFolder(t);
  assert.equal(summariseFile(folder), undefined);
  const verdict = {
    timeMs: 1,
    phenomenon: 'pm2_5',
    verdict: 'event',
    probability: 0.9,
    about: 'ab',
    evidence: ['cd'],
  } as const;
  {
    await using store = openStore(folder, NOW);
    store.commitNow(() => store.issue(() => somePacket()));
    store.commitNow(() => store.verdicts.add(verdict));
    assert.throws(() => summariseFile(folder), { code: 'already_running' });
  }
  assert.deepEqual(summariseFile(folder), { packets: 1, unsent: 1, sequence: 1, verdicts: [verdict] });
  assert.deepEqual(readdirSync(folder), ['qis.db']);
});
