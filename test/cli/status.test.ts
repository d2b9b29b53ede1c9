import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { controlPath } from '../../src/observe/control-address.ts';
import { serveControl } from '../../src/observe/control-socket.ts';
import { openStore } from '../../src/store/store.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { qis } from './qis.ts';

test('a gateway that never ran, one that runs, and one that stopped', async (t) => {
  const folder = temporaryFolder(t);
  await qis(['init', '--name', 'roof-1'], folder);
  const data = join(folder, 'data');
  const status = async () => JSON.parse((await qis(['status', '--json'], folder)).stdout);

  const nothing = { packets: 0, unsent: 0, sequence: 0, verdicts: [] };
  const { public_key, ...before } = await status();
  assert.match(public_key, /^[0-9a-f]{64}-[0-9a-f]{4}$/);
  const problems = [`it does not run; start it with: qis run --config ${join(folder, 'qis.yaml')}`];
  const down = { running: false, state: 'down', problems };
  assert.deepEqual(before, { ...down, gateway: 'roof-1', data, stored: nothing, conclusions: [] });
  {
    await using store = openStore(data, { now: Date.now });
    const silent = await qis(['status'], folder);
    assert.equal(silent.code, 1);
    assert.match(silent.stderr, /^a gateway uses .* but does not answer .*\n$/);

    await using _ = await serveControl(controlPath(data, {}), {
      status: () => ({ pid: 812, gateway: 'roof-1', links: [{ name: 'gw2', up: true }] }),
    });
    const links = [{ name: 'gw2', up: true }];
    assert.deepEqual(await status(), { running: true, pid: 812, gateway: 'roof-1', links });
    const text = await qis(['status', '--all', '--config', join(folder, 'qis.yaml')]);
    assert.equal(text.code, 0);
    assert.match(text.stdout, /^running: yes\n/);
    assert.match(text.stdout, /\nlinks:\n {2}name gw2, up yes\n$/);
    const verdict = { phenomenon: 'pm2_5', verdict: 'event', probability: 0.9, about: 'ab', evidence: ['cd'] } as const;
    store.commitNow(() => store.verdicts.add({ ...verdict, neighbours: 3, timeMs: 1_000 }));
  }
  const { running, stored } = await status();
  assert.deepEqual([running, stored.verdicts[0].time], [false, '1970-01-01T00:00:01.000Z']);
  const screen = await qis(['status'], folder);
  assert.equal(screen.code, 1);
  assert.match(
    screen.stdout,
    /^roof-1: down: it does not run; .*\n {2}its database holds no packet\n {2}public key: [0-9a-f]{64}-[0-9a-f]{4}\n {2}\d\d years ago {2}PM2\.5 is high here and at 3 neighbours: real, 90% \(ab\)\n$/,
  );
  const text = await qis(['status', '--all'], folder);
  assert.equal(text.code, 1);
  assert.match(text.stdout, /^running: no\nstate: down\nproblems:\n {2}it does not run; .*\ngateway: roof-1\n/);
  assert.match(
    text.stdout,
    /\n {2}verdicts:\n {4}1970-01-01T00:00:01.000Z {2}PM2\.5 is high here and at 3 neighbours: real, 90% \(ab\)\nconclusions:\n {2}1970-01-01T00:00:01.000Z {2}PM2\.5 is high here and at 3 neighbours: real, 90% \(ab\)\n$/,
  );
  assert.deepEqual([stored.verdicts[0].neighbours, stored.verdicts[0].about], [3, 'ab']);
});

test('why the word of another gateway counts is text, in the whole status and with --peers', async (t) => {
  const folder = temporaryFolder(t);
  await qis(['init', '--name', 'roof-1'], folder);
  const of = (name: string, reasons: object, weight = 1) => ({
    name,
    origin: 'ab',
    phenomenon: 'pm2_5',
    weight,
    equivocated: name === 'liar',
    reasons,
  });
  const reputation = [
    of('valley', { came: 3, absent: 1, confirmed: 1, refuted: 0 }, 1.04),
    of('new', { came: 0, absent: 0, confirmed: 0, refuted: 0 }),
    of('liar', { came: 9, absent: 0, confirmed: 0, refuted: 0 }, 0),
  ];
  await using _ = await serveControl(controlPath(join(folder, 'data'), {}), {
    status: () => ({ state: 'degraded', reputation, nested: [{ a: { b: 1 } }] }),
  });
  const lines = [
    'valley           PM2.5        1.04  what it told came here too, 3 times; confirmed by others, once; did not come here, once',
    'new              PM2.5        1.00  nothing known yet',
    'liar             PM2.5        0.00  contradicted itself: its key was copied, or its owner lies',
  ];
  assert.deepEqual((await qis(['status', '--peers'], folder)).stdout.split('\n'), [...lines, '']);
  const { stdout } = await qis(['status', '--all'], folder);
  assert.ok(stdout.includes(`\nreputation:\n  ${lines.join('\n  ')}\n`), stdout);
  assert.doesNotMatch(stdout, /\[object/);
  assert.match(stdout, /\n {2}a \(b 1\)\n/);
});
