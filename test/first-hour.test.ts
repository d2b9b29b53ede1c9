// Every mistake of the first hour, on real parts, is named: by `qis config check`, when the gateway refuses to start, by one
// warning, or by `qis status`. `npm run -s bench -- firsthour` measures how soon, with the patience of a field unit.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MISTAKES, meet } from './bench/firsthour.ts';
import { liveHealthy } from './bench/firsthour-healthy.ts';

/**
 * Silences are short here, and machines count faster where something must last before it is told. The patience is long
 * beyond that, so that a machine that has other work may take its time.
 */
const PATIENCE = {
  apart: false,
  clockFactor: 1,
  uptimeFactor: 5,
  patienceMs: 30_000,
  toTheEnd: false,
  silence: { silence_s: 3 },
};
const NOISE_MAX = 2;

/** What was said in one place, without the place. */
function said(lines: readonly string[], where: string): string[] {
  return lines.filter((line) => line.startsWith(`${where} of `)).map((line) => line.slice(where.length));
}

suite('the first hour', { concurrency: true, timeout: 120_000 }, () => {
  for (const mistake of MISTAKES) {
    test(mistake.name, async (t) => {
      const met = await meet(t, mistake, PATIENCE);
      if (!met) return;
      const missing = mistake.rules.filter((_, index) => met.namings[index] === undefined);
      assert.deepEqual(missing, [], `not named by any of these:\n${met.lines.join('\n')}`);
      assert.deepEqual(said(met.lines, 'refused at start'), said(met.lines, 'config check'));
      assert.ok(met.noise.length <= NOISE_MAX, met.noise.join('\n'));
    });
  }

  test('gateways with nothing wrong warn of nothing once all are there', async (t) => {
    const { warnings, readings } = await liveHealthy(t, { apart: false, factor: 1, seconds: 5 });
    assert.deepEqual(warnings, []);
    assert.ok(readings > 0);
  });
});
