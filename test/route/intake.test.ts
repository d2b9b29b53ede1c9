// The door in front of the agent: what goes first, what is shed, and that the event loop turns in between.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FINDING } from '../../src/core/condition.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { commitJobsMax } from '../../src/core/limits.ts';
import { intakeBytesMax, intakeEntryBytes, intakeSliceMsMax, intakeTurnMsMax } from '../../src/core/load-limits.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { issue } from '../../src/packet/packet.ts';
import type { Arrival } from '../../src/route/arrival.ts';
import { createIntake } from '../../src/route/intake.ts';
import { mqttWay } from '../../src/route/mqtt/mqtt-way.ts';
import { smoke } from '../vectors/smoke.ts';

const identity = temporaryIdentity(Buffer.alloc(32, 3));
const said = (finding: keyof typeof FINDING) => issue({ ...smoke, finding: FINDING[finding] }, identity).bytes;
const BYTES = { event: said('event'), confirm: said('confirm'), refute: said('refute'), verdict: said('verdict') };
const TOPIC = 'qis/1/0/00000001';
const FRAME = 'q1/0011223344556677';

function arrival(kind: keyof typeof BYTES | 'frame', from = 'a'): Arrival {
  const isFrame = kind === 'frame';
  return { topic: isFrame ? FRAME : TOPIC, bytes: isFrame ? Buffer.of(1) : BYTES[kind], via: mqttWay('link', from) };
}

/** An intake whose turns the test takes, and whose work takes `costMs` each. */
function opened(costMs = 0) {
  const [taken, events, turns] = [[] as Arrival[], [] as AgentEvent[], [] as (() => void)[]];
  let timeMs = 0;
  const intake = createIntake({
    handle: (one) => {
      taken.push(one);
      timeMs += costMs;
    },
    emit: (event) => events.push(event),
    now: () => timeMs,
    soon: (job) => turns.push(job),
  });
  const turn = () => {
    for (const job of turns.splice(0)) job();
  };
  const finish = () => {
    while (turns.length > 0) turn();
  };
  const pass = (ms: number) => {
    timeMs += ms;
  };
  return { intake, taken, events, turns, turn, finish, pass };
}

const kindsOf = (arrivals: readonly Arrival[]) =>
  arrivals.map(({ bytes, topic }) => Object.entries(BYTES).find(([, known]) => known === bytes)?.[0] ?? topic);

suite('intake', () => {
  test('takes nothing at once, then link frames first, findings, and answers last', async () => {
    const { intake, taken, turn } = opened();
    const done = (['refute', 'confirm', 'event', 'verdict', 'frame'] as const).map((kind) =>
      intake.arrival(arrival(kind)),
    );
    assert.equal(taken.length, 0);
    turn();
    assert.deepEqual(kindsOf(taken), [FRAME, 'event', 'verdict', 'refute', 'confirm']);
    await Promise.all(done);
    assert.deepEqual(intake.stats(), { arrivals: 0, bytes: 0 });
  });

  test('a slice ends with its time or with a transaction, and the loop turns before the next', () => {
    const slow = opened(intakeSliceMsMax / 2);
    for (let i = 0; i < 5; i++) void slow.intake.arrival(arrival('event'));
    slow.turn();
    assert.equal(slow.taken.length, 2);
    assert.equal(slow.turns.length, 1, 'the rest is for a later turn');
    slow.finish();
    assert.equal(slow.taken.length, 5);
    const fast = opened();
    for (let i = 0; i < commitJobsMax + 1; i++) void fast.intake.arrival(arrival('event'));
    fast.turn();
    assert.equal(fast.taken.length, commitJobsMax);
  });

  test('where commits and what follows them take long, fewer are begun at once, and more again when they do not', () => {
    const { intake, taken, turn, pass } = opened();
    const begunIn = (turnMs: number) => {
      const before = taken.length;
      while (intake.stats().arrivals < 2 * commitJobsMax) void intake.arrival(arrival('event'));
      turn();
      pass(turnMs);
      return taken.length - before;
    };
    const slow = Array.from({ length: 6 }, () => begunIn(intakeTurnMsMax + 1));
    assert.equal(slow[0], commitJobsMax);
    assert(slow.at(-1)! < commitJobsMax / 4 && slow.at(-1)! > 0, `${slow}`);
    begunIn(0);
    const fast = Array.from({ length: 30 }, () => begunIn(0));
    assert.equal(fast.at(-1), commitJobsMax);
  });

  test('who brings much keeps nobody waiting', () => {
    const { intake, taken, turn } = opened();
    for (let i = 0; i < 50; i++) void intake.arrival(arrival('event', 'loud'));
    void intake.arrival(arrival('event', 'quiet'));
    turn();
    assert.equal(
      taken.findIndex(({ via }) => via.neighbour === 'quiet'),
      1,
    );
  });

  test('over the cap answers are shed first, then findings of who has most waiting, and all of it is counted', async () => {
    const { intake, taken, events, finish } = opened();
    const size = BYTES.event.length + TOPIC.length + intakeEntryBytes;
    const fits = Math.floor(intakeBytesMax / size);
    const answers = [0, 1].map(() => intake.arrival(arrival('confirm', 'quiet')));
    void intake.arrival(arrival('event', 'quiet'));
    for (let i = 0; i < fits + 10; i++) void intake.arrival(arrival('event', 'loud'));
    assert(intake.stats().bytes <= intakeBytesMax);
    await Promise.all(answers);
    const shed = events.map((event) => (event.type === 'packet_dropped' ? `${event.reason} ${event.via}` : event.type));
    assert.deepEqual(shed.slice(0, 3), ['overload link:quiet', 'overload link:quiet', 'overload link:loud']);
    assert(shed.slice(2).every((one) => one === 'overload link:loud'));
    finish();
    assert.equal(taken.length + shed.length, fits + 13, 'taken or counted');
    assert(taken.some(({ via }) => via.neighbour === 'quiet'));
  });

  test('a link frame is shed when there is nothing else, and counted as one', () => {
    const { intake, events } = opened();
    for (let i = 0; i < 2 * (intakeBytesMax / intakeEntryBytes); i++) void intake.arrival(arrival('frame'));
    assert(intake.stats().bytes <= intakeBytesMax);
    assert.deepEqual(events[0], { type: 'link_frame_dropped', reason: 'overload', via: 'link:a' });
  });

  test('who brings what takes long is told how long, and pays for it', () => {
    const { intake, finish } = opened(7);
    const charged: number[] = [];
    void intake.arrival({ ...arrival('event'), charge: (ms) => charged.push(ms) });
    assert.deepEqual(charged, [], 'waiting costs nothing');
    finish();
    assert.deepEqual(charged, [7]);
  });

  test('what the agent refuses is refused, also when it throws', async () => {
    const intake = createIntake({
      handle: ({ via }) => {
        if (via.neighbour === 'throws') throw new Error('no');
        return Promise.reject(new Error('no'));
      },
      emit: () => {},
    });
    await assert.rejects(intake.arrival(arrival('event', 'throws')), /no/);
    await assert.rejects(intake.arrival(arrival('event', 'rejects')), /no/);
  });

  test('when it closes, what waits is refused and not acknowledged, and so is what comes', async () => {
    const { intake, taken, finish } = opened();
    const waiting = assert.rejects(intake.arrival(arrival('event')), /stopping/);
    intake.close();
    await waiting;
    await assert.rejects(intake.arrival(arrival('event')), /stopping/);
    finish();
    assert.equal(taken.length, 0);
  });
});
