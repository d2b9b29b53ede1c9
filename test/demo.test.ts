// The demo as a user runs it, in real processes and real time: the one slow test (about 45 s).
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { packetBytesMax } from '../src/core/limits.ts';
import { qis } from './cli/qis.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('the demo shows the whole loop, and says so in one JSON object', async (t) => {
  const folder = temporaryFolder(t);
  const { code, stdout, stderr } = await qis(['demo', '--json', '--explain', 'gateway-2'], folder, { TMPDIR: folder });
  assert.deepEqual([code, stderr], [0, ''], stdout);

  assert.match(stdout, /^\{.*\}\n$/);
  const figures = JSON.parse(stdout);
  assert.deepEqual(Object.keys(figures).sort(), [
    'advisories',
    'confirms',
    'events_confirmed',
    'explanations',
    'faults_named',
    'forgeries_rejected',
    'gateways',
    'hops_max',
    'lead_time_s',
    'link_bytes',
    'lone_rises_told',
    'packet_bytes',
    'raw_bytes',
    'replays_rejected',
    'verdict_deposits',
    'weights_moved',
  ]);
  assert.equal(figures.gateways, 5);
  // Four sensors see the plume, the fifth one sticks.
  assert.ok(figures.events_confirmed >= 3 && figures.events_confirmed <= 8, stdout);
  assert.ok(figures.faults_named >= 1 && figures.faults_named <= 2, stdout);
  assert.ok(figures.forgeries_rejected >= 1, stdout);
  assert.ok(figures.replays_rejected >= 1, stdout);
  assert.ok(figures.advisories >= 1, stdout);
  // Each of four events is confirmed by the others that see it, and its verdict told once; so is that on the fire.
  assert.ok(figures.confirms >= 1 && figures.confirms <= 24, stdout);
  assert.ok(figures.verdict_deposits >= 1 && figures.verdict_deposits <= 9, stdout);
  // From one gateway of the ring to the farthest, or all the way round.
  assert.ok(figures.hops_max >= 2 && figures.hops_max <= 5, stdout);
  assert.equal(figures.lone_rises_told, 1, stdout);
  // What each of five gateways thinks of the four others.
  assert.ok(figures.weights_moved >= 1 && figures.weights_moved <= 20, stdout);

  // The front needs 24 minutes from the first station to the last; nobody can be warned earlier.
  assert.deepEqual(Object.keys(figures.lead_time_s), ['median']);
  assert.ok(figures.lead_time_s.median > 0 && figures.lead_time_s.median <= 24 * 60, stdout);

  assert.deepEqual(Object.keys(figures.packet_bytes), ['p50', 'p95', 'max']);
  const { p50, p95, max } = figures.packet_bytes;
  assert.ok(100 < p50 && p50 <= p95 && p95 <= max && max <= packetBytesMax, stdout);
  assert.ok(max < figures.link_bytes && figures.link_bytes < figures.raw_bytes, stdout);

  // The fire, the early warning and the plume, by the gateway that told them.
  const kinds = figures.explanations.map(({ kind, verdict = '' }: Explained) => `${kind} ${verdict}`.trim());
  for (const kind of ['verdict local', 'verdict event', 'advisory']) assert.ok(kinds.includes(kind), stdout);
  for (const { votes, origins, prior, others, probability, raised_to = 0 } of figures.explanations as Explained[]) {
    if (!votes) continue;
    assert.ok(
      votes.every(({ origin }) => /^gateway-[1345]$/.test(origins[origin]?.name ?? '')),
      stdout,
    );
    const logOdds = votes.reduce((sum, { log_odds }) => sum + log_odds, prior + others.log_odds);
    assert.ok(Math.abs(Math.max(raised_to, 1 / (1 + Math.exp(-logOdds))) - probability) < 1e-9, stdout);
  }

  assert.deepEqual(readdirSync(folder), [], 'nothing is left behind');
});

test('a gateway that the demo does not have is refused before anything begins', async () => {
  const { code, stderr } = await qis(['demo', '--explain', 'roof']);
  assert.deepEqual(
    [code, stderr],
    [
      2,
      'qis demo: the demo has no gateway "roof"; it has gateway-1, gateway-2, gateway-3, gateway-4, gateway-5; see qis demo --help\n',
    ],
  );
});

/** As `qis explain --json` prints it, as far as it is looked at here. */
interface Explained {
  readonly kind: string;
  readonly verdict?: string;
  readonly votes?: readonly { readonly origin: string; readonly log_odds: number }[];
  readonly origins: Readonly<Record<string, { readonly name: string }>>;
  readonly prior: number;
  readonly others: { readonly log_odds: number };
  readonly raised_to?: number;
  readonly probability: number;
}
