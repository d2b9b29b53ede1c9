// A gateway that loses what it wrote last, or all of it, each time after kill -9: no sequence is used twice,
// and nobody else's word is forgotten. Whoever uses its key elsewhere is told of.
import assert from 'node:assert/strict';
import { rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Database from 'better-sqlite3';
import { connectAsync } from 'mqtt';
import { topicOf } from '../../src/packet/fingerprint.ts';
import { type Identity, readIdentity } from '../../src/packet/identity.ts';
import { issue, parse } from '../../src/packet/packet.ts';
import { storePath } from '../../src/store/database.ts';
import { smoke } from '../vectors/smoke.ts';
import { type GatewayProcess, gateways } from './gateway-process.ts';

/** Seconds of the gateway's clock in one of ours: the first ten of a process pass in 80 ms. */
const FACTOR = 120;

/** What becomes of the file after the power cut. */
const FATES: Record<string, (path: string) => void> = {
  'a lost write-ahead log': (path) => rmSync(`${path}-wal`, { force: true }),
  'a file of one byte': (path) => {
    rmSync(`${path}-wal`, { force: true });
    truncateSync(path, 1);
  },
};

test('no sequence is used twice, whatever happens to the database', { timeout: 60_000 }, async (t) => {
  const gateway = (await gateways(t, { names: ['a'], edges: [], factor: FACTOR })).get('a')!;
  const path = storePath(gateway.folder);
  const used: number[] = [];
  for (const [fate, befall] of [...Object.entries(FATES), ['the end', () => {}] as const]) {
    const before = issuedBy(gateway);
    await gateway.start();
    await gateway.feed();
    await gateway.events.until(() => issuedBy(gateway) > before);
    await gateway.kill();
    const here = sequencesIn(path).filter((sequence) => !used.includes(sequence));
    assert(here.length > 0 && Math.min(...here) > Math.max(0, ...used), `${fate}: ${here} after ${used}`);
    used.push(...here);
    befall(path);
  }
  assert.equal(used.length, issuedBy(gateway), 'every packet had one of its own');
});

const issuedBy = ({ events }: GatewayProcess) => events.items.filter(({ type }) => type === 'packet_issued').length;

function sequencesIn(path: string): number[] {
  const database = new Database(path);
  try {
    const rows = database.prepare<[], Buffer>('SELECT bytes FROM packets WHERE own = 1').pluck().all();
    return rows.map((bytes) => {
      const parsed = parse(bytes);
      return parsed.ok ? parsed.packet.outcome.sequence : assert.fail();
    });
  } finally {
    database.close();
  }
}

test('who contradicted himself stays condemned after kill -9, and a stranger with our key is told of', async (t) => {
  const all = await gateways(t, { names: ['a', 'b'], edges: [['a', 'b']], factor: FACTOR });
  const [gateway, other] = [all.get('a')!, all.get('b')!];
  const [own, liar] = await Promise.all([gateway, other].map(({ folder }) => keyIn(folder)));
  await gateway.start();
  await say(t, gateway, [
    [liar!, 800],
    [liar!, 801],
    [own!, 800],
  ]);
  const { events } = gateway;
  await events.until((event) => event.type === 'equivocation');
  await events.until((event) => event.type === 'packet_dropped' && event.reason === 'own_key');
  await gateway.kill();
  await gateway.start();
  const status = await gateway.status();
  const standing = status?.reputation.find(({ origin }) => origin === other.nodeId.toString('hex'));
  assert.equal(standing?.equivocated, true);
});

async function keyIn(folder: string): Promise<Identity> {
  return (await readIdentity(join(folder, 'identity.pem'))) ?? assert.fail();
}

/** Packets with one sequence, over the broker of a gateway, as its neighbour. */
async function say(t: TestContext, { port }: GatewayProcess, packets: readonly [Identity, number][]): Promise<void> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { username: 'b', password: 'b secret' });
  t.after(() => client.end(true));
  for (const [identity, observed] of packets) {
    const outcome = { ...smoke, observed, issued: Math.floor(Date.now() / 1000), sequence: 900 };
    await client.publishAsync(topicOf(outcome), issue(outcome, identity).bytes, { qos: 1 });
  }
}
