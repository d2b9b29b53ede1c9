import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { DeviceModel, Request } from '../../../src/sense/profile.ts';
import { type Plan, pollDevice, roundS, stopRequests } from '../../../src/sense/serial/poller.ts';

const named = (...names: string[]): Request[] => names.map((text) => ({ text }));

const MODEL: DeviceModel = {
  start: named('start1', 'start2'),
  stop: named('stop'),
  sleep: named('sleep'),
  wake: named('wake'),
  poll: { everyS: 10, requests: named('read1', 'read2'), timeoutS: 2 },
  settings: { clean: named('clean'), range: named('range1', 'range2'), never: named('never') },
};
const STREAMING: DeviceModel = { sleep: named('sleep'), wake: named('wake') };

interface Played {
  readonly plan: Plan;
  readonly untilS: number;
  /** Of each answer. */
  readonly answerS?: number;
  readonly wasSilent?: boolean;
}

/** What is sent and when, in seconds: time passes only where the poller waits. */
async function played({ plan, untilS, answerS = 0.5, wasSilent = false }: Played): Promise<string[]> {
  const told: string[] = [];
  const stop = new AbortController();
  let nowMs = 0;
  const pass = async (ms: number) => {
    nowMs = Math.min(nowMs + Math.max(0, ms), untilS * 1000);
    if (nowMs >= untilS * 1000) stop.abort();
  };
  const tell = (what: string) => void told.push(`${nowMs / 1000} ${what}`);
  const asked = {
    ask(request: Request) {
      assert.ok('text' in request && !stop.signal.aborted);
      tell(request.text);
      return pass(answerS * 1000);
    },
    nowMs: () => nowMs,
    wait: pass,
    onWake: () => tell('awake'),
    onSleep: () => tell('asleep'),
  };
  await pollDevice(plan, asked, { signal: stop.signal, wasSilent });
  return told;
}

suite('poller', () => {
  test('started, set as the operator asked, polled', async () => {
    assert.deepEqual(await played({ plan: { model: MODEL, onOpen: ['range', 'clean'] }, untilS: 23 }), [
      ...['0 awake', '0 start1', '0.5 start2', '1 range1', '1.5 range2', '2 clean'],
      ...['2.5 read1', '3 read2', '12.5 read1', '13 read2', '22.5 read1'],
    ]);
  });

  test('the operator says how often', async () => {
    const plan = { model: { poll: MODEL.poll! }, everyS: 60 };
    assert.deepEqual(await played({ plan, untilS: 100 }), [
      '0 awake',
      '0 read1',
      '0.5 read2',
      '60 read1',
      '60.5 read2',
    ]);
  });

  test('a round that takes too long is followed by the next at once, and by no more', async () => {
    const plan = { model: { poll: MODEL.poll! }, everyS: 3 };
    const told = await played({ plan, untilS: 12, answerS: 2 });
    assert.deepEqual(told, ['0 awake', '0 read1', '2 read2', '4 read1', '6 read2', '8 read1', '10 read2']);
  });

  test('a device that sends by itself is asked nothing', async () => {
    assert.deepEqual(await played({ plan: { model: STREAMING }, untilS: 1000 }), ['0 awake']);
    assert.deepEqual(await played({ plan: { model: STREAMING }, untilS: 1000, wasSilent: true }), ['0 awake']);
  });

  test('duty cycle: woken every period, read while awake, sent to sleep', async () => {
    const plan = { model: MODEL, duty: { periodS: 100, onS: 15 }, onOpen: ['clean'] };
    assert.deepEqual(await played({ plan, untilS: 204 }), [
      ...['0 awake', '0 wake', '0.5 start1', '1 start2', '1.5 clean', '2 read1', '2.5 read2', '12 read1', '12.5 read2'],
      ...['15 sleep', '15.5 asleep', '100 awake', '100 wake', '100.5 start1', '101 start2'],
      ...['101.5 read1', '102 read2', '111.5 read1', '112 read2', '115 sleep', '115.5 asleep'],
      ...['200 awake', '200 wake', '200.5 start1', '201 start2', '201.5 read1', '202 read2'],
    ]);
  });

  test('duty cycle of a device that sends by itself', async () => {
    const told = await played({ plan: { model: STREAMING, duty: { periodS: 300, onS: 60 } }, untilS: 301 });
    assert.deepEqual(told, ['0 awake', '0 wake', '60 sleep', '60.5 asleep', '300 awake', '300 wake']);
  });

  test('a period is never made up for', async () => {
    const plan = { model: STREAMING, duty: { periodS: 4, onS: 3 } };
    const told = await played({ plan, untilS: 12, answerS: 3 });
    assert.deepEqual(told, ['0 awake', '0 wake', '3 sleep', '6 asleep', '6 awake', '6 wake', '9 sleep', '12 asleep']);
  });

  test('one that was silent may be asleep', async () => {
    const told = await played({ plan: { model: MODEL }, untilS: 1.2, wasSilent: true });
    assert.deepEqual(told, ['0 awake', '0 wake', '0.5 start1', '1 start2']);
  });

  test('an answer that comes after the end changes nothing', async () => {
    assert.deepEqual(await played({ plan: { model: MODEL }, untilS: 0.7 }), ['0 awake', '0 start1', '0.5 start2']);
  });

  test('what stops it', () => {
    assert.deepEqual(stopRequests({ model: MODEL }, false), MODEL.stop);
    assert.deepEqual(stopRequests({ model: MODEL }, true), []);
    assert.deepEqual(stopRequests({ model: STREAMING }, false), []);
    assert.deepEqual(stopRequests({ model: STREAMING }, true), STREAMING.wake);
  });

  test('a round', () => {
    assert.equal(roundS({ model: MODEL }), 14);
    assert.equal(roundS({ model: MODEL, everyS: 600 }), 604);
    assert.equal(roundS({ model: STREAMING }), 0);
  });
});
