import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGauges } from '../../src/observe/gauges.ts';

test('a gauge is read when somebody asks, in the order of the names', () => {
  const gauges = createGauges();
  let links = 1;
  gauges.add('links_up', () => links);
  gauges.add('broker_clients', () => 7);
  assert.deepEqual(Object.entries(gauges.snapshot()), [
    ['broker_clients', 7],
    ['links_up', 1],
  ]);
  links = 2;
  assert.equal(gauges.snapshot().links_up, 2);
});

test('one that cannot be read is null, and the others are there', () => {
  const gauges = createGauges();
  gauges.add('closed', () => {
    throw new Error('the database is closed');
  });
  gauges.add('unknown', () => Number.NaN);
  gauges.add('links', () => 3);
  assert.deepEqual(gauges.snapshot(), { closed: null, links: 3, unknown: null });
});

test('a name is used once at a time', () => {
  const gauges = createGauges();
  const remove = gauges.add('links', () => 1);
  assert.throws(() => gauges.add('links', () => 2));
  assert.throws(() => gauges.add('Links up', () => 2));
  remove();
  gauges.add('links', () => 2);
  // Taking it away twice leaves the one that came after.
  remove();
  assert.deepEqual(gauges.snapshot(), { links: 2 });
});
