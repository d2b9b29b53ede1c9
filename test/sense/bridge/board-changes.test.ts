import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeBoard } from './fake-board.ts';
import { introduced } from './session-fixture.ts';

test('a reset in the middle of a frame: the next run has its own numbers and times', () => {
  const board = fakeBoard({ boot: 1 });
  const line = introduced(board);
  line.pass(60_000);
  line.hear(board.reading(0, 1));
  line.hear(board.reading(0, 2).subarray(0, 10));
  const again = fakeBoard({ boot: 2, cause: 4 });
  line.replace(again);
  line.pass(1500);
  again.atMs = 5;
  line.hear(again.hello());
  assert.deepEqual(
    line.boards.map(({ cause }) => cause),
    ['power', 'watchdog'],
  );
  line.pass(1000);
  line.hear(again.reading(0, 3));
  assert.deepEqual([line.values(), line.ages().at(-1)], [[0.01, 0.03], 0]);
  assert.deepEqual(line.told.rejected, { stuffing: 1 });
});

test('a board that cannot count its starts is known by its clock', () => {
  for (const first of ['hello', 'heartbeat'] as const) {
    const board = fakeBoard();
    const line = introduced(board);
    line.pass(60_000);
    line.hear(board.heartbeat());
    const again = fakeBoard();
    line.replace(again);
    again.atMs = 1000;
    line.hear(again[first]());
    line.pass(1000);
    line.hear(again.reading(0, 1));
    assert.equal(line.boards.length, 2, first);
    assert.equal(line.ages().at(-1), 0);
  }
});

test('another firmware is noticed though its HELLO is lost, and never read by the old channels', () => {
  const line = introduced(fakeBoard());
  const other = fakeBoard({ text: '1.1 0 255 room-node 2.0.0\n0 co2 indoor ppm 1 1000\n' });
  line.replace(other);
  line.pass(2000);
  line.hear(other.reading(0, 700));
  assert.deepEqual(
    line.boards.map(({ description }) => description.firmware),
    ['weather-node', 'room-node'],
  );
  assert.deepEqual(line.told.rejected, { unknown_alias: 1 });
  line.hear(other.reading(0, 701));
  assert.deepEqual(
    line.told.observations.map(({ quantity, value }) => [quantity, value]),
    [['co2', 701]],
  );
});

test('unplugged while it runs on: what it kept is told when it is back', () => {
  const board = fakeBoard();
  const line = introduced(board);
  line.hear(board.reading(0, 1));
  line.cut(true);
  line.pass(3000);
  board.reading(0, 2);
  line.pass(2000);
  line.cut(false);
  // Who it is, is asked before anything is told: it may be another board.
  line.hear(board.heartbeat());
  assert.deepEqual(line.values(), [0.01]);
  line.pass(1000);
  line.hear(board.heartbeat());
  assert.deepEqual(
    [line.values(), line.ages()],
    [
      [0.01, 0.02],
      [6000, 3000],
    ],
  );
  assert.deepEqual([line.online, line.boards.length], [[true, false, true], 2]);
});

test('another board of the same kind at the same place is another board', () => {
  const line = introduced(fakeBoard({ uid: 0xfffffff0 }));
  line.cut(true);
  const other = fakeBoard({ uid: 0xfffffff1 });
  line.replace(other);
  line.cut(false);
  line.pass(2000);
  line.hear(other.reading(0, 5));
  assert.deepEqual(line.told.frames.at(-1), 'FFFFFFF1');
});

test('a board that is not understood is told once, and left alone until it starts anew', () => {
  const cases: [string, Parameters<typeof fakeBoard>[0], Record<string, number>][] = [
    ['it speaks another major version of the protocol', { major: 2 }, { unsupported: 3 }],
    ['it needs a newer gateway', { text: '1.0 1 0 node 1\n' }, {}],
    ['it needs a newer gateway', { text: '2.0 0 0 node 1\n' }, {}],
    ['its description is not as the protocol has it', { text: `1.0 0 0 node 1\n0 temperature\n` }, {}],
    ['it describes itself in more than 4096 bytes', { text: `1.0 0 0 node 1\n${'0 co2 - ppm 1 1\n'.repeat(300)}` }, {}],
  ];
  for (const [trouble, options, rejected] of cases) {
    const board = fakeBoard(options);
    const line = introduced(board);
    line.hear(board.reading(0, 1));
    line.pass(5000);
    line.hear(board.heartbeat());
    assert.deepEqual([line.troubles, line.values(), line.boards], [[trouble], [], []]);
    assert.deepEqual(line.told.rejected, rejected);
    const better = fakeBoard({ boot: 2 });
    line.replace(better);
    line.hear(better.hello());
    line.hear(better.reading(0, 1));
    assert.deepEqual(line.values(), [0.01]);
  }
});
