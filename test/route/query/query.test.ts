// Questions between neighbours: who answers what, to whom, how often; and what of an answer is taken.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Clock, virtualClock } from '../../../src/core/clock.ts';
import {
  allQuestionsBurst,
  questionMsMax,
  questionsBurst,
  strangerQuestionsBurst,
} from '../../../src/core/deposit-limits.ts';
import { address, topicOf } from '../../../src/packet/fingerprint.ts';
import { temporaryIdentity } from '../../../src/packet/identity.ts';
import { issue } from '../../../src/packet/packet.ts';
import type { Arrival } from '../../../src/route/arrival.ts';
import { type AnsweringPacket, answeringHandler } from '../../../src/route/query/answering.ts';
import { createAsking } from '../../../src/route/query/asking.ts';
import { createPeerTable, type Peer } from '../../../src/route/session/peer-table.ts';
import {
  type Question,
  questionBody,
  readQuestion,
  readResult,
  resultBody,
} from '../../../src/route/session/question.ts';
import { sealsOf } from '../../../src/route/session/seals.ts';
import type { Said } from '../../../src/route/session/speaker.ts';
import { formatTopic } from '../../../src/route/topic.ts';
import { smoke } from '../../vectors/smoke.ts';
import { way } from '../ways.ts';

const ID = Buffer.alloc(8, 7);
const VIA = way('link:b');
const ASKED: Question = { domain: 1, coarse: [5, 6], fine: [], sensor: 0, steps: 9, confidenceMin: 0, packets: 8 };
const origin = temporaryIdentity(Buffer.alloc(32, 9));
const packets: AnsweringPacket[] = Array.from({ length: 20 }, (_, n) => {
  const { id, bytes, key } = issue({ ...smoke, sequence: n + 1 }, origin);
  return { id, bytes, origin: key.bytes, hops: n };
});

let seed = 10;
function peerOf(clock: Clock, isPinned = true): Peer {
  const table = createPeerTable({
    seals: sealsOf(temporaryIdentity(), undefined, clock),
    clock,
    isPinned: () => isPinned,
  });
  const peer = table.of(temporaryIdentity(Buffer.alloc(32, seed++)).publicKey)!;
  return Object.assign(peer, { ways: [VIA], session: { boot: Buffer.alloc(4), window: { admit: () => true } } });
}

function frame(said: Said) {
  return { verb: 8, messageId: Buffer.alloc(8), boot: Buffer.alloc(4), counter: 0, hops: 0, ...said };
}

function answering(answers = packets, has: readonly Buffer[] = []) {
  const clock = virtualClock(1_000_000);
  const said: { hops: number; result: ReturnType<typeof readResult> }[] = [];
  const handler = answeringHandler({
    peers: () => ({
      say(_, verb, { body, hops = 0 }) {
        assert.equal(verb, 'result');
        said.push({ hops, result: readResult(body) });
        return 'sent';
      },
    }),
    ledger: { custody: { standing: () => ({ has }) } },
    community: undefined,
    clock,
    answersTo: () => answers,
  });
  const ask = (peer: Peer, question = ASKED, via = VIA) =>
    handler({ peer, via, frame: frame({ address: address(question), body: questionBody(ID, question) }) });
  return { clock, said, ask, handler };
}

suite('a question that comes', () => {
  test('is answered with the best, no more than were asked for, one hop further than they came', () => {
    const { clock, said, ask } = answering();
    assert.equal(ask(peerOf(clock), { ...ASKED, packets: 3 }), undefined);
    assert.deepEqual(
      said.map(({ hops, result }) => [hops, result.left, result.packets.length]),
      [[3, 0, 3]],
    );
    assert.deepEqual(
      said[0]!.result.packets,
      packets.slice(0, 3).map(({ bytes }) => bytes),
    );
  });

  test('on a way that takes less is answered in parts, and one without an answer is answered, too', () => {
    const { clock, said, ask } = answering();
    ask(peerOf(clock), ASKED, way('radio:b', { payloadBytesMax: 400 }));
    const counts = said.map(({ result }) => result.packets.length);
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      8,
    );
    assert(counts.length > 1 && said.at(-1)!.result.left === 0);
    const none = answering([]);
    none.ask(peerOf(none.clock));
    assert.deepEqual(
      none.said.map(({ result }) => [result.left, result.packets]),
      [[0, []]],
    );
  });

  test('gets nothing that the asker made itself or is known to have', () => {
    const made = answering();
    const author = Object.assign(peerOf(made.clock), { key: origin.publicKey });
    made.ask(author);
    assert.deepEqual(made.said[0]!.result.packets, []);
    const clock = virtualClock(0);
    const peer = peerOf(clock);
    const had = answering(packets, [peer.key.nodeId]);
    had.ask(peer);
    assert.deepEqual(had.said[0]!.result.packets, []);
  });

  test('is dropped at another address, and when there are too many of one, of strangers, of all', () => {
    const { clock, ask, handler } = answering();
    const peer = peerOf(clock);
    const astray = frame({ address: Buffer.alloc(16), body: questionBody(ID, ASKED) });
    assert.equal(handler({ peer, via: VIA, frame: astray }), 'address_mismatch');
    const refused = (peers: readonly Peer[], times: number) =>
      Array.from({ length: times }, (_, n) => ask(peers[n % peers.length]!)).filter((one) => one === 'rate').length;
    assert.equal(refused([peer], questionsBurst + 3), 3);
    const strangers = Array.from({ length: 20 }, () => peerOf(clock, false));
    assert.equal(refused(strangers, strangerQuestionsBurst + 5), 5);
    const named = Array.from({ length: 40 }, () => peerOf(clock));
    const left = allQuestionsBurst - questionsBurst - strangerQuestionsBurst;
    assert.equal(refused(named, left + 4), 4);
  });
});

function asking(count: number) {
  const clock = virtualClock(1_000_000);
  const peers = Array.from({ length: count }, () => peerOf(clock));
  const asked: (Question & { peer: Peer; id: Buffer })[] = [];
  const taken: Arrival[] = [];
  const timers: (() => void)[] = [];
  const it = createAsking({
    peers: () => ({
      all: () => peers,
      say(peer, verb, { body }) {
        assert.equal(verb, 'query');
        asked.push({ ...readQuestion(body), peer });
        return 'sent';
      },
    }),
    community: undefined,
    clock,
    randomBytes: (size) => Buffer.alloc(size, seed++),
    take: async (arrival) => void taken.push(arrival),
    later(ms, job) {
      assert.equal(ms, questionMsMax);
      timers.push(job);
    },
  });
  const answer = (n: number, left: number, bytes: readonly Buffer[], id = asked[n]!.id) =>
    it.handler({
      peer: peers[n]!,
      via: VIA,
      frame: frame({ hops: 2, body: resultBody({ id, left, packets: bytes }) }),
    });
  return { ...it, peers, asked, taken, timers, answer };
}

/** Whether it has settled by now. */
async function isDone(question: Promise<void>): Promise<boolean> {
  const pending = Symbol();
  await new Promise(setImmediate);
  return (await Promise.race([question, Promise.resolve(pending)])) !== pending;
}

suite('a question of ours', () => {
  test('ends when all have answered, with every packet taken as it would arrive', async () => {
    const { ask, answer, taken, peers } = asking(2);
    const question = ask([ASKED]);
    const [first, second] = packets.map(({ bytes }) => bytes) as [Buffer, Buffer];
    assert.equal(answer(0, 1, [first]), undefined);
    assert.equal(answer(0, 0, [second]), undefined);
    assert.equal(await isDone(question), false);
    assert.equal(answer(1, 0, []), undefined);
    assert.equal(await isDone(question), true);
    const topic = formatTopic(topicOf(smoke), 2);
    assert.deepEqual(
      taken,
      [first, second].map((bytes) => ({ topic, bytes, via: VIA, giver: peers[0]!.key.nodeId })),
    );
  });

  test('ends when its time is over; an answer that comes later, or to nothing, is dropped', async () => {
    const { ask, answer, timers, taken } = asking(1);
    const question = ask([ASKED]);
    assert.equal(answer(0, 0, [packets[0]!.bytes], Buffer.alloc(8)), 'unexpected_result');
    timers[0]!();
    await question;
    assert.equal(answer(0, 0, [packets[0]!.bytes]), 'unexpected_result');
    assert.deepEqual(taken, []);
  });

  test('nobody brings more than was asked for, twice, or what is no packet', async () => {
    const { ask, answer, taken } = asking(1);
    void ask([{ ...ASKED, packets: 2 }]);
    const bytes = packets.map((packet) => packet.bytes);
    assert.equal(answer(0, 0, bytes.slice(0, 3)), 'unexpected_result');
    assert.equal(answer(0, 0, [Buffer.alloc(3)]), 'bad_body');
    assert.equal(answer(0, 1, bytes.slice(0, 1)), undefined);
    assert.equal(answer(0, 1, bytes.slice(1, 3)), 'unexpected_result');
    assert.equal(answer(0, 0, bytes.slice(1, 2)), undefined);
    assert.equal(answer(0, 0, bytes.slice(2, 3)), 'unexpected_result');
    assert.equal(taken.length, 2);
  });

  test('goes to other addresses, too, while that leaves half of what may be asked', async () => {
    const { ask, asked, answer } = asking(1);
    const others = [7, 8, 9].map((at) => ({ ...ASKED, coarse: [5, at], steps: 1 }));
    const question = ask([ASKED, ...others]);
    assert.deepEqual(
      asked.map(({ coarse, steps }) => [coarse[1], steps]),
      [ASKED.coarse[1], 7, 8, 9].map((at, n) => [at, n === 0 ? ASKED.steps : 1]),
    );
    for (const [n, { id }] of asked.entries()) {
      assert.equal(await isDone(question), false);
      assert.equal(answer(0, 0, n === 0 ? [packets[0]!.bytes] : [], id), undefined);
    }
    assert.equal(await isDone(question), true);
    void ask([ASKED, ...others]);
    assert.equal(asked.length, 5, 'only the own address now');
  });

  test('without neighbours, over a narrow way, or too often it is not put to anybody', async () => {
    await asking(0).ask([ASKED]);
    const narrow = asking(1);
    Object.assign(narrow.peers[0]!, { ways: [way('radio:b', { payloadBytesMax: 200 })] });
    await narrow.ask([ASKED]);
    assert.equal(narrow.asked.length, 0);
    const often = asking(1);
    for (let n = 0; n < questionsBurst; n++) void often.ask([ASKED]);
    await often.ask([ASKED]);
    assert.equal(often.asked.length, questionsBurst);
  });
});
