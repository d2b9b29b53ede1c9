// `qis status` of gateways as processes of their own: while one runs, after it was killed, after it runs again.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gateways } from '../conformance/gateway-process.ts';
import { qis } from './qis.ts';

/** A minute of a gateway is over in a third of a second. */
const FACTOR = 200;

/** At every depth. */
function keysIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(keysIn)];
}

test('what was concluded and who is not there is told in words, with the exit code, over a power cut', async (t) => {
  const both = await gateways(t, { names: ['a', 'b'], edges: [['a', 'b']], factor: FACTOR });
  const [a, b] = [both.get('a')!, both.get('b')!];
  const status = (...args: string[]) => qis(['status', '--config', `${a.folder}.yaml`, ...args]);
  await a.start();
  await a.feed();
  await a.events.until(() => a.events.items.filter(({ type }) => type === 'verdict').length > 0);
  const ran = await status();
  assert.equal(ran.code, 1);
  assert.match(ran.stdout, /^a: degraded, \d+ problems?, marked with !\n {2}running for /);
  assert.match(ran.stdout, /^ {2}clock: .* UTC, from a clock that is faster/m);
  assert.match(ran.stdout, /^! neighbour b: not connected[,;] .*down/m);
  const [id] = /(?<= ago {2}PM2\.5: the sensor is at fault, \d+% \()[0-9a-f]{8}(?=\)$)/m.exec(ran.stdout) ?? [];
  assert.ok(id, ran.stdout);
  const answer = JSON.parse((await status('--json')).stdout);
  const page = readFileSync(new URL('../../docs/operators.md', import.meta.url), 'utf8');
  for (const key of Object.keys(answer)) assert.ok(page.includes(`\`${key}\``), `docs/operators.md: ${key}`);
  for (const key of keysIn(answer)) assert.match(key, /^[a-z0-9]+([._][a-z0-9]+)*$/);
  const { state, problems } = answer;
  assert.equal(state, 'degraded');
  assert.ok(
    problems.some((problem: string) => problem.startsWith('b: ')),
    problems.join('\n'),
  );

  await qis(['maintenance', 's0', '--for', '1d', '--config', `${a.folder}.yaml`]);
  const cleaned = await status();
  assert.match(cleaned.stdout, /^ {2}sensor s0: .*; in maintenance for another \d+ h$/m);

  await a.kill();
  const killed = await status();
  assert.equal(killed.code, 1);
  assert.match(killed.stdout, /^a: down: it does not run; start it with: qis run --config .*\n/);
  assert.ok(killed.stdout.includes(`% (${id})\n`), killed.stdout);

  await Promise.all([a.start(), b.start()]);
  await a.events.until(() => a.events.items.some(({ type }) => type === 'link_up'));
  const again = await status();
  assert.ok(again.stdout.includes(`% (${id})\n`), again.stdout);
  assert.match(again.stdout, /^. neighbour b: connected/m);
});
