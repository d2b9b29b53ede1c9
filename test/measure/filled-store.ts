// `node test/measure/filled-store.ts`: the memory that a store with as many packets as it may hold takes once it is open.
//
// Opening reads every page, so this is what SQLite keeps of them. One process fills the file, and a new one opens it for each
// size of the cache, the program's own among them. Not part of measure, because filling takes half a minute.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { commitJobsMax, storedPacketsMax } from '../../src/core/limits.ts';
import { storePath } from '../../src/store/database.ts';
import { openStore, type Store } from '../../src/store/store.ts';

const CACHES_KIB = [16_000, 4_096, 2_048, 1_024, 512];
const PACKET_BYTES = 140;
const LIFETIME_S = 86_400;
const PEERS = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)];

async function fill(folder: string): Promise<void> {
  await using store = openStore(folder, { now: Date.now });
  for (let i = 0; i < storedPacketsMax; i += commitJobsMax) {
    await Promise.all(Array.from({ length: commitJobsMax }, () => store.commit(() => put(store))));
  }
}

function put(store: Store): void {
  const id = randomBytes(16);
  const nowMs = Date.now();
  const expiresS = Math.floor(nowMs / 1000) + LIFETIME_S;
  const bytes = randomBytes(PACKET_BYTES);
  const known = { origin: Buffer.alloc(32, 7), finding: 0, score: 0, own: false, hops: 1, sentMs: undefined };
  store.packets.add({ ...known, id, bytes, receivedMs: nowMs, expiresS });
  for (const peer of PEERS) store.custody.owe(id, peer, nowMs);
}

/** @returns bytes of resident memory that it takes more than before, and how long it took */
function open(folder: string, cacheKib: number): { mb: number; ms: number } {
  const before = process.memoryUsage.rss();
  const startMs = performance.now();
  const database = new Database(storePath(folder));
  database.pragma(`cache_size = ${-cacheKib}`);
  database.pragma('quick_check(1)');
  return { mb: (process.memoryUsage.rss() - before) / 1e6, ms: performance.now() - startMs };
}

const self = fileURLToPath(import.meta.url);
const [task, folder, cache] = process.argv.slice(2);
if (task === 'fill') await fill(folder!);
else if (task === 'open') process.stdout.write(JSON.stringify(open(folder!, Number(cache))));
else {
  const made = mkdtempSync(join(tmpdir(), 'qis-filled-'));
  try {
    execFileSync(process.execPath, [self, 'fill', made]);
    process.stdout.write(`file ${(statSync(storePath(made)).size / 1e6).toFixed(1)} MB\n`);
    for (const kib of CACHES_KIB) {
      const { mb, ms } = JSON.parse(String(execFileSync(process.execPath, [self, 'open', made, String(kib)])));
      process.stdout.write(`cache ${kib} KiB: ${mb.toFixed(1)} MB more, ${Math.round(ms)} ms\n`);
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}
