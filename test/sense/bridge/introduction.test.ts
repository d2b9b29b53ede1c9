import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIntroduction } from '../../../src/sense/bridge/introduction.ts';

test('a board that would need a 257th part is refused, and not asked any more', () => {
  const sent: Buffer[] = [];
  const troubles: string[] = [];
  const introduction = createIntroduction({
    send: (frame) => void sent.push(frame),
    onTrouble: (message) => void troubles.push(message),
  });
  introduction.opened(0);
  const hello = { kind: 'hello', hash: 1, boot: 1, boardMs: 0, cause: 1, uid: 1 } as const;
  for (let part = 0; part < 256; part++) introduction.hear({ ...hello, part, text: Buffer.from('x') }, part);
  assert.deepEqual(troubles, ['it describes itself in more than 256 parts']);
  const asked = sent.length;
  introduction.tick(60_000);
  assert.equal(sent.length, asked);
});
