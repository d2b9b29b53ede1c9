import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { systemClock } from '../../src/gateway/system-clock.ts';
import { temporaryFolder } from '../temporary-folder.ts';

type Answer = (synchronised: boolean) => void;

/** A clock whose kernel answers when the test says so. */
function clockOf(t: TestContext, { trusted = false } = {}) {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: 1_000_000 });
  const asked: Answer[] = [];
  const clock = systemClock({ trusted, askKernel: (answer) => asked.push(answer) });
  t.after(() => clock[Symbol.dispose]());
  return {
    clock,
    asked,
    say: (synchronised: boolean) => asked.at(-1)!(synchronised),
    pass: (ms: number) => t.mock.timers.tick(ms),
  };
}

suite('system clock', () => {
  test('not synchronised until the kernel says so', (t) => {
    const { clock, say } = clockOf(t);
    assert.equal(clock.quality(), 0);
    say(false);
    assert.equal(clock.quality(), 0);
    say(true);
    assert.equal(clock.quality(), 2);
  });

  test('asks again every ten minutes, and holds over what it once had', (t) => {
    const { clock, asked, say, pass } = clockOf(t);
    say(true);
    pass(600_000);
    assert.equal(asked.length, 2);
    say(false);
    assert.equal(clock.quality(), 1);
    pass(600_000);
    say(false);
    assert.equal(clock.quality(), 1);
    pass(600_000);
    say(true);
    assert.equal(clock.quality(), 2);
  });

  test('asks again every ten seconds as long as the time was never known: packets wait for it', (t) => {
    const { clock, asked, say, pass } = clockOf(t);
    say(false);
    pass(10_000);
    assert.equal(asked.length, 2);
    say(true);
    assert.equal(clock.quality(), 2);
    pass(590_000);
    assert.equal(asked.length, 3, 'then every ten minutes');
  });

  test('an operator who vouches for it is believed, and nobody is asked', (t) => {
    const { clock, asked } = clockOf(t, { trusted: true });
    assert.equal(clock.quality(), 2);
    assert.equal(asked.length, 0);
  });

  test('shows the time of the machine', (t) => {
    const { clock, pass } = clockOf(t);
    assert.equal(clock.now(), 1_000_000);
    pass(5);
    assert.equal(clock.now(), 1_000_005);
  });

  test('asks no more once it is disposed', (t) => {
    const { clock, asked, pass } = clockOf(t);
    clock[Symbol.dispose]();
    pass(3_600_000);
    assert.equal(asked.length, 1);
  });
});

test('by default timedatectl is asked', { timeout: 10_000 }, async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'timedatectl'), '#!/bin/sh\necho yes\n', { mode: 0o755 });
  const path = process.env.PATH;
  process.env.PATH = `${folder}:${path}`;
  t.after(() => {
    process.env.PATH = path;
  });
  using clock = systemClock({ trusted: false });
  while (clock.quality() !== 2) await new Promise(setImmediate);
});
