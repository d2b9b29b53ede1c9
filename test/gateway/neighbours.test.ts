// What hides between two gateways is told once on both sides, with the keys: wrong keys, keys that are missing, one-sided entries.
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { createRows, type RowsParts } from '../../src/gateway/neighbour-rows.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { keyText } from '../../src/packet/key-text.ts';
import { inSession, type Neighbour, neighbourhood, type Written } from './neighbourhood.ts';

const WRONG = keyText(temporaryIdentity(Buffer.alloc(32, 9)).publicKey.bytes);

type Keys = Readonly<Record<string, string>>;

/** hill and hub, each with an account for the other; @returns what both were warned of, after more than all patience */
async function both(t: TestContext, write: (keys: Keys) => { hill: Written; hub: Written }) {
  const { keys, open, pass } = await neighbourhood(t, ['hill', 'hub']);
  const written = write(keys);
  const hub = await open('hub', { accounts: ['hill'], ...written.hub });
  const hill = await open('hill', { accounts: ['hub'], ...written.hill });
  return { keys, hill, hub, pass };
}

/** Before a neighbour is called silent its hello has to have come: uptime then runs ten times as fast, not a hundred. */
const HELLO_S = 0.25;

/** The one warning of each: none follows when more time has passed than any patience. */
async function told({ pass, all, stepS = 3 }: { pass: Pass; all: readonly Neighbour[]; stepS?: number }) {
  while (all.some(({ warnings }) => warnings.items.length === 0)) await pass(stepS);
  for (let n = 0; n < 3; n++) await pass(60);
  for (const { warnings } of all) assert.equal(warnings.items.length, 1, warnings.items.join('\n'));
  return all.map(({ warnings }) => warnings.items[0]!);
}

type Pass = (seconds: number) => Promise<void>;

/** Each stands in the text. */
function says(text: string | null | undefined, ...parts: (string | RegExp | undefined)[]): void {
  for (const part of parts)
    assert(part instanceof RegExp ? part.test(text ?? '') : text?.includes(part ?? '?'), `${part} in: ${text}`);
}

suite('a wrong key', { timeout: 30_000 }, () => {
  for (const dials of [true, false]) {
    test(`written down here is told on both sides, with both keys (${dials ? 'both dial' : 'one dials'})`, async (t) => {
      const { keys, hill, hub, pass } = await both(t, (keys) => ({
        hill: { accounts: ['guest'], neighbours: [{ name: 'hub', dials: 'hub', key: WRONG }] },
        hub: { neighbours: [{ name: 'hill', ...(dials && { dials: 'hill', as: 'guest' }), key: keys.hill! }] },
      }));
      const [here, there] = await told({ pass, all: [hill, hub], stepS: HELLO_S });
      says(here, /^hub: /, WRONG, keys.hub, /enter/);
      says(there, /^hill /, keys.hill, keys.hub, /enter/);
      assert.equal(hill.row('hub')?.problem, here);
      assert.equal(hub.row('hill')?.problem, there);
      assert.equal(hill.row('hub')?.session, false);
    });
  }

  test('that they wrote down for us is told on both sides', async (t) => {
    const { keys, hill, hub, pass } = await both(t, (keys) => ({
      hill: { neighbours: [{ name: 'hub', dials: 'hub', key: keys.hub! }] },
      hub: { neighbours: [{ name: 'hill', key: WRONG }] },
    }));
    const [here, there] = await told({ pass, all: [hill, hub] });
    says(here, /^hub does not answer/, keys.hill, keys.hub, /they enter it there/);
    says(there, /^hill: /, WRONG, keys.hill);
  });

  test('is told where strangers are believed, too', async (t) => {
    const { keys, hill, pass } = await both(t, (keys) => ({
      hill: { membership: 'open', neighbours: [{ name: 'hub', dials: 'hub', key: WRONG }] },
      hub: { neighbours: [{ name: 'hill', key: keys.hill! }] },
    }));
    const [here] = await told({ pass, all: [hill], stepS: HELLO_S });
    says(here, /^hub: /, WRONG, keys.hub);
  });
});

test('two keys that were exchanged are told, with the name of the other', { timeout: 30_000 }, async (t) => {
  const { keys, open, pass } = await neighbourhood(t, ['hill', 'hub', 'lake']);
  const peers = [{ name: 'hill', key: keys.hill! }];
  await open('hub', { accounts: ['hill'], peers });
  await open('lake', { accounts: ['hill'], peers });
  const neighbours = [
    { name: 'hub', dials: 'hub', key: keys.lake! },
    { name: 'lake', dials: 'lake', key: keys.hub! },
  ];
  const hill = await open('hill', { neighbours });
  while (hill.warnings.items.length < 2) await pass(1);
  const [hub, lake] = [...hill.warnings.items].sort();
  says(hub, /^hub: /, keys.lake, keys.hub, /came, which is written down for lake/);
  says(lake, /^lake: /, keys.lake, keys.hub, /came, which is written down for hub/);
});

suite('a key that is missing', { timeout: 30_000 }, () => {
  test('there is told here and there, with the key', async (t) => {
    const { keys, hill, hub, pass } = await both(t, (keys) => ({
      hill: { neighbours: [{ name: 'hub', dials: 'hub', key: keys.hub! }] },
      hub: {},
    }));
    const [here, there] = await told({ pass, all: [hill, hub] });
    says(here, /^hub does not answer/, keys.hill, /they enter it there under neighbours or peers/);
    says(there, /^hill /, keys.hill, /under neighbours or peers/);
    const row = hub.row('hill');
    assert.deepEqual([row?.dialled, row?.up, row?.key, row?.session], [false, true, keys.hill, false]);
    assert.equal(row?.problem, there);
  });

  test('here, of the only gateway behind a link, is told', async (t) => {
    const { hill, pass } = await both(t, (keys) => ({
      hill: { neighbours: [{ name: 'hub', dials: 'hub' }] },
      hub: { peers: [{ name: 'hill', key: keys.hill! }] },
    }));
    const [here] = await told({ pass, all: [hill] });
    says(here, /^hub: no key is written down/, /qis status/);
  });

  test('neither side dials', async (t) => {
    const { hill, pass } = await both(t, (keys) => ({
      hill: { neighbours: [{ name: 'hub', key: keys.hub! }] },
      hub: { neighbours: [{ name: 'hill', key: keys.hill! }] },
    }));
    const [here] = await told({ pass, all: [hill] });
    says(here, /^hub has not connected/, /url/, /account/);
  });
});

test('where all is well nothing is told, and status shows key, session and when it was heard', {
  timeout: 30_000,
}, async (t) => {
  const { keys, hill, hub, pass } = await both(t, (keys) => ({
    hill: { neighbours: [{ name: 'hub', dials: 'hub', key: keys.hub! }] },
    hub: { peers: [{ name: 'hill', key: keys.hill! }] },
  }));
  await Promise.all([inSession(hill, 'hub'), inSession(hub, 'hill')]);
  for (let s = 0; s < 120; s += 30) await pass(30);
  assert.deepEqual([...hill.warnings.items, ...hub.warnings.items], []);
  for (const [row, key, dialled] of [
    [hill.row('hub'), keys.hub, true],
    [hub.row('hill'), keys.hill, false],
  ] as const) {
    assert.deepEqual([row?.key, row?.dialled, row?.up, row?.problem, row?.owed], [key, dialled, true, null, 0]);
    assert(Date.now() - (row?.heardMs ?? 0) < 30_000);
  }
});

test('a link that is closed again and again names the copied card, with the key that both have', () => {
  const keyring = { candidates: () => [], nameOf: () => '' };
  const own = temporaryIdentity(Buffer.alloc(32, 7)).publicKey;
  const key = temporaryIdentity(Buffer.alloc(32, 8)).publicKey;
  const rowsOf = (cuts: number) => {
    const link = { name: 'hub', up: true, bytesIn: 0, bytesOut: 0, reconnects: 9, unsent: 0, reason: null, cuts };
    const config = { neighbours: [{ name: 'hub', key: key.bytes }], peers: [], membership: 'named' } as const;
    const parts = { own, keyring, isServed: () => false, delivery: { peers: () => [] }, knocks: { all: () => [] } };
    return createRows({ ...parts, config, links: () => [link], uptimeMs: () => 0 } as unknown as RowsParts)();
  };
  assert.equal(rowsOf(3)[0]?.problem, undefined);
  says(rowsOf(4)[0]?.problem, /^hub: /, keyText(own.bytes), /copied card/, /qis init/);
});
