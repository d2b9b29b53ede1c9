import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { retryMsMax, retryMsMin, retryStableMs } from '../../src/core/limits.ts';
import { keepOpen, type Session, type Timer, timerAt } from '../../src/core/retry.ts';
import { recorder } from '../recorder.ts';

interface Trial extends Session {
  /** Ends it by itself. */
  close(reason: string): void;
  readonly disposed: () => number;
}

/** @param onUp called when it is open in the eyes of keepOpen, not only in ours */
function trial(onUp?: (session: Trial) => void): Trial {
  const closed = Promise.withResolvers<string>();
  let disposed = 0;
  return {
    get closed() {
      onUp?.(this);
      return closed.promise;
    },
    close: closed.resolve,
    disposed: () => disposed,
    [Symbol.asyncDispose]: async () => void disposed++,
  };
}

/** Runs keepOpen over sessions the test makes, with waits of no length but noted, under a clock the test moves. */
function kept(
  t: TestContext,
  { open, random = () => 0 }: { open?: () => Promise<Session>; random?: () => number } = {},
) {
  let nowMs = 1_000;
  t.mock.method(performance, 'now', () => nowMs);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const stop = new AbortController();
  const sessions = recorder<Trial>();
  const downs = recorder<{ reason: string; retryMs: number }>();
  const openTrial = async () => trial(sessions.add);
  const done = keepOpen(open ?? openTrial, {
    signal: stop.signal,
    random,
    onDown(reason, retryMs) {
      downs.add({ reason, retryMs });
      // The wait begins after this call.
      queueMicrotask(() => t.mock.timers.tick(retryMs));
    },
  });
  return {
    sessions,
    downs,
    stop: () => stop.abort(),
    done,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

suite('keepOpen', { timeout: 10_000 }, () => {
  test('opens again each time, with a session of its own, and disposes every one once', async (t) => {
    const { sessions, downs, stop, done } = kept(t);
    for (let i = 1; i <= 5; i++) {
      const session = (await sessions.count(i))[i - 1]!;
      session.close(`end ${i}`);
      session.close('and once more');
    }
    await sessions.count(6);
    stop();
    await done;
    assert.deepEqual(
      downs.items.map(({ reason }) => reason),
      ['end 1', 'end 2', 'end 3', 'end 4', 'end 5'],
    );
    assert.equal(new Set(sessions.items).size, 6);
    for (const session of sessions.items) assert.equal(session.disposed(), 1);
  });

  test('waits between 0 and a ceiling that doubles up to a maximum', async (t) => {
    const draws = [0, 0.5, 0.999999];
    for (const draw of draws) {
      const open = () => Promise.reject(new Error('refused'));
      const { downs, stop, done } = kept(t, { open, random: () => draw });
      const waits = (await downs.count(10)).slice(0, 10);
      stop();
      await done;
      const ceilings = Array.from({ length: 10 }, (_, i) => Math.min(retryMsMin * 2 ** i, retryMsMax));
      assert.deepEqual(
        waits.map(({ retryMs }) => retryMs),
        ceilings.map((ceiling) => Math.floor(draw * ceiling)),
      );
      assert.equal(ceilings.at(-1), retryMsMax);
      t.mock.restoreAll();
      t.mock.timers.reset();
    }
  });

  test('starts from the shortest wait after a session that held, not after an attempt that took long', async (t) => {
    let opened = 0;
    const held: (() => number)[] = [];
    const slow: { pass?: (ms: number) => void } = {};
    const sessions = recorder<Trial>();
    const open = async () => {
      // The first three attempts fail after a long time each; then sessions open.
      if (++opened <= 3) {
        slow.pass?.(2 * retryStableMs);
        throw new Error('timed out');
      }
      const session = trial(sessions.add);
      held.push(session.disposed);
      return session;
    };
    const running = kept(t, { open, random: () => 0.5 });
    slow.pass = running.pass;
    const first = (await sessions.count(1))[0]!;
    running.pass(retryStableMs - 1);
    first.close('too early');
    const second = (await sessions.count(2))[1]!;
    running.pass(retryStableMs);
    second.close('held');
    await sessions.count(3);
    running.stop();
    await running.done;
    assert.deepEqual(
      running.downs.items.map(({ retryMs }) => retryMs),
      [1, 2, 4, 8, 1].map((times) => Math.floor((times * retryMsMin) / 2)),
    );
    assert.deepEqual(
      held.map((disposed) => disposed()),
      [1, 1, 1],
    );
  });

  test('waits, and calls a session stable, by the time it is handed', async () => {
    const stop = new AbortController();
    const waits: number[] = [];
    let nowMs = 0;
    let opened = 0;
    const timer: Timer = {
      now: () => nowMs,
      wait: async (ms) => void waits.push(ms),
    };
    const open = async () => {
      opened++;
      return trial((session) => {
        // The fourth is the one that held.
        if (opened === 4) nowMs += retryStableMs;
        session.close('end');
      });
    };
    const onDown = () => waits.length >= 5 && stop.abort();
    await keepOpen(open, { signal: stop.signal, random: () => 0.5, onDown, timer });
    assert.deepEqual(
      waits.slice(0, 5),
      [1, 2, 4, 1, 2].map((times) => (times * retryMsMin) / 2),
    );
  });

  test('a clock that runs faster has shorter waits', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    t.mock.method(performance, 'now', () => 10);
    const { signal } = new AbortController();
    assert.deepEqual([timerAt().now(), timerAt(600).now()], [10, 6_000]);
    let isOver = false;
    const waiting = timerAt(600)
      .wait(60_000, signal)
      .then(() => {
        isOver = true;
      });
    t.mock.timers.tick(99);
    await Promise.resolve();
    assert.equal(isOver, false);
    t.mock.timers.tick(1);
    await waiting;
  });

  test('stops during a wait, without waiting for its end', async () => {
    const stop = new AbortController();
    const downs = recorder<string>();
    const done = keepOpen(() => Promise.reject(new Error('refused')), {
      signal: stop.signal,
      random: () => 0.999,
      onDown: (reason) => downs.add(reason),
    });
    await downs.count(1);
    stop.abort();
    await done;
    assert.deepEqual(downs.items, ['refused']);
  });

  test('stops while it opens: what opens all the same is disposed, and nobody is told', async (t) => {
    const opening = Promise.withResolvers<Session>();
    const late = trial();
    const { downs, stop, done } = kept(t, { open: () => opening.promise });
    stop();
    opening.resolve(late);
    await done;
    assert.equal(late.disposed(), 1);
    assert.deepEqual(downs.items, []);
  });

  test('stops while it is open', async (t) => {
    const { sessions, downs, stop, done } = kept(t);
    const session = (await sessions.count(1))[0]!;
    stop();
    await done;
    assert.equal(session.disposed(), 1);
    assert.deepEqual(downs.items, []);
  });

  test('does nothing when it was stopped before', async () => {
    let opened = 0;
    const open = async () => {
      opened++;
      return trial();
    };
    await keepOpen(open, { signal: AbortSignal.abort(), onDown: assert.fail });
    assert.equal(opened, 0);
  });

  test('a session that cannot be closed is one more reason to wait', async (t) => {
    const sessions = recorder<Trial>();
    const open = async () => {
      const session = { ...trial(), [Symbol.asyncDispose]: () => Promise.reject(new Error('stuck')) };
      sessions.add(session);
      return session;
    };
    const { downs, stop, done } = kept(t, { open });
    (await sessions.count(1))[0]!.close('unplugged');
    await sessions.count(2);
    stop();
    await done;
    assert.deepEqual(downs.items[0]!.reason, 'stuck');
  });
});
