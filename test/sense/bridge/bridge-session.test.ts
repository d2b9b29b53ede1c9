import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { QUALITY } from '../../../src/core/reading.ts';
import { cut, cuts } from '../serial/pieces.ts';
import { fakeBoard, WEATHER } from './fake-board.ts';
import { introduced, lineTo, START_MS } from './session-fixture.ts';

test('a board that starts introduces itself, and its readings have unit, channel, source and time', () => {
  const board = fakeBoard();
  const line = introduced(board);
  assert.deepEqual(
    line.boards.map(({ source, cause }) => [source, cause]),
    [['1A2B3C4D', 'power']],
  );
  assert.deepEqual(line.boards[0]!.description.firmware, 'weather-node');
  line.pass(1000);
  for (const [id, value] of [
    [0, 2145],
    [1, 87],
    [2, 3],
    [0, -4000],
    [0, 9000],
    [1, -(2 ** 31)],
    [2, -(2 ** 31)],
  ] as const) {
    line.hear(board.reading(id, value));
  }
  const timeMs = START_MS + 1000;
  const temperature = { quantity: 'temperature', unit: 'degC', channel: '', timeMs };
  const indoor = { quantity: 'pm2_5', unit: 'ug/m3', channel: 'indoor', timeMs };
  const fan = { quantity: null, unit: '%', channel: 'fan_duty', timeMs };
  assert.deepEqual(line.told.observations, [
    { ...temperature, value: 21.45, quality: 0 },
    { ...indoor, value: 8.7, quality: 0 },
    { ...fan, value: 1.5, quality: 0 },
    { ...temperature, value: -40, quality: 0 },
    { ...temperature, value: 90, quality: QUALITY.out_of_range },
    { ...indoor, value: null, quality: QUALITY.invalid },
    { ...fan, value: null, quality: QUALITY.invalid },
  ]);
  assert.deepEqual(line.told.frames, Array(8).fill('1A2B3C4D'));
  assert.deepEqual([line.online, line.told.rejected], [[true], {}]);
});

test('a board that was already running is asked, not before a second has passed, and then every second', () => {
  const board = fakeBoard({ uid: 0 });
  const line = lineTo(board);
  line.session.opened();
  line.cut(true);
  line.cut(false);
  let asked = 0;
  line.through((bytes) => {
    asked += bytes.length > 0 ? 1 : 0;
    return Buffer.alloc(0);
  });
  line.pass(750);
  assert.equal(asked, 0);
  line.pass(2250);
  assert.equal(asked, 3);
  line.through((bytes) => bytes);
  line.pass(1000);
  // Without an id of its own it goes by the name of its firmware.
  assert.deepEqual(
    line.boards.map(({ source }) => source),
    ['weather-node'],
  );
});

test('a description may end anywhere, with a part or in the middle of one', () => {
  const spaces = (length: number) => `1.0 0 0 node ${'1'.repeat(length - 14)}\n`;
  for (const text of [WEATHER, spaces(22), spaces(23), spaces(24), spaces(45), spaces(46), spaces(47), spaces(69)]) {
    const line = introduced(fakeBoard({ text }));
    assert.equal(line.boards.length, 1, `${text.length} bytes`);
  }
});

test('bytes in any pieces, and a byte at a time, say the same', () => {
  const board = fakeBoard();
  const stream = Buffer.concat([
    ...[0, 1, 2, 3, 4, 5].map((part) => board.hello(part)),
    Buffer.from('banner of a boot loader\r\n'),
    board.reading(0, 1),
    board.heartbeat(),
    board.reading(1, 2),
    board.reading(1, 3).subarray(0, 9),
    board.reading(0, 4),
  ]);
  const run = (pieces: readonly Buffer[]) => {
    const { session, told } = lineTo(fakeBoard());
    session.opened();
    for (const piece of pieces) session.push(piece);
    return told;
  };
  const whole = run([stream]);
  assert.deepEqual(
    whole.observations.map(({ value }) => value),
    [0.01, 0.2],
  );
  assert.deepEqual(whole.rejected, { stuffing: 2 });
  fc.assert(fc.property(cuts, (places) => assert.deepEqual(run(cut(stream, places)), whole)));
  assert.deepEqual(run([...stream].map((byte) => Buffer.from([byte]))), whole);
});

test('lost readings are asked for again, and told in their order', () => {
  const board = fakeBoard();
  const line = introduced(board);
  line.hear(board.reading(0, 0));
  for (const value of [1, 2, 3]) board.reading(0, value);
  line.hear(board.reading(0, 4));
  assert.deepEqual(line.values(), [0, 0.01, 0.02, 0.03, 0.04]);
  // The last ones: a heartbeat tells.
  line.pass(1000);
  board.reading(0, 5);
  line.pass(300);
  board.reading(0, 6);
  line.pass(700);
  line.hear(board.heartbeat());
  assert.deepEqual(line.values().slice(5), [0.05, 0.06]);
  assert.deepEqual(line.ages().slice(5), [1000, 700]);
  assert.deepEqual([line.told.rejected, board.orders], [{}, ['1,1,0', '1,5,0']]);
});

test('readings that the board no longer has are counted', () => {
  for (const lost of [12, 100, 200]) {
    const board = fakeBoard();
    const line = introduced(board);
    line.hear(board.reading(0, 0));
    for (let i = 1; i < lost; i++) board.reading(0, i);
    line.pass(1000);
    line.hear(board.heartbeat());
    // Eight are kept; numbers of 8 bits tell at most 127 behind.
    assert.equal(line.told.observations.length, 9);
    assert.deepEqual(line.told.rejected, { sequence_gap: Math.min(lost - 1, 127) - 8 });
    line.hear(board.reading(0, 7));
    assert.equal(line.values().at(-1), 0.07);
  }
});

test('on a bad line nothing is told twice or out of order, and what is missing is counted', () => {
  const fate = fc.constantFrom('good', 'good', 'good', 'lost', 'torn');
  fc.assert(
    fc.property(fc.array(fate, { minLength: 5, maxLength: 60 }), fc.array(fate, { minLength: 1 }), (fates, answers) => {
      const board = fakeBoard();
      const line = introduced(board);
      line.hear(board.heartbeat());
      const meet = (bytes: Buffer, what: string) =>
        what === 'good' ? bytes : what === 'lost' ? Buffer.alloc(0) : bytes.subarray(0, bytes.length >> 1);
      let turn = 0;
      line.through((bytes) => meet(bytes, bytes.length === 0 ? 'good' : answers[turn++ % answers.length]!));
      fates.forEach((what, value) => {
        line.pass(500);
        const bytes = board.reading(0, value);
        if (what === 'good') line.hear(bytes);
      });
      line.through((bytes) => bytes);
      for (let i = 0; i < 6; i++) {
        line.pass(1000);
        line.hear(board.heartbeat());
      }
      const values = line.values().map((value) => Math.round(value! * 100));
      assert.deepEqual(
        values,
        [...new Set(values)].sort((a, b) => a - b),
      );
      const { sequence_gap: lost = 0, unknown_alias = 0 } = line.told.rejected;
      assert.deepEqual([values.length + lost, unknown_alias], [fates.length, 0]);
    }),
  );
});

test('readings made while the board is introducing itself are not lost', () => {
  const board = fakeBoard();
  const line = lineTo(board);
  line.session.opened();
  line.session.push(board.hello(0));
  for (const value of [1, 2, 3]) line.session.push(board.reading(0, value));
  assert.deepEqual(line.values(), []);
  line.hear(Buffer.alloc(0));
  line.hear(board.heartbeat());
  assert.deepEqual(line.values(), [0.01, 0.02, 0.03]);
});

test('a channel that the description does not have is counted', () => {
  const board = fakeBoard();
  const line = introduced(board);
  line.hear(board.reading(77, 1));
  assert.deepEqual([line.values(), line.told.rejected], [[], { unknown_alias: 1 }]);
});

test('time is when the reading was made, by the fastest frames', () => {
  const board = fakeBoard();
  const line = introduced(board);
  line.delay(400);
  line.hear(board.heartbeat());
  line.pass(1000);
  const late = board.reading(0, 1);
  line.pass(750);
  line.hear(late);
  // Of the two the first HELLO was faster; the delay on the way counts as age.
  assert.deepEqual(line.ages(), [1150]);
  // The estimate of a minute ago is forgotten: the board's clock may be slow.
  for (let i = 0; i < 62; i++) {
    line.pass(1000);
    line.hear(board.heartbeat());
  }
  line.hear(board.reading(0, 2));
  assert.deepEqual(line.ages().at(-1), 0);
});

test('the clock of the board wraps after 49.7 days', () => {
  const board = fakeBoard();
  board.atMs = 2 ** 32 - 1500;
  const line = introduced(board);
  line.pass(1000);
  line.hear(board.reading(0, 1));
  line.pass(2000);
  line.hear(board.heartbeat());
  board.reading(0, 2);
  line.pass(1000);
  line.hear(board.reading(0, 3));
  assert.deepEqual(
    [line.values(), line.ages()],
    [
      [0.01, 0.02, 0.03],
      [3000, 1000, 0],
    ],
  );
  assert.equal(line.boards.length, 1);
});
