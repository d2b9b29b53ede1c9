// Packets that an insider forges, plays again, or hurries past the real one with a count of hops that is not signed.
import assert from 'node:assert/strict';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { formatTopic } from '../../src/route/topic.ts';
import type { Attack } from './attack.ts';
import { author, insider, type Said } from './insider.ts';
import { MALLORY, NORTH, pulse, SOUTH, until, type Victim, victim, within } from './victim.ts';

const SIGNATURE_BYTES = 64;
/** The order of the group: what is added to S leaves the equation as it was. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const receivedOf = ({ process }: Victim, id: string) =>
  process.events.items.filter((event) => event.type === 'packet_received' && event.id === id).length;

/** A bit of the signature, of the packet or S + L, with the signature of the packet and with that of another key. */
function forgery({ bytes }: Said, other: Said, n: number): Buffer {
  const forged = Buffer.from(bytes);
  const at = bytes.length - SIGNATURE_BYTES;
  if (n % 4 === 0) {
    const half = forged.subarray(at + SIGNATURE_BYTES / 2);
    const s = BigInt(`0x${Buffer.from(half).reverse().toString('hex')}`) + ORDER;
    Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse().copy(half);
  } else if (n % 4 === 1) other.bytes.copy(forged, at, other.bytes.length - SIGNATURE_BYTES);
  else if (n % 4 === 2) forged[at + (n % SIGNATURE_BYTES)]! ^= 1 << (n % 8);
  else forged[at - 8]! ^= 1 << (n % 3);
  return forged;
}

const forged: Attack = {
  name: 'forged signatures',
  isQuick: true,
  async run(scene) {
    const target = await victim(scene, { factor: 60 });
    await target.process.start();
    const [bad, good] = [await insider(scene, target, MALLORY), await insider(scene, target, NORTH)];
    const heart = await pulse(scene, target);
    const real = author(target.identities.north!)();
    const other = author(temporaryIdentity())();
    const count = scene.isShort ? 40 : 2_000;
    for (let n = 0; n < count; n++) await bad.publish({ topic: real.topic, bytes: forgery(real, other, n) });
    assert.equal(await target.counted(/^packet_received/), 0, 'a forged packet was taken in');
    await good.publish(real);
    await within(
      until(() => receivedOf(target, real.id) === 1),
      'the real packet was not taken in after its forgeries',
    );
    await heart.endured();
  },
};

const replayed: Attack = {
  name: 'a captured packet, again and again, and after kill -9',
  isQuick: true,
  async run(scene) {
    const target = await victim(scene);
    await target.process.start();
    const real = author(target.identities.north!)();
    await (await insider(scene, target, NORTH)).publish(real);
    for (let start = 0; start < 2; start++) {
      if (start > 0) {
        await target.process.kill();
        await target.process.start();
      }
      const bad = await insider(scene, target, MALLORY);
      for (let n = 0; n < (scene.isShort ? 20 : 400); n++)
        await bad.publish({ ...real, topic: formatTopic(real.topic, n % 17) });
    }
    assert.equal(receivedOf(target, real.id), 1, 'it was taken in again');
    await (await pulse(scene, target)).endured();
  },
};

const hurried: Attack = {
  name: 'a copy with /10 hops before the original',
  isQuick: true,
  async run(scene) {
    const target = await victim(scene);
    await target.process.start();
    const [bad, good] = [await insider(scene, target, MALLORY), await insider(scene, target, NORTH)];
    const beyond = await insider(scene, target, SOUTH);
    await beyond.client.subscribeAsync('qis/1/#', { qos: 1 });
    const next = author(target.identities.north!);
    const all: Said[] = Array.from({ length: scene.isShort ? 3 : 50 }, () => next());
    for (const said of all) {
      await bad.publish({ ...said, topic: formatTopic(said.topic, 16) });
      await good.publish(said);
      for (let hops = 16; hops > 0; hops--) await bad.publish({ ...said, topic: formatTopic(said.topic, hops) });
    }
    const passedOn = (said: Said) => beyond.heard.items.filter(({ bytes }) => bytes.equals(said.bytes));
    await within(
      until(() => all.every((said) => passedOn(said).some(({ topic }) => topic === formatTopic(said.topic, 1)))),
      'the originals were not passed on',
    );
    const most = Math.max(...all.map((said) => passedOn(said).length));
    assert(most <= 3, `one packet was passed on ${most} times`);
    await (await pulse(scene, target)).endured();
  },
};

export const PACKET_ATTACKS: readonly Attack[] = [forged, replayed, hurried];
