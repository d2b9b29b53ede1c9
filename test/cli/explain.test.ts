// `qis explain` on a gateway that runs as a process of its own, and on the same after kill -9.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimedEvent } from '../../src/core/events.ts';
import { type GatewayProcess, gateways, SENSORS } from '../conformance/gateway-process.ts';
import { qis } from './qis.ts';

const verdictsOf = ({ events }: GatewayProcess) =>
  events.items.filter((event): event is Extract<TimedEvent, { type: 'verdict' }> => event.type === 'verdict');

test('says why a verdict stands; after a restart what is still known; and what to do with any other id', {
  timeout: 60_000,
}, async (t) => {
  const gateway = (await gateways(t, { names: ['hill'], edges: [], factor: 120 })).get('hill')!;
  const config = ['--config', `${gateway.folder}.yaml`];
  const explain = (...args: string[]) => qis(['explain', ...args, ...config]);

  const silent = await explain('abcd1234');
  assert.deepEqual([silent.code, silent.stderr.split('\n').length], [1, 2]);
  assert.match(silent.stderr, /^the gateway is not running; start it, then ask again/);

  await gateway.start();
  await gateway.feed();
  await gateway.events.until(() => verdictsOf(gateway).length === SENSORS);
  const [verdict] = verdictsOf(gateway);
  const id = verdict!.about;
  const text = await explain(id.slice(0, 8));
  assert.deepEqual([text.code, text.stderr], [0, '']);
  assert.match(
    text.stdout,
    new RegExp(`^${id.slice(0, 8)}  PM2.5: the sensor is at fault, \\d\\d%\\n  a check of the sensor`),
  );
  const json = await explain(id.slice(0, 12).toUpperCase(), '--json');
  const shown = JSON.parse(json.stdout);
  assert.deepEqual([shown.kind, shown.id, shown.verdict, shown.origins], ['verdict', id, 'fault', {}]);
  assert.equal(shown.probability, verdict!.probability);
  assert.match(shown.time, /^\d{4}-\d\d-\d\dT/);
  assert.ok(Math.abs(1 / (1 + Math.exp(-shown.prior)) - shown.probability) < 1e-9);

  for (const [args, code, says] of [
    [['00000000'], 1, /^nothing that begins with 00000000 was concluded here; the log and qis status show/],
    [['abc'], 2, /an id is hexadecimal, at least its first 4 digits/],
    [['verdict'], 2, /an id is hexadecimal/],
    [[], 2, /say which: the id of a verdict/],
  ] as const) {
    const refused = await explain(...args);
    assert.deepEqual([refused.code, refused.stdout, refused.stderr.split('\n').length], [code, '', 2]);
    assert.match(refused.stderr, says);
  }

  await gateway.kill();
  await gateway.start();
  const later = await explain(id.slice(0, 8));
  assert.equal(later.code, 0);
  assert.match(
    later.stdout,
    /^[0-9a-f]{8} {2}PM2.5: the sensor is at fault, \d\d%; told \S+ from no packets; what each weighed was in memory and is gone, by a restart or by newer verdicts\n$/,
  );
  const stored = JSON.parse((await explain(id, '--json')).stdout);
  assert.deepEqual([stored.kind, stored.id, stored.evidence], ['stored', id, verdict!.evidence]);
  assert.ok((await qis(['status', ...config])).stdout.includes(`(${id.slice(0, 8)})`), 'the id to type');
});
