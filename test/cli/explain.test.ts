// `qis explain` on a gateway that runs as a process of its own, and on the same after kill -9.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { command } from '../../src/cli/explain.ts';
import type { TimedEvent } from '../../src/core/events.ts';
import { type GatewayProcess, gateways, SENSORS } from '../conformance/gateway-process.ts';
import { qis } from './qis.ts';

const verdictsOf = ({ events }: GatewayProcess) =>
  events.items.filter((event): event is Extract<TimedEvent, { type: 'verdict' }> => event.type === 'verdict');

/** What it prints, in this process: only the gateway is another one. */
async function explain(...args: readonly string[]): Promise<string> {
  let text = '';
  const stdout = { write: (more: string) => (text += more) };
  const stderr = { write: () => assert.fail('failures are thrown') };
  const { signal } = new AbortController();
  const code = await command.run([...args], { stdin: process.stdin, stdout, stderr, signal, cwd: '/', env: {} });
  assert.equal(code, 0);
  return text;
}

test('says why a verdict stands; after a restart what is still known; and what to do with any other id', {
  timeout: 60_000,
}, async (t) => {
  const gateway = (await gateways(t, { names: ['hill'], edges: [], factor: 120 })).get('hill')!;
  const config = ['--config', `${gateway.folder}.yaml`];
  await assert.rejects(explain('abcd1234', ...config), {
    code: 'agent_silent',
    message: /^the gateway is not running; start it, then ask again/,
  });

  await gateway.start();
  await gateway.feed();
  await gateway.events.until(() => verdictsOf(gateway).length === SENSORS);
  const { about: id, probability, evidence } = verdictsOf(gateway)[0]!;
  const { code, stdout, stderr } = await qis(['explain', id.slice(0, 8), ...config]);
  assert.deepEqual([code, stderr], [0, '']);
  const [head, check, ...more] = stdout.split('\n');
  assert.match(head!, new RegExp(`^${id.slice(0, 8)} {2}PM2.5: the sensor is at fault, \\d\\d%$`));
  assert.match(check!, /^ {2}a check of the sensor says so, .*; what others say does not change it$/);
  assert.deepEqual(more, ['']);
  const shown = JSON.parse(await explain(id.slice(0, 12).toUpperCase(), '--json', ...config));
  assert.deepEqual([shown.kind, shown.id, shown.verdict, shown.origins], ['verdict', id, 'fault', {}]);
  assert.equal(shown.probability, probability);
  assert.match(shown.time, /^\d{4}-\d\d-\d\dT/);
  assert.ok(Math.abs(1 / (1 + Math.exp(-shown.prior)) - probability) < 1e-9);
  const status = JSON.stringify(await gateway.status());
  assert.ok(verdictsOf(gateway).some(({ about }) => status.includes(about)));

  const hex = { code: 'usage', message: 'an id is hexadecimal, at least its first 4 digits' };
  for (const wrong of ['abc', 'verdict']) await assert.rejects(explain(wrong, ...config), hex);
  await assert.rejects(explain('00000000', ...config), { code: 'not_found', message: /^nothing .* the log and qis/ });
  await assert.rejects(explain(...config), { code: 'usage', message: /^say which: the id of a verdict/ });

  await gateway.kill();
  await gateway.start();
  const line =
    /^[0-9a-f]{8} {2}PM2.5: the sensor is at fault, \d\d%; told \S+Z from no packets; what each weighed was in memory and is gone, by a restart or by newer verdicts\n$/;
  assert.match(await explain(id.slice(0, 8), ...config), line);
  const stored = JSON.parse(await explain(id, '--json', ...config));
  assert.deepEqual([stored.kind, stored.id, stored.evidence], ['stored', id, evidence]);
});
