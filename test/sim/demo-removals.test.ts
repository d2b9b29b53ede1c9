// The demo on copies of the product that lack parts of the loop: it must fail, and say what is missing. About 50 s;
// `npm run demo:removals` does the same for each part alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileAt } from '../source-tree.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { DEMO_REMOVALS, DEMO_REMOVALS_TOGETHER } from './demo-removals.ts';
import { playWithout, without } from './removal-demo.ts';

test('the demo notices each part of the loop that is taken out', async (t) => {
  const copies = DEMO_REMOVALS_TOGETHER.map((names) => DEMO_REMOVALS.filter(({ name }) => names.includes(name)));
  assert.equal(new Set(DEMO_REMOVALS_TOGETHER.flat()).size, DEMO_REMOVALS.length);
  const played = await playWithout(copies, temporaryFolder(t));
  for (const [index, removals] of copies.entries()) {
    const { code, missing, stderr } = played[index]!;
    const expected = removals.flatMap((removal) => removal.missing).sort();
    assert.deepEqual([code, missing], [1, expected], `${removals.map(({ name }) => name).join(', ')}: ${stderr}`);
  }
});

test('every removal still applies', () => {
  assert.equal(new Set(DEMO_REMOVALS.map(({ name }) => name)).size, DEMO_REMOVALS.length);
  for (const removal of DEMO_REMOVALS) without(removal, fileAt(removal.file).text);
});

test('a change that no longer applies is an error', () => {
  const part = { file: 'a.ts', find: 'b', replace: '' };
  assert.equal(without(part, 'abc'), 'ac');
  assert.throws(() => without(part, 'ac'), /a\.ts: its text is not found: b/);
  assert.throws(() => without(part, 'abcb'), /a\.ts: its text is found more than once: b/);
});
