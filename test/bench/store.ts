// Packets a second into a real file, each with its dedupe id and the rows of two neighbours, in grouped commits, and the
// bytes that reach the block layer for one (write_bytes of /proc/self/io; absent where the kernel does not count them).
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../src/store/store.ts';

const PACKETS = 5_000;
/** How many arrive together: a backlog that comes in over several links. */
const TOGETHER = 100;
const PACKET_BYTES = 140;
const PEERS = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)];

export async function benchStore(): Promise<{ rows_per_s: number; bytes_per_row: number | null }> {
  // Not in a folder for temporary files: that may be memory.
  const folder = mkdtempSync(join(process.cwd(), '.bench-store-'));
  try {
    const store = openStore(folder, { now: Date.now });
    const bytesBefore = writtenBytes();
    const startMs = performance.now();
    for (let i = 0; i < PACKETS; i += TOGETHER) {
      await Promise.all(Array.from({ length: TOGETHER }, () => store.commit(() => put(store))));
    }
    const seconds = (performance.now() - startMs) / 1000;
    await store[Symbol.asyncDispose]();
    const bytesAfter = writtenBytes();
    const bytes = bytesBefore === undefined || bytesAfter === undefined ? null : bytesAfter - bytesBefore;
    return { rows_per_s: Math.round(PACKETS / seconds), bytes_per_row: bytes && Math.round(bytes / PACKETS) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function put(store: ReturnType<typeof openStore>): void {
  const id = randomBytes(16);
  const nowMs = Date.now();
  store.seen.add(id);
  store.packets.add({
    id,
    origin: Buffer.alloc(32, 7),
    finding: 0,
    bytes: randomBytes(PACKET_BYTES),
    own: false,
    hops: 1,
    receivedMs: nowMs,
    expiresS: Math.floor(nowMs / 1000) + 3600,
    sentMs: undefined,
  });
  for (const peer of PEERS) store.custody.owe(id, peer, nowMs);
}

function writtenBytes(): number | undefined {
  try {
    return Number(/^write_bytes: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
