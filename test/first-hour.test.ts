// Every mistake of the first hour, on real parts, is named: by `qis config check`, when the gateway refuses to start, by one
// warning, or by `qis status`. `npm run -s bench -- firsthour` measures how soon, with the patience of a field unit.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MISTAKES, meet } from './bench/firsthour.ts';
import { liveHealthy } from './bench/firsthour-healthy.ts';

/** Long after the silence that is configured here, on a machine that has other work. */
const PATIENCE = { apart: false, patienceMs: 30_000, toTheEnd: false, silence: { silence_s: 2 } };
const NOISE_MAX = 2;

suite('the first hour', { concurrency: true, timeout: 120_000 }, () => {
  for (const mistake of MISTAKES) {
    test(mistake.name, async (t) => {
      const met = await meet(t, mistake, PATIENCE);
      if (!met) return;
      const missing = mistake.rules.filter((_, index) => met.namings[index] === undefined);
      assert.deepEqual(missing, [], `not named by any of these:\n${met.lines.join('\n')}`);
      assert.ok(met.noise.length <= NOISE_MAX, met.noise.join('\n'));
    });
  }
});

test('gateways with nothing wrong warn of nothing', async (t) => {
  const { warnings, readings } = await liveHealthy(t, { apart: false, factor: 60, seconds: 5 });
  assert.deepEqual(warnings, []);
  assert.ok(readings > 0);
});
