// When a device is told as not heard: early where it never was, not while it sleeps as it did before, and never twice.
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { followHearing, type HearingOptions, newRhythm } from '../../../src/sense/serial/hearing.ts';

const DEVICE = {
  name: 'PMS5003',
  baud: 9600,
  isAsked: false,
  hasAddress: false,
  isRemote: false,
  alsoCheck: '`model`',
};

/** 30 s of silence allowed, 10 s for the first time, on time that is moved by hand. */
function hearing(t: TestContext, changes: Partial<HearingOptions> = {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let nowMs = 1_000;
  t.mock.method(performance, 'now', () => nowMs);
  const told: string[] = [];
  const followed = followHearing({
    device: DEVICE,
    silenceMs: 30_000,
    firstMs: 10_000,
    onFirst: (reason) => told.push(`first ${reason}`),
    onSilent(reason) {
      told.push(`silent ${reason}`);
      followed.begin(true);
      followed.resume();
    },
    ...changes,
  });
  t.after(() => followed.end());
  followed.begin(false);
  followed.resume();
  return {
    followed,
    told,
    pass(seconds: number): number {
      for (const untilMs = nowMs + seconds * 1_000; nowMs < untilMs; ) {
        nowMs += 1_000;
        t.mock.timers.tick(1_000);
      }
      return told.length;
    },
  };
}

suite('hearing', () => {
  test('one that was never heard is told after ten seconds, the line opened anew after thirty', (t) => {
    const { told, pass } = hearing(t);
    assert.equal(pass(9), 0);
    assert.equal(pass(1), 1);
    assert.match(told[0]!, /^first no byte came in 10 s/);
    assert.equal(pass(20), 2);
    assert.match(told[1]!, /^silent no byte came in 30 s/);
    assert.equal(pass(29), 2, 'not early again while it stays silent');
  });

  test('one that was heard has its whole silence', (t) => {
    const { followed, pass } = hearing(t);
    followed.good();
    assert.equal(pass(29), 0);
    assert.equal(pass(1), 1);
  });

  test('what is asked seldom is asked again before anything is said', (t) => {
    let asked = 0;
    const { pass } = hearing(t, { askAgain: () => asked++, silenceMs: 600_000 });
    assert.deepEqual([pass(10), asked], [0, 1]);
    assert.deepEqual([pass(10), asked], [1, 1]);
  });

  test('a duty cycle stops the first watch as well', (t) => {
    const { followed, pass } = hearing(t);
    pass(5);
    followed.pause();
    assert.equal(pass(1_000), 0);
    followed.resume();
    assert.equal(pass(4), 0);
    assert.equal(pass(1), 1);
  });

  test('the sleep of a sensor that sends by itself is told once, then waited for', (t) => {
    const { followed, told, pass } = hearing(t, { rhythm: newRhythm() });
    const burst = () => {
      for (let second = 0; second < 30; second++) {
        followed.good();
        pass(1);
      }
    };
    burst();
    assert.ok(pass(1_770) > 1, 'nobody can know yet');
    for (let cycle = 0; cycle < 10; cycle++) {
      burst();
      told.length = 0;
      assert.equal(pass(1_770 + (cycle % 2 ? 300 : -300)), 0);
    }
    burst();
    assert.equal(pass(2 * 2_100), 1, 'twice its longest sleep, and its silence');
    assert.match(told[0]!, /^silent no byte came in/);
    assert.ok(pass(60) >= 2, 'then it is looked for in the ordinary way');
  });

  test('a model whose frames came is named; the bytes kept to see that have an end', (t) => {
    const seen: number[] = [];
    const recognise = (bytes: Uint8Array) => {
      seen.push(bytes.length);
      return ['A1', 'A2', 'B', 'C', 'D'].map((model) => ({ model, title: `Maker ${model[0]}` }));
    };
    const { followed, told, pass } = hearing(t, { recognise });
    for (let i = 0; i < 500; i++) followed.came(Buffer.alloc(10));
    pass(10);
    assert.equal(
      told[0],
      'first 5000 bytes came in 10 s, none is a PMS5003, but they look like frames of Maker A; or of Maker B; or of Maker C: check `device`, `model` and `port`',
    );
    assert.deepEqual(seen, [1_024]);
  });
});
