// What one account, one address or one guesser does to the broker, while an honest device and an honest neighbour go on.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { VERBS } from '../../src/route/session/verb.ts';
import { linkTopic } from '../../src/route/topic.ts';
import { connectFrame, frame, publishFrame, rawClient, rawSocket } from '../route/mqtt/raw-client.ts';
import type { Attack, Scene } from './attack.ts';
import { closing, drained } from './hostile-hub.ts';
import { announcement, author, insider, speaker } from './insider.ts';
import { GADGET, MALLORY, NORTH, pulse, type Victim, victim, within } from './victim.ts';

/** Addresses of this machine: the victim's, and those of two strangers. */
const [HERE, THERE] = ['127.0.0.2', '127.0.0.3'];
const WRONG_PASSWORD = 4;
const NEIGHBOUR_MS_MAX = 1_000;

/** Writes the same again and again, as fast as it is read, to each. */
async function pour(sockets: readonly Socket[], { frames, ms }: { frames: Buffer; ms: number }): Promise<void> {
  const untilMs = performance.now() + ms;
  await Promise.all(
    sockets.map(async (socket) => {
      const closed = closing(socket);
      while (performance.now() < untilMs && !socket.destroyed) {
        if (!socket.write(frames)) await Promise.race([drained(socket), closed, sleep(ms)]);
        await sleep(1);
      }
    }),
  );
}

/** Opened as far as the broker lets them in; some are cut while they connect. */
async function opened(scene: Scene, count: number, open: (n: number) => Promise<Socket>): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let n = 0; n < count; n++) {
    const socket = await open(n).catch(() => undefined);
    if (!socket) continue;
    scene.after(() => socket.destroy());
    sockets.push(socket);
  }
  return sockets;
}

/** The return code of a CONNECT, or undefined when it was cut without one. */
async function login(scene: Scene, socket: Socket, bytes: Buffer): Promise<number | undefined> {
  scene.after(() => socket.destroy());
  const said = new Promise<number | undefined>((resolve) => socket.once('data', (data: Buffer) => resolve(data[3])));
  socket.write(bytes);
  return within(Promise.race([said, closing(socket).then(() => undefined)]), 'a CONNECT was not answered');
}

/** An honest neighbour says something, and its packet is committed. */
async function neighbourIsAnswered(scene: Scene, target: Victim): Promise<void> {
  const startMs = performance.now();
  const north = await within(insider(scene, target, NORTH), 'an honest neighbour did not get in');
  await within(north.publish(author(target.identities.north!)()), 'an honest neighbour was not answered');
  const tookMs = Math.round(performance.now() - startMs);
  scene.diagnostic(`an honest neighbour was answered after ${tookMs} ms`);
  if (!scene.isShort) assert(tookMs <= 2 * NEIGHBOUR_MS_MAX, `an honest neighbour was answered after ${tookMs} ms`);
}

const greedy: Attack = {
  name: '256 connections of one sensor account',
  async run(scene) {
    const target = await victim(scene);
    await target.process.start();
    const heart = await pulse(scene, target);
    const open = (n: number) => rawClient(target.port, { account: GADGET, id: `${n}`, address: HERE });
    await opened(scene, 256, open);
    await neighbourIsAnswered(scene, target);
    await heart.endured();
  },
};

const badMacs: Attack = {
  name: '200 connections of a gateway account with bad MACs',
  async run(scene) {
    const target = await victim(scene);
    await target.process.start();
    const heart = await pulse(scene, target);
    const open = async (n: number) => {
      const socket = await rawSocket(target.port, HERE);
      await login(scene, socket, connectFrame(`${n}`, MALLORY));
      return socket;
    };
    const sockets = await opened(scene, 200, open);
    const liar = speaker(target.identities.north!, target);
    const to = linkTopic(target.key.kid.toString('hex'));
    const bad = Array.from({ length: 50 }, (_, n) => {
      const sealed = liar.seal(VERBS.store.number, randomBytes(200));
      sealed[sealed.length - 1]! ^= 1;
      return publishFrame(to, sealed, { id: n + 1 });
    });
    const pouring = pour(sockets, { frames: Buffer.concat(bad), ms: scene.isShort ? 500 : 20_000 });
    await sleep(scene.isShort ? 100 : 5_000);
    await neighbourIsAnswered(scene, target);
    await pouring;
    await heart.endured();
  },
};

const bare: Attack = {
  name: '200 bare connections a second',
  async run(scene) {
    const target = await victim(scene);
    await target.process.start();
    const heart = await pulse(scene, target);
    const slow = await rawSocket(target.port, HERE);
    const untilMs = performance.now() + (scene.isShort ? 500 : 10_000);
    const more = setInterval(() => void opened(scene, 4, () => rawSocket(target.port, THERE)), 20);
    scene.after(() => clearInterval(more));
    // Within the time that a link over a slow radio has.
    await sleep(scene.isShort ? 200 : 5_000);
    assert.equal(await login(scene, slow, connectFrame('slow', NORTH)), 0, 'a slow link was cut off');
    await sleep(untilMs - performance.now());
    clearInterval(more);
    await heart.endured();
  },
};

const guesses: Attack = {
  name: 'guesses at a password',
  isQuick: true,
  async run(scene) {
    const target = await victim(scene);
    await target.process.start();
    const heart = await pulse(scene, target);
    let looked = 0;
    for (let n = 0; n < (scene.isShort ? 40 : 1_000); n++) {
      const [socket] = await opened(scene, 1, () => rawSocket(target.port, THERE));
      if (!socket) continue;
      const code = await login(scene, socket, connectFrame(`${n}`, { ...NORTH, password: `guess ${n}` }));
      if (code === WRONG_PASSWORD) looked++;
      assert.notEqual(code, 0);
      socket.destroy();
    }
    assert(looked <= 20, `${looked} guesses were looked at`);
    const owner = await rawSocket(target.port, HERE);
    assert.equal(await login(scene, owner, connectFrame('north', NORTH)), 0, 'the owner was locked out');
    await heart.endured();
  },
};

const filters: Attack = {
  name: '250 filters against 1,000 retained messages',
  async run(scene) {
    const target = await victim(scene);
    await target.process.start();
    const heart = await pulse(scene, target);
    const writer = await rawClient(target.port, { account: GADGET, id: 'writer', address: HERE });
    scene.after(() => writer.destroy());
    const topics = Array.from({ length: 1_000 }, (_, n) => `home/a${n}/${n}`);
    writer.write(Buffer.concat(topics.map((topic) => publishFrame(topic, Buffer.from('1'), { retain: true }))));
    await sleep(2_000);
    const wanted = Array.from({ length: 250 }, (_, n) => {
      const filter = Buffer.from(`+/+/none${n}`);
      return Buffer.concat([Buffer.from([0, filter.length]), filter, Buffer.from([1])]);
    });
    const subscribe = frame(0x82, Buffer.concat([Buffer.from([0, 1]), ...wanted]));
    const open = (n: number) => rawClient(target.port, { account: GADGET, id: `${n}`, address: HERE });
    const sockets = await opened(scene, 4, open);
    await pour(sockets, { frames: subscribe, ms: scene.isShort ? 500 : 10_000 });
    await heart.endured();
  },
};

const announcing: Attack = {
  name: 'an announcement of other filters each time',
  async run(scene) {
    const target = await victim(scene);
    await target.process.start();
    const next = author(target.identities.north!);
    const north = await insider(scene, target, NORTH);
    for (let n = 0; n < (scene.isShort ? 20 : 1_000); n++) await north.publish(next());
    const heart = await pulse(scene, target);
    const mallory = await insider(scene, target, MALLORY);
    await mallory.begin();
    const identity = target.identities.mallory!;
    const tokens = () => Array.from({ length: 128 }, () => randomBytes(4));
    for (let n = 0; n < (scene.isShort ? 20 : 600); n++)
      await mallory.say('announce', announcement(identity, tokens()));
    assert((await target.counted(/^link_frame_dropped\.rate/)) > 0, 'each of them was heard');
    await heart.endured();
  },
};

export const ACCOUNT_ATTACKS: readonly Attack[] = [greedy, badMacs, bare, guesses, filters, announcing];
