import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { commitJobsMax } from '../../src/core/limits.ts';
import { createCommitter } from '../../src/store/commit.ts';
import { openDatabase } from '../../src/store/database.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function open(t: TestContext, path = ':memory:') {
  const { database } = openDatabase(path, ['CREATE TABLE a (x INTEGER PRIMARY KEY, y)']);
  t.after(() => database.close());
  const insert = database.prepare('INSERT INTO a (x, y) VALUES (?, ?)');
  return {
    database,
    committer: createCommitter(database),
    add: (x: number, y: unknown = null) => void insert.run(x, y),
    stored: () => database.prepare<[], number>('SELECT x FROM a ORDER BY x').pluck().all(),
  };
}

test('a job is acknowledged after its commit, and not run before the turn ends', async (t) => {
  const { database, committer, add, stored } = open(t);
  const done = committer.commit(() => {
    add(1);
    return 'value';
  });
  assert.deepEqual(stored(), []);
  assert.equal(await done, 'value');
  assert.equal(database.inTransaction, false);
  assert.deepEqual(stored(), [1]);
});

test('a job that throws undoes itself alone', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 30 }), async (fails) => {
      const { committer, add, stored } = open(t);
      const results = await Promise.allSettled(
        fails.map((fail, x) =>
          committer.commit(() => {
            add(x);
            if (fail) throw new Error(`job ${x}`);
            return x;
          }),
        ),
      );
      const kept = fails.flatMap((fail, x) => (fail ? [] : [x]));
      assert.deepEqual(stored(), kept);
      assert.deepEqual(
        results.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason as Error).message)),
        fails.map((fail, x) => (fail ? `job ${x}` : x)),
      );
    }),
    { numRuns: 20 },
  );
});

test('the queue is bounded: a full group commits at once', async (t) => {
  const { committer, add, stored } = open(t);
  const jobs = Array.from({ length: commitJobsMax + 1 }, (_, x) => committer.commit(() => add(x)));
  assert.equal(stored().length, commitJobsMax);
  await Promise.all(jobs);
  assert.equal(stored().length, commitJobsMax + 1);
});

test('commitNow runs after what is queued and throws what the job threw', async (t) => {
  const { committer, add, stored } = open(t);
  const queued = committer.commit(() => add(1));
  assert.equal(
    committer.commitNow(() => stored().length),
    1,
  );
  assert.throws(
    () =>
      committer.commitNow(() => {
        add(2);
        throw new Error('no');
      }),
    /^Error: no$/,
  );
  committer.flush();
  assert.deepEqual(stored(), [1]);
  await queued;
});

test('a job may queue another one, but not commit', async (t) => {
  const { committer, add, stored } = open(t);
  let inner: Promise<void> | undefined;
  await committer.commit(() => {
    inner = committer.commit(() => add(1));
  });
  await inner;
  assert.deepEqual(stored(), [1]);
  await assert.rejects(
    committer.commit(() => committer.commitNow(() => add(2))),
    /a job must not commit/,
  );
});

test('a COMMIT that fails acknowledges nothing of its group', async (t) => {
  const { database, committer, add, stored } = open(t);
  // SQLite looks at such a reference when it commits, and not before.
  database.exec('CREATE TABLE b (x REFERENCES a (x) DEFERRABLE INITIALLY DEFERRED)');
  const results = await Promise.allSettled([
    committer.commit(() => add(1)),
    committer.commit(() => void database.exec('INSERT INTO b VALUES (9)')),
  ]);
  assert.deepEqual(
    results.map((result) => result.status === 'rejected' && result.reason.code),
    ['store_unusable', 'store_unusable'],
  );
  assert.deepEqual(stored(), []);
  await committer.commit(() => add(2));
  assert.deepEqual(stored(), [2]);
});

test('a full disk rejects the group with what to do, and room makes it work again', async (t) => {
  const path = join(temporaryFolder(t), 'qis.db');
  const { database, committer, add, stored } = open(t, path);
  await committer.commit(() => add(1));
  database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`);
  const results = await Promise.allSettled([
    committer.commit(() => add(2, Buffer.alloc(50_000))),
    committer.commit(() => add(3)),
  ]);
  const full = results[0];
  assert.equal(full?.status, 'rejected');
  assert.equal(full?.reason.code, 'store_unusable');
  assert.match(full?.reason.message, /no space left for .*qis\.db; free/);
  assert.deepEqual(stored(), results[1]?.status === 'fulfilled' ? [1, 3] : [1]);
  database.pragma('max_page_count = 100000');
  await committer.commit(() => add(4, Buffer.alloc(50_000)));
  assert.ok(stored().includes(4));
});
