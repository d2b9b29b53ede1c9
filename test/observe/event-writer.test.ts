import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { createEventBus } from '../../src/observe/event-bus.ts';
import { createLogWriter, writeEvents } from '../../src/observe/event-writer.ts';

/** A stream that takes nothing until it is told to. */
function stalling() {
  const taken: string[] = [];
  let release: (() => void) | undefined;
  let isOpen = false;
  const output = new Writable({
    highWaterMark: 64,
    decodeStrings: false,
    write(text: string, _, done) {
      taken.push(text);
      if (isOpen) done();
      else release = done;
    },
  });
  const open = () => {
    isOpen = true;
    release?.();
  };
  return { output, taken, open };
}

const turn = () => new Promise(setImmediate);

test('a stalled output holds one line; events wait in their queue, and come with their gap when it takes them', async () => {
  const { output, taken, open } = stalling();
  const bus = createEventBus({ now: () => 0 });
  const written = writeEvents(bus.follow({ eventsMax: 3 }), output);
  for (let n = 0; n < 100; n++) {
    bus.emit({ type: 'warning', message: `${n} ${'x'.repeat(80)}` });
    await turn();
  }
  assert.equal(taken.length, 1);
  assert.ok(output.writableLength < 200, `${output.writableLength}`);
  open();
  bus.end();
  await written;
  const [first, gap, ...rest] = taken.map((line) => JSON.parse(line));
  assert.match(first.message, /^0 /);
  assert.deepEqual(gap, { type: 'events_missed', count: 96, timeMs: 0 });
  assert.deepEqual(
    rest.map(({ message }) => message.slice(0, 2)),
    ['97', '98', '99'],
  );
});

test('log lines that find no room are left out, counted, and told in the next one', async () => {
  const { output, taken, open } = stalling();
  const log = createLogWriter(output, 1_000);
  for (let n = 0; n < 100; n++) log.write(`${n} ${'x'.repeat(80)}`);
  assert.ok(output.writableLength < 1_200, `${output.writableLength}`);
  const lost = log.lost();
  assert.ok(lost > 80 && lost < 100, `${lost}`);
  open();
  await turn();
  log.write('again');
  log.write('and again');
  await turn();
  assert.deepEqual(
    taken
      .join('')
      .split('\n')
      .slice(100 - lost),
    [`(${lost} lines are missing here: whoever reads the log was too slow)`, 'again', 'and again', ''],
  );
});
