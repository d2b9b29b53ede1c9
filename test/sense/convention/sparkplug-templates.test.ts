import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SPARKPLUG } from '../../../devices/sparkplug/profile.ts';
import { listener } from './listener.ts';
import { sparkplugBytes as bytes, type WrittenMetric } from './sparkplug-bytes.ts';

const T = 1_700_000_000_000;
const AT = '2023-11-14T22:13:20.000Z';

/** A node that has said its birth. */
function node() {
  const hear = listener(SPARKPLUG);
  const say = (type: string, seq: number, metrics: readonly WrittenMetric[], device?: string) =>
    hear(['spBv1.0/g', type, 'n', ...(device === undefined ? [] : [device])].join('/'), bytes(T, seq, metrics));
  say('NBIRTH', 0, []);
  return say;
}

test('members of a template are metrics under both names; a definition says nothing', () => {
  const say = node();
  const air = {
    name: 'Air',
    datatype: 19,
    isDefinition: true,
    members: [{ name: 'co2', datatype: 3, int: 0 }],
  } as const;
  const room = (co2: number, names: boolean): WrittenMetric => ({
    ...(names ? { name: 'Room' } : {}),
    alias: 20,
    datatype: 19,
    timeMs: T - 60_000,
    members: [
      { ...(names ? { name: 'co2', datatype: 3 } : {}), alias: 21, int: co2 },
      { name: 'Probe', members: [{ name: 'temperature', datatype: 9, float: 70, unit: '°F', timeMs: T }] },
    ],
  });
  const told = (co2: number) => [
    'frame g/n/d',
    `co2/room ${co2} ppm 2023-11-14T22:12:20.000Z`,
    `temperature/room_probe 21.1111 degC ${AT}`,
  ];
  assert.deepEqual(say('NDATA', 1, [air]), ['frame g/n']);
  assert.deepEqual(
    say('DBIRTH', 2, [room(600, true)], 'd').filter((line) => line !== 'online'),
    told(600),
  );
  assert.deepEqual(say('DDATA', 3, [room(700, false)], 'd'), told(700));
});

test('templates that nest too deep are refused', () => {
  let metric: WrittenMetric = { name: 'co2', datatype: 3, int: 500 };
  for (let depth = 0; depth < 50; depth++) metric = { name: 'x', members: [metric] };
  assert.deepEqual(node()('NDATA', 1, [metric]), ['rejected malformed 1']);
});
