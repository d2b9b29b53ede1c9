import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLinkOutages } from '../../src/observe/link-outages.ts';

test('a link is down since it went down, however often that is told, and since the start when it never was up', () => {
  let nowMs = 1_000;
  const outages = createLinkOutages(() => nowMs);
  const down = () => outages.note({ type: 'link_down', link: 'hub', reason: 'gone', retryMs: 1 });
  nowMs = 5_000;
  assert.equal(outages.downMs('hub'), 4_000);
  down();
  assert.equal(outages.downMs('hub'), 4_000);
  outages.note({ type: 'link_up', link: 'hub' });
  assert.equal(outages.downMs('hub'), undefined);
  nowMs = 8_000;
  down();
  nowMs = 9_000;
  down();
  assert.equal(outages.downMs('hub'), 1_000);
  assert.equal(outages.downMs('other'), 8_000);
});
