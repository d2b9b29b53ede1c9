import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelsMax } from '../../src/core/limits.ts';
import { createAvailability } from '../../src/observe/availability.ts';

const said = (sensor: string, online: boolean) => ({ type: 'sensor_online', sensor, online }) as const;

test('what a device said last holds; saying it again is no news', () => {
  const availability = createAvailability();
  assert.equal(availability.of('roof'), null);
  assert.deepEqual(
    [said('roof', true), said('roof', true), said('roof', false), said('roof', true)].map(availability.note),
    [true, false, true, true],
  );
  assert.equal(availability.of('roof'), true);
  assert.equal(availability.of('yard'), null);
});

test('other events pass, and names have an end', () => {
  const availability = createAvailability();
  assert.equal(availability.note({ type: 'stopped' }), true);
  for (let i = 0; i < 2 * channelsMax; i++) availability.note(said(`sensor ${i}`, true));
  assert.equal(availability.of(`sensor ${channelsMax - 1}`), true);
  assert.equal(availability.of(`sensor ${channelsMax}`), null);
  assert.equal(availability.note(said('sensor 0', false)), true);
});
