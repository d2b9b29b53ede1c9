// Figures that the demo takes from `qis status`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkBytes, weightsMoved } from '../../src/cli/demo-status.ts';

const standing = (origin: string, weight: number) => ({ origin, phenomenon: 'pm2_5', weight });

test('a weight has moved when it is not what it was, or not what a key starts with', () => {
  const atStart = [{ reputation: [standing('b', 0.9), standing('c', 0.9)] }, {}, {}];
  const atEnd = [
    { reputation: [standing('b', 0.9), standing('c', 0.95)] },
    { reputation: [standing('a', 1.02), standing('c', 1)] },
    {},
  ];
  assert.equal(weightsMoved(atStart, atEnd), 2);
  assert.equal(weightsMoved(atEnd, atEnd), 0);
  assert.equal(weightsMoved([{}], [{}]), 0);
});

test('bytes of all links, both ways; a gateway that is gone has none', () => {
  const link = { bytes_in: 3, bytes_out: 4 };
  assert.equal(linkBytes([{ links: [link, link] }, {}, { links: [link] }]), 21);
});
