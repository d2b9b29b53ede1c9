// Kill -9 at any moment: what was acknowledged is there, and no sequence is used twice.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { openStore } from '../../src/store/store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const WRITER = new URL('./crash-writer.ts', import.meta.url).pathname;

async function acknowledgedBeforeKill(folder: string, count: number): Promise<number[]> {
  const child = spawn(process.execPath, [WRITER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const sequences: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    sequences.push(Number(line));
    if (sequences.length === count) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return sequences;
}

test('what was acknowledged survives kill -9, and sequences go on', async (t) => {
  const folder = temporaryFolder(t);
  const used = new Set<number>();
  for (const count of [1, 40, 150]) {
    const sequences = await acknowledgedBeforeKill(folder, count);
    assert.ok(sequences.length >= count);
    for (const sequence of sequences) {
      assert.ok(!used.has(sequence), `sequence ${sequence} was used twice`);
      used.add(sequence);
    }
    await using store = openStore(folder, { now: Date.now });
    assert.equal(store.recovered, undefined);
    for (const sequence of sequences) {
      const id = Buffer.alloc(16);
      id.writeUInt32BE(sequence);
      assert.ok(store.packets.get(id)?.own, `packet ${sequence} is gone`);
      assert.ok(store.seen.has(id), `id ${sequence} is gone`);
    }
    assert.ok(store.summary().sequence >= Math.max(...sequences));
  }
});
