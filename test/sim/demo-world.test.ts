import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AIR } from '../../src/distill/air.ts';
import { DEMO, demoStations } from '../../src/sim/demo-world.ts';

test('the stations stand on a line across the border of a cell, and the front passes them in turn', () => {
  const stations = demoStations();
  assert.equal(stations.length, DEMO.gateways);
  assert.equal(new Set(stations.map(({ latitude }) => Math.floor(latitude * 2))).size, 2);
  for (const [i, { number, name, frontMs, latitude }] of stations.entries()) {
    assert.deepEqual([number, name], [i + 1, `gateway-${i + 1}`]);
    const before = stations[i - 1];
    if (!before) continue;
    const seconds = (frontMs - before.frontMs) / 1000;
    const metres = (latitude - before.latitude) * 111_195;
    assert.ok(Math.abs(metres / seconds - 10) < 0.5, `${metres / seconds} m/s`);
  }
  assert.ok(stations.at(-1)!.frontMs < DEMO.startMs + DEMO.endsAt * 60_000);
});

test('the fire beside one station is over before the story, and too long ago to be taken for the plume', () => {
  const fireMs = DEMO.startMs - DEMO.loneBefore * 60_000;
  for (const { number, measure, latitude, frontMs } of demoStations()) {
    const values = (fromMs: number) => Array.from({ length: 30 }, (_, i) => measure(fromMs + i * DEMO.frameMs).pm2_5);
    const [before, during, after] = [fireMs - 600_000, fireMs + 180_000, DEMO.startMs - 1_800_000].map(values);
    assert.equal(Math.min(...during!) > 2 * Math.max(...before!), number === DEMO.loneGateway, `${number}`);
    assert.ok(Math.max(...after!) < 30);
    const apartS = (Math.abs(latitude - demoStations()[DEMO.loneGateway - 1]!.latitude) * 111_195) / AIR.travelSpeedMps;
    assert.ok((frontMs - fireMs) / 1000 > AIR.onsetToleranceS + apartS, `${number}`);
  }
});

test('the world is the same at every start', () => {
  const day = () =>
    demoStations().map(({ measure }) => Array.from({ length: 200 }, (_, i) => measure(i * DEMO.frameMs)));
  assert.deepEqual(day(), day());
});

test('one sensor sticks when it is time, and only that one', () => {
  const stuckMs = DEMO.startMs + DEMO.stuckAt * 60_000;
  for (const { number, measure } of demoStations()) {
    const values = (fromMs: number) => new Set([0, 1, 2, 3].map((i) => measure(fromMs + i * DEMO.frameMs).pm2_5)).size;
    assert.equal(values(stuckMs - 60_000), 4);
    assert.equal(values(stuckMs), number === DEMO.stuckGateway ? 1 : 4);
  }
});
