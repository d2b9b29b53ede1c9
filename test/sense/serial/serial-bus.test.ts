import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { setImmediate as settled } from 'node:timers/promises';
import { lineGapMs, lineIdleMs } from '../../../src/core/limits.ts';
import { type BusClient, createSerialBus } from '../../../src/sense/serial/serial-bus.ts';

const QUESTION = { timeoutMs: 1000 };

/** A bus whose time is moved by hand; `told` is all that happens on it, in order. */
function bus(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let nowMs = 0;
  t.mock.method(performance, 'now', () => nowMs);
  const told: string[] = [];
  const serial = createSerialBus((bytes) => void told.push(`sent ${bytes}`));
  t.after(() => serial[Symbol.dispose]());
  return {
    told,
    serial,
    join(name: string): BusClient {
      const member = serial.join({
        push(bytes) {
          told.push(`${name} ${Buffer.from(bytes)}`);
          if (bytes.includes(0x2e)) member.answered();
        },
        end: () => void told.push(`${name} end`),
      });
      return member;
    },
    receive: (text: string) => serial.receive(Buffer.from(text)),
    async pass(ms: number) {
      await settled();
      nowMs += ms;
      t.mock.timers.tick(ms);
      await settled();
    },
  };
}

suite('serial bus', () => {
  test('one request at a time, its answer to who was asked, a gap before the next', async (t) => {
    const { told, join, receive, pass } = bus(t);
    const [a, b] = [join('a'), join('b')];
    const answers = [a.ask(Buffer.from('A?'), QUESTION), b.ask(Buffer.from('B?'), QUESTION)];
    await pass(10);
    receive('one');
    receive('.');
    await answers[0];
    receive(' late');
    await pass(lineGapMs - 1);
    assert.deepEqual(told, ['sent A?', 'a one', 'a .', 'a  late']);
    await pass(1);
    receive('two.');
    await answers[1];
    assert.deepEqual(told.slice(4), ['a end', 'sent B?', 'b two.']);
  });

  test('who does not answer is given up after the time-out', async (t) => {
    const { told, join, pass } = bus(t);
    const [a, b] = [join('a'), join('b')];
    const silent = a.ask(Buffer.from('A?'), QUESTION);
    void b.ask(Buffer.from('B?'), QUESTION);
    await pass(999);
    b.answered();
    assert.deepEqual(told, ['sent A?']);
    await pass(1);
    await silent;
    await pass(lineGapMs);
    assert.deepEqual(told, ['sent A?', 'a end', 'sent B?']);
  });

  test('before anybody is asked, bytes belong to the first', async (t) => {
    const { told, join, receive, pass } = bus(t);
    join('a');
    join('b');
    receive('banner');
    await pass(lineIdleMs - 1);
    receive('!');
    await pass(lineIdleMs - 1);
    assert.deepEqual(told, ['a banner', 'a !']);
    await pass(1);
    await pass(10 * lineIdleMs);
    assert.deepEqual(told.slice(2), ['a end']);
  });

  test('an echo is stripped; half of one is noise of who was asked', async (t) => {
    const { told, join, receive, pass } = bus(t);
    const a = join('a');
    void a.ask(Buffer.from('A?'), QUESTION);
    await pass(1);
    receive('A');
    receive('?yes.');
    await pass(lineGapMs);
    void a.ask(Buffer.from('A?'), QUESTION);
    await pass(lineGapMs);
    receive('A');
    await pass(lineIdleMs);
    assert.deepEqual(told, ['sent A?', 'a yes.', 'sent A?', 'a A', 'a end']);
  });

  test('a request that is no longer wanted is not sent', async (t) => {
    const { told, join, receive, pass } = bus(t);
    const [a, b] = [join('a'), join('b')];
    const stop = new AbortController();
    void a.ask(Buffer.from('A?'), QUESTION);
    const unwanted = b.ask(Buffer.from('B?'), { ...QUESTION, signal: stop.signal });
    const wanted = b.ask(Buffer.from('C?'), QUESTION);
    stop.abort();
    await pass(1);
    receive('.');
    await unwanted;
    await pass(lineGapMs);
    receive('.');
    await wanted;
    assert.deepEqual(told, ['sent A?', 'a .', 'a end', 'sent C?', 'b .']);
  });

  test('dispose lets everybody go, and nothing is sent or heard after it', async (t) => {
    const { told, serial, join, receive, pass } = bus(t);
    const a = join('a');
    const asked = [a.ask(Buffer.from('A?'), QUESTION), a.ask(Buffer.from('B?'), QUESTION)];
    await pass(1);
    serial[Symbol.dispose]();
    await Promise.all(asked);
    receive('late.');
    await a.ask(Buffer.from('C?'), QUESTION);
    assert.deepEqual(told, ['sent A?']);
  });
});
