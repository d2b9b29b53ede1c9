// Plays the demo on copies of the product that lack a part or several, side by side: a story takes its time whatever the
// machine does. They learn once for all, and start one after the other, because that is when they are busiest.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runNode } from '../cli/qis.ts';
import { apply, type Mutation } from '../mutate/mutation.ts';
import { ROOT } from '../source-tree.ts';

export type Part = Pick<Mutation, 'file' | 'find' | 'replace'>;

export interface Played {
  readonly code: number | null;
  /** Keys of the figures that the demo says are missing, sorted. */
  readonly missing: readonly string[];
  readonly stderr: string;
}

/** What a gateway is run from. */
const NEEDED = ['src', 'devices', 'package.json'];
const APART_MS = 2_000;
const LEARNED_MS_MAX = 120_000;

/** @param copies the parts that each of them lacks @param folder for the copies, and for what the gateways learn */
export async function playWithout(copies: readonly (readonly Part[])[], folder: string): Promise<Played[]> {
  const learned = join(folder, 'learned');
  const playing: Promise<Played>[] = [];
  for (const parts of copies) {
    if (playing.length > 0) await sleep(APART_MS);
    playing.push(play(parts, folder, learned));
    // The first one learns for all of them.
    if (playing.length === 1) await Promise.race([appeared(learned), playing[0]]);
  }
  return Promise.all(playing);
}

async function play(parts: readonly Part[], folder: string, learned: string): Promise<Played> {
  const tree = mkdtempSync(join(folder, 'copy-'));
  for (const name of NEEDED) cpSync(join(ROOT, name), join(tree, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  for (const part of parts) {
    const path = join(tree, part.file);
    writeFileSync(path, without(part, readFileSync(path, 'utf8')));
  }
  const args = [join(tree, 'src/main.ts'), 'demo', '--json', '--learned', learned];
  const { code, stderr } = await runNode(args, tree, { TMPDIR: tree });
  const missing = [...stderr.matchAll(/\((\w+): \d+, at least \d+ expected\)/g)].map(([, key]) => key!);
  return { code, missing: missing.sort(), stderr };
}

async function appeared(folder: string): Promise<void> {
  for (let waitedMs = 0; !existsSync(folder); waitedMs += 100) {
    assert.ok(waitedMs < LEARNED_MS_MAX, 'the gateways of the first demo did not learn');
    await sleep(100);
  }
}

/** @throws AssertionError for a part whose text is not there exactly once: then nothing would be taken out */
export function without(part: Part, text: string): string {
  const applied = apply(part, text);
  assert.ok('text' in applied, `${part.file}: ${'stale' in applied ? applied.stale : ''}: ${part.find}`);
  return applied.text;
}
