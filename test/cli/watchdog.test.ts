import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers } from '../../src/cli/run.ts';
import type { GatewaySnapshot } from '../../src/gateway/gateway.ts';

test('a gateway whose database does not answer is not healthy, and the watchdog is not told that it is', () => {
  assert.equal(answers({ snapshot: () => ({}) as GatewaySnapshot }), true);
  assert.equal(
    answers({
      snapshot: () => {
        throw new Error('disk I/O error');
      },
    }),
    false,
  );
});
