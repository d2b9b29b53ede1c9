// Commands on a gateway that runs: each goes through its socket, and none opens a database. The same on one that is stopped.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { askOrElse } from '../../src/cli/running-gateway.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { controlPath } from '../../src/observe/control-address.ts';
import { serveControl } from '../../src/observe/control-socket.ts';
import { summariseFile } from '../../src/store/summary.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { liveGateway } from './live-gateway.ts';
import { qis, type Ran } from './qis.ts';

const good = ({ code, stderr, stdout }: Ran): string => {
  assert.deepEqual([code, stderr], [0, ''], stdout);
  return stdout;
};
const jsonOf = (ran: Ran | undefined) => JSON.parse(good(ran!));
const idsOf = (ran: Ran | undefined): string[] => jsonOf(ran).packets.map(({ id }: { id: string }) => id);
const MINUTE = { timeout: 60_000 };

test(
  'commands on a running gateway open no database, and find in that of a stopped one the same',
  MINUTE,
  async (t) => {
    const { ask, folder, data, gateway, publish } = await liveGateway(t);
    const [none, began, all, text, few, mistaken, status] = await ask(
      'maintenance',
      'maintenance roof --for 2h',
      'packets --json',
      'packets',
      'packets --limit 1 --own --from roof-1 --phenomenon pm2_5',
      'packets --from rof-1',
      'status --json',
    );
    assert.equal(good(none!), 'no sensor is in maintenance\n');
    assert.match(good(began!), /^roof is in maintenance until \d{4}-\d\d-\d\d \d\d:\d\d UTC, for 2 hours\n$/);
    const { packets, more } = jsonOf(all);
    const findings = packets.map(({ finding }: { finding: string }) => finding).sort();
    assert.deepEqual([findings, more], [['cleared', 'fault', 'level'], 0]);
    const members = 'id issued origin key finding phenomenon says own hops expires sent owed';
    assert.deepEqual([Object.keys(packets[0]).join(' '), packets[0].origin], [members, 'roof-1']);
    const line = /^[0-9a-f]{8} {2}\d{4}-\d\d-\d\d [\d:]{8} {2}roof-1 +its sensor of PM2\.5 fails {2}\(sent, until /m;
    assert.match(good(text!), line);
    assert.match(good(few!), /^[0-9a-f]{8} .*\nand 2 more \(--limit 3 shows them\)\n$/);
    assert.deepEqual([mistaken!.code, mistaken!.stderr], [1, 'nothing is held of "rof-1"; did you mean "roof-1"?\n']);
    assert.equal(jsonOf(status).store.packets, 3);
    await publish([9_000, 9_001, 9_002, 9_003]);
    await gateway.kill();
    await gateway.start();
    await publish([9_000, 9_001, 9_002, 9_003]);

    const id: string = packets[0].id.slice(0, 8);
    const [during, list, unknown, long, odd, inspected, verified, missing, reset, saved, again, refused, ended, empty] =
      await ask(
        'status --json',
        'maintenance',
        'maintenance rof --for 1h',
        'maintenance roof --for 8d',
        'maintenance roof --for soon',
        `packet inspect ${id.toUpperCase()}`,
        `packet verify ${packets[0].id}`,
        'packet verify 00000000',
        'time reset',
        'backup roof.backup',
        'backup roof.backup',
        'restore roof.backup',
        'maintenance roof --end',
        'maintenance',
      );
    const { readings, channels, store } = jsonOf(during);
    const shown = [readings[0].quality, channels[0].state, store.packets];
    assert.deepEqual(shown, ['out_of_range maintenance', 'maintenance', 3], 'also after a power cut');
    assert.match(good(list!), /^roof is in maintenance until/);
    assert.deepEqual([unknown!.code, unknown!.stderr], [1, 'this gateway has no sensor "rof"; did you mean "roof"?\n']);
    assert.match(long!.stderr, /^a maintenance lasts at most 7 days; begin it again when it takes longer\n$/);
    assert.match(odd!.stderr, /^--for takes a time like 2h/);
    assert.match(
      good(inspected!),
      new RegExp(`^signature +valid$[^]*^packet id +${packets[0].id}$[^]*^from +roof-1`, 'm'),
    );
    assert.match(good(verified!), new RegExp(`^valid: packet ${packets[0].id}`));
    const nothing = 'qis packet: no packet that begins with 00000000 is held; qis packets lists them\n';
    assert.deepEqual([missing!.code, missing!.stderr], [1, nothing]);
    assert.equal(good(reset!), 'no time was taken to have passed\n');
    assert.match(good(saved!), /roof\.backup holds the key and the database of this gateway\n$/);
    assert.equal(statSync(join(folder, 'roof.backup')).mode & 0o777, 0o600);
    const left = [readdirSync(folder).sort(), readdirSync(data).filter((name) => name.startsWith('.'))];
    assert.deepEqual(left, [['data', 'qis.yaml', 'roof.backup'], []]);
    assert.match(again!.stderr, /exists already/);
    assert.deepEqual(
      [refused!.code, refused!.stderr],
      [1, `the gateway of ${data} runs; stop it first, then restore\n`],
    );
    assert.equal(good(ended!) + good(empty!), 'the maintenance of roof is over\nno sensor is in maintenance\n');

    await gateway.stop();
    await assert.rejects(ask('packets'), /^Error: opened .*qis\.db$/, 'this can fail');
    // One after the other: whoever reads the file of a stopped gateway has it alone.
    const after = await qis(['packets', '--json'], folder);
    const one = await qis(['packet', 'inspect', id, '--json'], folder);
    const gone = await qis(['maintenance'], folder);
    assert.deepEqual(idsOf(after).slice(-3), idsOf(all));
    assert.deepEqual([jsonOf(one).signature, jsonOf(one).held.origin], ['valid', 'roof-1']);
    assert.deepEqual([gone.code, gone.stderr], [1, 'the gateway is not running; start it, then ask again\n']);
    await restored(t, join(folder, 'roof.backup'), data);
  },
);

/** The backup makes a gateway with the same packets and key elsewhere. */
async function restored(t: TestContext, file: string, data: string): Promise<void> {
  const folder = temporaryFolder(t);
  copyFileSync(join(data, '..', 'qis.yaml'), join(folder, 'qis.yaml'));
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  good(await qis(['restore', file], folder));
  assert.deepEqual(readFileSync(join(folder, 'data', 'identity.pem')), readFileSync(join(data, 'identity.pem')));
  const { store } = await openDataFolder(join(folder, 'data'));
  assert.deepEqual([store.recovered, store.summary().packets], [undefined, 3]);
  await store[Symbol.asyncDispose]();
}

test('a gateway of another version and one that starts are told in one line, and no file is looked at', async (t) => {
  const data = temporaryFolder(t);
  const socket = controlPath(data, {});
  const asking = { config: { data }, env: {}, request: { ask: 'packets' } };
  const looked = () => assert.fail('looked at its file');
  {
    await using _ = await serveControl(socket, { status: () => ({}) });
    const message =
      /the gateway that runs is of another version than this qis, and cannot be asked for packets; restart/;
    await assert.rejects(askOrElse(asking, looked), { code: 'agent_silent', message });
  }
  const server = createServer(
    (client) =>
      void client
        .on('error', () => {})
        .resume()
        .end('{"name":"roof-1"}\n'),
  );
  await once(server.listen(socket), 'listening');
  const message = /the answer from .*qis\.sock is none: a qis of another version listens there/;
  await assert.rejects(askOrElse(asking, looked), { code: 'agent_silent', message });
  server.close();
  await once(server, 'close');
  const { store } = await openDataFolder(data);
  const starting = askOrElse(asking, async () => summariseFile(data));
  await assert.rejects(starting, { code: 'agent_silent', message: /it may be starting, so ask again/ });
  await store[Symbol.asyncDispose]();
  assert.equal((await askOrElse(asking, async () => summariseFile(data)))?.packets, 0);
  assert.equal(existsSync(socket), false);
});
