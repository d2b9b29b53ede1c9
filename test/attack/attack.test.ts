// The short form of `npm run attack`, against the sources; and that an attack which is not held is reported.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { suite, test } from 'node:test';
import { type Attack, tryAttack } from './attack.ts';
import { ATTACKS, chosen } from './catalogue.ts';
import { SOURCE } from './program.ts';

const trying = (notes: string[] = []) => ({
  against: 'source' as const,
  program: SOURCE,
  isShort: true,
  note: (message: string) => void notes.push(message),
});

suite('a gateway under attack', { concurrency: 2, timeout: 60_000 }, () => {
  for (const attack of chosen(ATTACKS, { only: undefined, isShort: true })) {
    test(attack.name, async (t) => {
      const notes: string[] = [];
      const { reason } = await tryAttack(attack, trying(notes));
      for (const note of notes) t.diagnostic(note);
      assert.equal(reason, undefined);
    });
  }
});

test('what breaks an attack off, or leaves it out, is the reason why it was not held; its parts are cleared away', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bad = (name: string, run: Attack['run']): Attack => ({ name, run });
  const broken = await tryAttack(
    bad('broken', async (scene) => {
      scene.after(() => server.close());
      assert.equal(1, 2, 'the gateway fell\nat once');
    }),
    trying(),
  );
  assert.deepEqual([broken.name, broken.against, broken.reason], ['broken', 'source', 'the gateway fell']);
  assert.equal(server.listening, false);
  const left = await tryAttack(
    bad('left out', async (scene) => scene.skip('a program is missing')),
    trying(),
  );
  assert.equal(left.reason, 'a program is missing');
  assert.equal(
    (
      await tryAttack(
        bad('held', async () => {}),
        trying(),
      )
    ).reason,
    undefined,
  );
});

test('attacks are chosen by how their names begin; the short form has few', () => {
  assert.equal(new Set(ATTACKS.map(({ name }) => name)).size, ATTACKS.length);
  const forged = chosen(ATTACKS, { only: ['forged'], isShort: false });
  assert.deepEqual(
    forged.map(({ name }) => name),
    ['forged signatures'],
  );
  assert.deepEqual(chosen(ATTACKS, { only: ['nothing'], isShort: true }), []);
  const quick = chosen(ATTACKS, { only: undefined, isShort: true });
  assert(quick.length > 3 && quick.length < ATTACKS.length);
});
