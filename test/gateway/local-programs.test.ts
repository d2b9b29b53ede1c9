// Requests of programs: one table with the control socket, each done once and answered once, bounded for each account.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  programAnswersKept,
  programAsksBurstMax,
  programAsksOpenMax,
  programAsksPerSMax,
} from '../../src/core/broker-limits.ts';
import { OperatingError } from '../../src/core/errors.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { createLocalPrograms } from '../../src/gateway/local-programs.ts';
import type { ControlRequest } from '../../src/observe/control-client.ts';
import type { LocalVerb } from '../../src/route/mqtt/local-topic.ts';

/** Programs at a table whose answers can be held back. */
function programs(answer: (request: ControlRequest) => unknown = () => ({ packets: [] })) {
  const asked: ControlRequest[] = [];
  const events: AgentEvent[] = [];
  const time = { ms: 0 };
  const made = createLocalPrograms({
    accounts: ['lamp', 'tuner'],
    emit: (event) => events.push(event),
    now: () => time.ms,
  });
  const note = (request: ControlRequest) => {
    asked.push(request);
    return answer(request);
  };
  const table = { deposit: note, query: note, advise: note, status: note };
  const ask = async (verb: LocalVerb, payload: unknown, { id = `${asked.length}`, account = 'lamp' } = {}) => {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const bytes = await made.request({ verb, client: account, id, account, payload: Buffer.from(text) });
    return (
      bytes &&
      (JSON.parse(bytes.toString()) as { ok: boolean; answer?: unknown; error?: { code: string; message: string } })
    );
  };
  return { asked, events, time, ask, serve: () => made.serve(table) };
}

test('each verb is asked of the table that the control socket has', async () => {
  const { ask, asked, serve } = programs();
  assert.deepEqual((await ask('query', {}))?.error?.code, 'busy', 'the gateway is starting');
  serve();
  assert.deepEqual(await ask('query', { domain: 'air', top: 3 }), { ok: true, answer: { packets: [] } });
  await ask('advise', { ask: 'status', domain: 'air' });
  await ask('deposit', { domain: 'air' });
  await ask('deposit', [{ domain: 'air' }, 7]);
  await ask('report', { about: 'ab', worked: true, score: 0.8 });
  assert.deepEqual(asked, [
    { ask: 'query', domain: 'air', top: 3 },
    { ask: 'advise', domain: 'air' },
    { ask: 'deposit', items: [{ domain: 'air' }] },
    { ask: 'deposit', items: [{ domain: 'air' }, 7] },
    { ask: 'deposit', items: [{ about: 'ab', worked: true, score: 0.8 }] },
  ]);
});

test('what is no request is answered in one line, and counted', async () => {
  const { ask, asked, events, serve } = programs();
  serve();
  const lines = [
    [await ask('query', '{"a":\n'), /^what was sent to query is not JSON$/],
    [await ask('deposit', 'NaN'), /^what was sent to deposit is not JSON$/],
    [await ask('advise', []), /^what was sent to advise is not an object of JSON$/],
    [await ask('query', 'null'), /not an object of JSON$/],
    [await ask('report', { domain: 'air' }), /^about: is missing/],
    [await ask('deposit', Array(101).fill(1)), /^101 deposits came in one message, and 100 may/],
  ] as const;
  for (const [said, line] of lines) {
    assert.equal(said?.error?.code, 'usage');
    assert.match(said?.error?.message ?? '', line);
  }
  assert.equal(asked.length, 0);
  assert.deepEqual(
    events,
    lines.map(() => ({ type: 'request_refused', client: 'lamp', reason: 'malformed' })),
  );
});

test('what the table throws is told with its code; an answer that fits no message is not sent', async () => {
  const { ask, serve } = programs(({ ask, domain }) => {
    if (ask === 'advise') throw new OperatingError('not_found', 'nothing was deposited');
    if (domain === 'x') throw new TypeError('a mistake');
    return 'x'.repeat(70_000);
  });
  serve();
  assert.deepEqual(await ask('advise', {}), {
    ok: false,
    error: { code: 'not_found', message: 'nothing was deposited' },
  });
  assert.equal((await ask('query', { domain: 'x' }))?.error?.code, 'internal');
  assert.match((await ask('query', {}))?.error?.message ?? '', /^the answer has \d+ bytes, .* ask for fewer with top$/);
});

test('so many at once and so many a second; one account costs another nothing', async () => {
  const { ask, asked, events, time, serve } = programs();
  serve();
  const codes = async (count: number, account = 'lamp') => {
    const said = await Promise.all(
      Array.from({ length: count }, (_, n) => ask('query', { n }, { id: `${n}`, account })),
    );
    return said.filter((answer) => answer?.error?.code === 'busy').length;
  };
  assert.equal(await codes(programAsksBurstMax + 7), 7);
  assert.deepEqual(events[0], { type: 'request_refused', client: 'lamp', reason: 'busy' });
  assert.equal(events.length, 7);
  assert.equal(await codes(5, 'tuner'), 0);
  time.ms += 1000;
  assert.equal(await codes(programAsksPerSMax + 3), 3);
  assert.equal(asked.length, programAsksBurstMax + 5 + programAsksPerSMax);
});

test('requests under way are bounded, and each account keeps some', async () => {
  const held = Promise.withResolvers<null>();
  const { ask, asked, time, serve } = programs(() => held.promise);
  serve();
  const waiting: Promise<unknown>[] = [];
  for (let n = 0; n < programAsksOpenMax; n++) {
    time.ms += 1000;
    waiting.push(ask('query', { n }, { id: `${n}` }));
  }
  const refused = programAsksOpenMax - asked.length;
  assert.equal(refused, 4, 'kept for the other account');
  waiting.push(ask('query', {}, { account: 'tuner', id: 'x' }));
  assert.equal(asked.length, programAsksOpenMax - refused + 1);
  held.resolve(null);
  await Promise.all(waiting);
  assert.equal((await ask('query', {}, { id: 'again' }))?.ok, true);
});

test('a copy is done once: while it is under way it is answered once, and later what was written is answered again', async () => {
  let held = Promise.withResolvers<number>();
  const { ask, asked, serve } = programs(() => held.promise);
  serve();
  const item = { domain: 'air', score: 0.5 };
  const both = [ask('deposit', item, { id: 'a' }), ask('deposit', item, { id: 'a' })];
  held.resolve(1);
  assert.deepEqual(await Promise.all(both), [{ ok: true, answer: 1 }, undefined]);
  held = Promise.withResolvers();
  assert.deepEqual(await ask('deposit', item, { id: 'a' }), { ok: true, answer: 1 });
  assert.equal(asked.length, 1);
  held.resolve(2);
  const others = [ask('deposit', { ...item, score: 0.6 }, { id: 'a' }), ask('deposit', item, { id: 'b' })];
  assert.deepEqual(await Promise.all(others), [
    { ok: true, answer: 2 },
    { ok: true, answer: 2 },
  ]);
  assert.deepEqual(await ask('query', {}, { id: 'a' }), { ok: true, answer: 2 });
  assert.deepEqual(await ask('query', {}, { id: 'a' }), { ok: true, answer: 2 });
  assert.equal(asked.length, 5, 'a question is asked anew');
  for (let n = 0; n < programAnswersKept; n++) await ask('deposit', item, { id: `n${n}` });
  await ask('deposit', item, { id: 'a' });
  assert.equal(asked.length, 5 + programAnswersKept + 1, 'so many answers are kept');
});
