// What a packet costs on disk, in a new store and in one that is full: with its id, the rows of two neighbours, in real
// commits of ten, as they arrive over a few links; and the acknowledgements of those two neighbours.
//
// `wal_bytes` are counted in the write-ahead log itself (write-ahead-log.ts), `device_bytes` are what reaches the block
// layer (write_bytes of /proc/self/io; absent where the kernel does not count them), checkpoints and evictions included.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { storedPacketsMax } from '../../src/core/limits.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { createLogMeter } from './write-ahead-log.ts';

const PACKETS = 10_000;
/** As many as a link brings while one commit is made. */
const TOGETHER = 10;
const PACKET_BYTES = 140;
const PEERS = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)];
const ORIGINS = 200;
const LIFETIME_S = 24 * 3_600;

/** Each for one packet. */
interface Cost {
  readonly packets_per_s: number;
  readonly wal_bytes: number;
  readonly device_bytes: number | null;
}

export async function benchStore(): Promise<Record<'new' | 'full' | 'full_owed', Cost>> {
  return {
    new: await benchFile({ filled: 0, isOwed: false }),
    full: await benchFile({ filled: storedPacketsMax, isOwed: false }),
    full_owed: await benchFile({ filled: storedPacketsMax, isOwed: true }),
  };
}

interface Before {
  /** Packets that the store holds before anything is counted. */
  readonly filled: number;
  /** By two neighbours that were away all the time: more is owed than is kept. */
  readonly isOwed: boolean;
}

async function benchFile({ filled, isOwed }: Before): Promise<Cost> {
  // Not in a folder for temporary files: that may be memory.
  const folder = mkdtempSync(join(process.cwd(), '.bench-store-'));
  try {
    await using store = openStore(folder, { now: Date.now });
    for (let i = 0; i < filled; i += 100) {
      const ids = await together(100, () => store.commit(() => put(store)));
      if (!isOwed) acknowledge(store, ids);
    }
    return await measure(store);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(store: Store): Promise<Cost> {
  const log = createLogMeter(store.path);
  log.written();
  let walBytes = 0;
  const bytesBefore = writtenBytes();
  const startMs = performance.now();
  for (let i = 0; i < PACKETS; i += TOGETHER) {
    const ids = await together(TOGETHER, () => store.commit(() => put(store)));
    acknowledge(store, ids);
    walBytes += log.written();
  }
  const seconds = (performance.now() - startMs) / 1_000;
  const bytesAfter = writtenBytes();
  const bytes = bytesBefore === undefined || bytesAfter === undefined ? null : bytesAfter - bytesBefore;
  return {
    packets_per_s: Math.round(PACKETS / seconds),
    wal_bytes: Math.round(walBytes / PACKETS),
    device_bytes: bytes && Math.round(bytes / PACKETS),
  };
}

const together = <T>(count: number, job: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, job));

function put(store: Store): Buffer {
  const id = randomBytes(16);
  const nowMs = Date.now();
  store.packets.add({
    id,
    origin: Buffer.alloc(32, id.readUInt16BE() % ORIGINS),
    finding: id[1]! % 7,
    score: id[2]! % 101,
    bytes: randomBytes(PACKET_BYTES),
    own: false,
    hops: 1,
    receivedMs: nowMs,
    expiresS: Math.floor(nowMs / 1000) + LIFETIME_S,
    sentMs: undefined,
  });
  for (const peer of PEERS) store.custody.owe(id, peer, nowMs);
  return id;
}

function acknowledge(store: Store, ids: readonly Buffer[]): void {
  for (const peer of PEERS) for (const id of ids) store.custody.settle(id, peer);
}

function writtenBytes(): number | undefined {
  try {
    return Number(/^write_bytes: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
