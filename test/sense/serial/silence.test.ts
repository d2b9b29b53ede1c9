import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { watchSilence } from '../../../src/sense/serial/silence.ts';

/** A watch of 60 s on time that is moved by hand. */
function watch(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let nowMs = 0;
  t.mock.method(performance, 'now', () => nowMs);
  let silences = 0;
  const silence = watchSilence(
    () => 60_000,
    () => silences++,
  );
  t.after(() => silence.end());
  return {
    silence,
    /** How often it was silent, after so much more time. */
    after(seconds: number): number {
      nowMs += seconds * 1000;
      t.mock.timers.tick(seconds * 1000);
      return silences;
    },
  };
}

suite('silence', () => {
  test('it is told once, and again after something was heard', (t) => {
    const { silence, after } = watch(t);
    assert.equal(after(100), 0);
    silence.resume();
    assert.equal(after(59), 0);
    silence.heard();
    assert.equal(after(59), 0);
    assert.equal(after(1), 1);
    assert.equal(after(1000), 1);
    silence.heard();
    assert.equal(after(60), 2);
  });

  test('time asleep does not count; what was left before does', (t) => {
    const { silence, after } = watch(t);
    silence.resume();
    assert.equal(after(25), 0);
    silence.pause();
    assert.equal(after(5000), 0);
    silence.resume();
    assert.equal(after(34), 0);
    assert.equal(after(1), 1);
  });

  test('what is heard while asleep counts, and resuming twice changes nothing', (t) => {
    const { silence, after } = watch(t);
    silence.resume();
    after(50);
    silence.pause();
    silence.pause();
    silence.heard();
    assert.equal(after(100), 0);
    silence.resume();
    after(30);
    silence.resume();
    assert.equal(after(29), 0);
    assert.equal(after(1), 1);
  });

  test('nothing is told after the end', (t) => {
    const { silence, after } = watch(t);
    silence.resume();
    silence.end();
    silence.heard();
    assert.equal(after(100), 0);
  });
});
