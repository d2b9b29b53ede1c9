// `qis run` where the machine's clock was never set: a process whose clock shows another year, and what waits for the time.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { stringify } from 'yaml';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { FEEDER, gatewayProcess } from '../conformance/gateway-process.ts';
import { freePorts } from '../mosquitto.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

/** A gateway whose machine shows this time; what it is asked of its clock is what the configuration says. */
async function started(t: TestContext, timeMs: number, settings: object) {
  const folder = temporaryFolder(t);
  const { identity, store } = await openDataFolder(folder);
  await store[Symbol.asyncDispose]();
  const [port] = (await freePorts(1)) as [number];
  const readings = () => [{ key: 'pm', quantity: 'pm2_5', unit: 'ug/m3' }];
  const sensors = Array.from({ length: 6 }, (_, n) => ({
    name: `s${n}`,
    mqtt: { topic: `air/${n}` },
    readings: readings(),
  }));
  const accounts = [{ name: FEEDER.username, password: FEEDER.password, role: 'sensor' }];
  const file = join(folder, 'qis.yaml');
  writeFileSync(file, stringify({ name: 'here', data: folder, sensors, broker: { port, accounts }, ...settings }));
  const shift = `const now = Date.now, by = ${timeMs} - now(); Date.now = () => now() + by;`;
  const program = [`--import=data:text/javascript,${encodeURIComponent(shift)}`, MAIN];
  const args = ['run', '--json', '--config', file];
  const gateway = gatewayProcess(t, { name: 'here', port, nodeId: identity.publicKey.nodeId, folder, args, program });
  await gateway.start();
  return gateway;
}

test('a clock that begins in 2000 sends nothing though it is vouched for; status says why and what waits', async (t) => {
  const gateway = await started(t, Date.UTC(2000, 0, 1), { clock: 'synchronised' });
  const told = await gateway.events.until(({ type }) => type === 'warning');
  assert.match('message' in told ? told.message : '', /^the clock shows 2000-01-01.*battery is empty or missing/);
  await gateway.feed();
  const status = (await gateway.status()) as unknown as { time: { quality: number; problem: string }; held: number };
  assert.equal(status.time.quality, 0);
  assert(status.held > 0, `${status.held}`);
  assert.ok(status.time.problem.includes(`: ${status.held} packets held. Its battery`), status.time.problem);
});
