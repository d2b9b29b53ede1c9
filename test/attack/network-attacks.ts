// What insiders and strangers do to packets and sessions of others: floods of valid packets and invented keys.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { parseFrame } from '../../src/route/session/link-frame.ts';
import { VERBS } from '../../src/route/session/verb.ts';
import { linkTopic } from '../../src/route/topic.ts';
import type { Attack } from './attack.ts';
import { framesOf, hostileHub } from './hostile-hub.ts';
import { announcement, author, type Insider, insider, type Said, type Speaker, speaker } from './insider.ts';
import { MALLORY, NORTH, pulse, SOUTH, until, type Victim, victim, within } from './victim.ts';

/** Packets that a returning neighbour is owed come 5 a second, after 10 at once. */
const RETURN_MS_MAX = 60_000;

function* many(next: () => Said, count: number): Generator<Said> {
  for (let n = 0; n < count; n++) yield next();
}

const idsReceived = ({ process }: Victim) =>
  process.events.items.flatMap((event) => (event.type === 'packet_received' ? [event.id] : []));

/** Ids of own packets, once it has issued some. */
async function conclusions(target: Victim): Promise<string[]> {
  const issued = () => target.process.events.items.flatMap((e) => (e.type === 'packet_issued' ? [e.id] : []));
  const feeding = async () => {
    if (issued().length === 0) await target.process.feed();
    return issued().length > 0;
  };
  await within(until(feeding), 'it concluded nothing', 30_000);
  return issued();
}

/** Waits until it was sent all of these, by the packet or in a STORE. @returns how many others came before the last */
async function sentAll(who: Insider, wanted: readonly Buffer[]): Promise<number> {
  const hex = (bytes: Buffer) => bytes.toString('hex');
  const missing = new Set(wanted.map(hex));
  let others = 0;
  await within(
    until(() => {
      const heard = new Set(who.heard.items.map(({ bytes }) => hex(bytes)));
      others = heard.size - wanted.length;
      return [...missing].every((bytes) => heard.has(bytes));
    }),
    `a neighbour that came back was not sent all that is honest (${who.heard.items.length} came)`,
    RETURN_MS_MAX,
  );
  return others;
}

const flooding: Attack = {
  name: '50,000 valid packets of an insider, with a neighbour away',
  async run(scene) {
    const hub = await hostileHub(scene);
    const target = await victim(scene, { unknown: ['mallory'], hub: hub.url });
    await target.process.start();
    const away = await insider(scene, target, NORTH);
    await away.begin();
    await away.client.endAsync(true);
    const south = await insider(scene, target, SOUTH);
    const nextOfSouth = author(target.identities.south!);
    const honest = [...many(nextOfSouth, 30)];
    for (const said of honest) await south.publish(said);
    const own = await conclusions(target);
    await within(hub.asked.count(1), 'the hub was not dialled');
    const heart = await pulse(scene, target);
    const nextOfMallory = author(target.identities.mallory!);
    const first = [...many(nextOfMallory, 200)];
    await hub.flood(framesOf(first));
    const sent = await hub.flood(framesOf(many(nextOfMallory, scene.isShort ? 500 : 50_000)));
    await hub.flood(framesOf([...first, ...honest]));
    await heart.endured();
    const received = idsReceived(target);
    assert.equal(new Set(received).size, received.length, 'a captured packet was taken in again');
    const late = nextOfSouth();
    await south.publish(late);
    assert(idsReceived(target).includes(late.id), 'an honest packet found no room');
    const back = await insider(scene, target, NORTH);
    await back.begin();
    const others = await sentAll(
      back,
      [...honest, late].map(({ bytes }) => bytes),
    );
    scene.diagnostic(`${sent} pushed, ${received.length} taken in; ${others} others came before the last honest one`);
    assert(own.length > 0);
  },
};

/** Answers the challenges of all these keys, and announces each. */
async function inventedSessions(who: Insider, speakers: readonly Speaker[], to: string): Promise<void> {
  const byTopic = new Map(speakers.map((one) => [linkTopic(one.identity.publicKey.kid.toString('hex')), one]));
  const say = (one: Speaker, verb: 'announce' | 'pong', body: Buffer) =>
    who.client.publish(to, one.seal(VERBS[verb].number, body), { qos: 1 });
  who.client.on('message', (topic, bytes) => {
    const frame = parseFrame(bytes)?.frame;
    const one = byTopic.get(topic);
    if (!one || frame?.verb !== VERBS.ping.number) return;
    say(one, 'pong', frame.body as Buffer);
    say(one, 'announce', announcement(one.identity));
  });
  for (const [topic, one] of byTopic) {
    // A client has so many filters and no more.
    await who.client.subscribeAsync(topic, { qos: 1 });
    await who.client.publishAsync(to, one.seal(VERBS.announce.number, announcement(one.identity)), { qos: 1 });
    await sleep(20);
    if (byTopic.size > 200) await who.client.unsubscribeAsync(topic);
  }
}

const strangers: Attack = {
  name: '256 invented sessions where membership is open',
  async run(scene) {
    const target = await victim(scene, { membership: 'open', unknown: ['mallory'] });
    await target.process.start();
    const north = await insider(scene, target, NORTH);
    await north.begin();
    await north.client.subscribeAsync('qis/1/#', { qos: 1 });
    const heart = await pulse(scene, target);
    const mallory = await insider(scene, target, MALLORY);
    const invented = Array.from({ length: scene.isShort ? 40 : 300 }, () => speaker(temporaryIdentity(), target));
    await inventedSessions(mallory, invented, linkTopic(target.key.kid.toString('hex')));
    const nextOfEach = invented.slice(0, 40).map(({ identity }) => author(identity));
    for (let n = 0; n < (scene.isShort ? 40 : 2_000); n++) await mallory.publish(nextOfEach[n % nextOfEach.length]!());
    const { announced } = (await target.status()).peers;
    await north.say('ping', Buffer.alloc(8, 7));
    const isAnswered = north.frames.until(
      ({ verb, body }) => verb === VERBS.pong.number && Buffer.alloc(8, 7).equals(body as Buffer),
    );
    await within(isAnswered, 'a pinned neighbour lost its session');
    const south = await insider(scene, target, SOUTH);
    await south.begin();
    const said = author(target.identities.south!)();
    await south.publish(said);
    await sentAll(north, [said.bytes]);
    scene.diagnostic(`${announced} gateways announced`);
    await heart.endured();
  },
};

export const NETWORK_ATTACKS: readonly Attack[] = [flooding, strangers];
