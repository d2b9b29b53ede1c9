import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bridgeCommandsMax } from '../../../src/core/limits.ts';
import { COMMANDS } from '../../../src/sense/bridge/bridge-frame.ts';
import { createCommandQueue } from '../../../src/sense/bridge/command-queue.ts';
import { fakeBoard } from './fake-board.ts';
import { introduced } from './session-fixture.ts';

test('commands are answered one after the other', () => {
  const board = fakeBoard();
  const line = introduced(board);
  const results: unknown[] = [];
  line.session.command({ code: COMMANDS.set_period, id: 1, argument: 60_000 }, (result) => results.push(result));
  line.session.command({ code: COMMANDS.ping }, (result) => results.push(result));
  line.session.command({ code: 200, argument: 2 ** 32 - 1 }, (result) => results.push(result));
  line.hear(Buffer.alloc(0));
  assert.deepEqual(
    [results, board.orders],
    [
      [0, 0, 0],
      ['2,1,60000', '0,0,0', '200,0,4294967295'],
    ],
  );
  board.result = 2;
  line.session.command({ code: COMMANDS.sleep }, (result) => results.push(result));
  line.hear(Buffer.alloc(0));
  assert.equal(results.at(-1), 2);
});

test('a command is sent three times, a second apart, then given up', () => {
  const board = fakeBoard();
  const line = introduced(board);
  const results: unknown[] = [];
  let sent = 0;
  line.through((bytes) => {
    sent += bytes.length > 0 ? 1 : 0;
    return Buffer.alloc(0);
  });
  line.session.command({ code: COMMANDS.ping }, (result) => results.push(result));
  line.hear(Buffer.alloc(0));
  line.pass(2750);
  assert.deepEqual([sent, results], [3, []]);
  line.pass(250);
  assert.deepEqual([...results], [undefined]);
  // The answer to a command that was given up is none to the next one.
  line.through((bytes) => bytes);
  line.session.command({ code: COMMANDS.ping }, (result) => results.push(result));
  line.hear(Buffer.alloc(0));
  assert.deepEqual(results, [undefined, 0]);
});

test('the answer to an earlier command, come late, is none to the next one', () => {
  const results: unknown[] = [];
  const queue = createCommandQueue(() => {});
  queue.add({ code: COMMANDS.ping }, (result) => results.push(result), 0);
  for (const nowMs of [1000, 2000, 3000]) queue.tick(nowMs);
  assert.deepEqual([...results], [undefined]);
  queue.add({ code: COMMANDS.sleep }, (result) => results.push(result), 3000);
  queue.answered(0, 7, 3001);
  assert.deepEqual([...results], [undefined]);
  queue.answered(1, 0, 3002);
  assert.deepEqual([...results], [undefined, 0]);
});

test('an answer that was lost is made again', () => {
  const board = fakeBoard();
  const line = introduced(board);
  const results: unknown[] = [];
  let pieces = 0;
  // The command arrives, its answer does not.
  line.through((bytes) => (bytes.length > 0 && ++pieces === 2 ? Buffer.alloc(0) : bytes));
  line.session.command({ code: COMMANDS.set_period, id: 0, argument: 5000 }, (result) => results.push(result));
  line.hear(Buffer.alloc(0));
  line.pass(1000);
  assert.deepEqual([results, board.orders], [[0], ['2,0,5000', '2,0,5000']]);
});

test('commands are for the board they were given to, and as many as fit', () => {
  const board = fakeBoard();
  board.isDeaf = true;
  const line = introduced(board);
  const results: unknown[] = [];
  for (let i = 0; i <= bridgeCommandsMax; i++) line.session.command({ code: 64 }, (result) => results.push(result));
  assert.deepEqual(results, [undefined]);
  line.hear(fakeBoard({ boot: 2 }).hello());
  assert.equal(results.length, bridgeCommandsMax + 1);
  const gone: unknown[] = [];
  line.session.command({ code: 65 }, (result) => gone.push(result));
  line.session.closed();
  assert.deepEqual(gone, [undefined]);
});
